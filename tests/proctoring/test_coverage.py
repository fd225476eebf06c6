"""Coverage counts whole seconds, each once."""

import pytest

from proctoring.coverage import coverage, recommended, share_covered


@pytest.mark.parametrize(
    ("frames_ms", "duration_ms", "paused", "share"),
    [
        ([], 0, [], None),
        ([0], 999, [], None),
        ([0], 1000, [], 1.0),
        ([], 10_000, [], 0.0),
        ([0, 400, 999], 2000, [], 0.5),
        ([0, 1000, 2000, 3000], 4999, [], 1.0),
        ([4500], 4999, [], 0.0),
        ([-1, 10_000], 2000, [], 0.0),
        ([0, 1000], 4000, [(2000, 4000)], 1.0),
        ([0, 2500], 4000, [(2000, 4000)], 0.5),
        ([0], 4000, [(1500, 1600)], 1 / 3),
        ([0], 4000, [(3000, 3000)], 0.25),
        ([], 2000, [(0, 9000)], None),
    ],
)
def test_coverage(
    frames_ms: list[int], duration_ms: int, paused: list[tuple[int, int]], share: float | None
) -> None:
    assert coverage(frames_ms, duration_ms=duration_ms, paused_ms=paused) == share


def test_the_running_count_gives_the_same_share() -> None:
    assert share_covered(3, 4999) == 0.75
    assert share_covered(1, 999) is None
    assert share_covered(9, 4000) == 1.0


@pytest.mark.parametrize(
    ("by_rules", "share", "expected"),
    [
        ("PASS", 1.0, "PASS"),
        ("PASS", 0.9, "PASS"),
        ("PASS", 0.899, "PASS_WITH_REVIEW"),
        ("PASS", 0.499, "REVIEW_REQUIRED"),
        ("PASS", 0.0, "REVIEW_REQUIRED"),
        ("PASS_WITH_REVIEW", 1.0, "PASS_WITH_REVIEW"),
        ("PASS_WITH_REVIEW", 0.2, "REVIEW_REQUIRED"),
        ("REVIEW_REQUIRED", 1.0, "REVIEW_REQUIRED"),
        ("PASS", None, "PASS"),
        ("LOOK_TWICE", 0.0, "LOOK_TWICE"),
    ],
)
def test_nobody_passes_unseen(by_rules: str, share: float | None, expected: str) -> None:
    assert recommended(by_rules, share) == expected
