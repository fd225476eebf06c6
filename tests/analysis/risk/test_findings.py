"""What is left of a result when only some flags count."""

from analysis.risk.findings import findings_of
from analysis.risk.library import load_policy
from analysis.risk.log import parse_record
from analysis.risk.result import replay

POLICY = load_policy("default", presets_dir=None)


def absent_twice() -> list[dict[str, object]]:
    gone = {*range(5, 15), *range(30, 40)}
    return [
        {
            "stream": "video",
            "seq": second + 1,
            "t": second * 1000,
            "v": {"face_count": 0 if second in gone else 1},
        }
        for second in range(60)
    ]


RESULT = replay([parse_record(record) for record in absent_twice()], POLICY, "s", 60_000)
FLAGS = RESULT.to_json()["flags"]


def test_all_of_them_give_the_results_own_report() -> None:
    found = findings_of(FLAGS, POLICY, {flag.id for flag in RESULT.flags})

    report = RESULT.report
    assert (found.critical, found.warning, found.info) == (
        report.critical_flags,
        report.warning_flags,
        report.info_flags,
    )
    assert found.integrity_score == report.integrity_score < 100


def test_none_of_them_give_a_clean_one() -> None:
    found = findings_of(FLAGS, POLICY, set())

    assert (found.total, found.integrity_score) == (0, 100)


def test_one_of_them_is_in_between() -> None:
    found = findings_of(FLAGS, POLICY, {RESULT.flags[0].id})

    assert found.total == 1
    assert RESULT.report.integrity_score < found.integrity_score < 100
