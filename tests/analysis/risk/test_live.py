"""Live release: what is ready, what waits, what came too late. (Equality with the replay: test_result.)"""

from __future__ import annotations

from analysis.risk.fold import advance, initial_state
from analysis.risk.live import Release, release, watermark_ms
from tests.analysis.risk.builders import SESSION, browser, no_face_rule, policy_of, video


def test_the_watermark_is_two_seconds_behind_the_newest_record() -> None:
    assert watermark_ms(9000) == 7000


def test_records_wait_until_the_watermark_has_passed_them() -> None:
    policy = policy_of(no_face_rule())
    state = initial_state(policy, SESSION)
    early, at, after = video(1, 1000, a=1), browser(1, 7000, "x"), video(2, 7001, a=1)
    assert release([after, at, early], 7000, state, policy) == Release((early, at), (after,), ())


def test_a_clock_that_ran_back_behind_the_fold_counts_at_the_folds_time() -> None:
    policy = policy_of(no_face_rule())
    state = advance(initial_state(policy, SESSION), video(1, 5000, a=1), policy).state
    ready = release([video(2, 4000, a=1)], 9000, state, policy).ready
    assert ready == (video(2, 5000, a=1),)


def test_late_records_are_named_and_not_folded() -> None:
    policy = policy_of(no_face_rule())
    state = advance(initial_state(policy, SESSION), video(5, 5000, face_count=1), policy).state
    sorted_out = release(
        [
            video(4, 4000, face_count=1),
            video(6, 6000, face_count=1),
            video(7, 9000, face_count=1),
            browser(1, 4500, "x"),
        ],
        watermark_ms(9000),
        state,
        policy,
    )
    assert [(record.stream, record.seq) for record in sorted_out.late] == [("video", 4), ("browser", 1)]
    assert [record.seq for record in sorted_out.ready] == [6]
    assert [record.seq for record in sorted_out.waiting] == [7]
