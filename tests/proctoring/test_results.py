"""A result read for people: words, moments, the picture that shows a flag, the curve and the coverage."""

from typing import Any

import pytest

from accounts.errors import Conflict
from analysis.risk.library import load_policy
from analysis.risk.log import Record, root_hash
from analysis.risk.result import replay
from proctoring.curve import CurvePoint
from proctoring.results import read_result, result_of_session
from tests.factories import make_running_session


def frame(seq: int, t_ms: int, **values: Any) -> Record:
    return Record("video", seq, t_ms, values={"face_count": 1, "looking_away": False, **values})


def event(seq: int, t_ms: int, name: str) -> Record:
    return Record("browser", seq, t_ms, event=name)


def nobody_from_5_to_10() -> list[Record]:
    return [frame(n + 1, n * 1000, face_count=0 if 5 <= n < 10 else 1) for n in range(20)]


def read(records: list[Record], duration_ms: int = 20_000) -> Any:
    policy = load_policy("default")
    final = replay(records, policy, "s").to_json()
    return read_result(final, policy=policy, policy_name="default", records=records, duration_ms=duration_ms)


def test_where_no_camera_is_watched_there_is_no_coverage() -> None:
    policy = load_policy("default")
    final = replay([], policy, "s").to_json()
    result = read_result(
        final, policy=policy, policy_name="default", records=[], duration_ms=20_000, watched=False
    )
    assert result.coverage is None


def test_an_episode_has_its_words_its_span_and_its_picture() -> None:
    result = read(nobody_from_5_to_10())
    [flag] = result.flags
    assert (flag.rule, flag.label, flag.severity) == ("NO_FACE", "No face in view", "warning")
    assert flag.explain.startswith("The camera worked")
    assert (flag.since_ms, flag.t_ms, flag.end_ms) == (5000, 8000, 10_000)
    assert (flag.delta, flag.score) == (8, 8)
    assert flag.signals["face_count"] == 0
    assert 6 <= (flag.picture_seq or 0) <= 10


def test_a_browser_flag_has_no_picture_but_what_was_seen_last() -> None:
    records = [*nobody_from_5_to_10(), event(1, 12_400, "tab_hidden"), event(2, 15_400, "tab_visible")]
    hidden = next(flag for flag in read(records).flags if flag.rule == "TAB_HIDDEN")
    assert (hidden.picture_seq, hidden.end_ms, hidden.signals["face_count"]) == (None, 15_400, 1)


def test_a_browser_flag_before_any_frame_knows_nothing() -> None:
    [flag] = read([event(1, 10, "copy")]).flags
    assert dict(flag.signals) == {}


def test_a_turned_head_is_told_by_its_direction() -> None:
    def away(n: int) -> dict[str, Any]:
        turned = 5 <= n < 15
        return {"looking_away": turned, "attention": "right" if turned else "screen", "yaw": -50.0 * turned}

    [flag] = read([frame(n + 1, n * 1000, quality=1.0, **away(n)) for n in range(25)], 25_000).flags
    assert flag.rule == "LOOKING_AWAY"
    assert flag.explain.endswith(" The head was turned to the person's own right.")


def test_the_curve_is_drawn_in_steps_to_the_end() -> None:
    result = read(nobody_from_5_to_10())
    assert result.curve[:3] == (CurvePoint(0, 0), CurvePoint(8000, 0), CurvePoint(8000, 8000))
    assert result.curve[-1].t_ms == 20_000
    assert [point.t_ms for point in result.curve] == sorted(point.t_ms for point in result.curve)


def test_coverage_digests_and_counts() -> None:
    records = nobody_from_5_to_10()
    result = read(records, duration_ms=40_000)
    assert result.coverage == 0.5
    assert result.log_root == root_hash(records)
    assert result.digest == replay(records, load_policy("default"), "s").digest
    assert (result.total_events, result.critical_flags, result.warning_flags, result.info_flags) == (
        1,
        0,
        1,
        0,
    )
    # The rules alone say PASS; half of the time nobody was seen.
    assert (result.integrity_score, result.recommendation) == (98, "PASS_WITH_REVIEW")


def test_nothing_at_all() -> None:
    result = read([], duration_ms=0)
    assert (result.flags, result.coverage, result.recommendation) == ((), None, "PASS")


@pytest.mark.usefixtures("scope")
def test_a_session_under_way_has_no_final_result() -> None:
    with pytest.raises(Conflict, match="not computed yet"):
        result_of_session(make_running_session())
