"""One statement for many rows: each gets its own values, and only where it holds what it should."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from proctoring.models import Observation, RiskState
from proctoring.services.many_rows import MOST_ROWS, insert_many, update_many
from tests.factories import make_exam
from tests.proctoring.sittings import make_sitting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


def test_each_row_gets_its_own_values_of_every_kind() -> None:
    exam = make_exam()
    first, second, other = (make_sitting(exam) for _ in range(3))
    rows = list(RiskState.objects.filter(session__in=[first, second]).order_by("id"))
    now = timezone.now()
    rows[0].fold, rows[0].last_t_ms, rows[0].last_seen_at = {"a": "it's 100 %s"}, 2**40, now
    rows[1].fold, rows[1].last_t_ms, rows[1].last_seen_at = {"b": [None, 1.5, True]}, 7, None
    update_many(RiskState, rows, ["fold", "last_t_ms", "last_seen_at"])
    for row in rows:
        stored = RiskState.objects.get(id=row.id)
        assert (stored.fold, stored.last_t_ms) == (row.fold, row.last_t_ms)
        assert (stored.last_seen_at, stored.policy) == (row.last_seen_at, row.policy)
    assert RiskState.objects.get(session=other).last_t_ms == 0


def test_rows_are_inserted_with_what_they_share_and_what_they_do_not() -> None:
    session = make_sitting()
    at = timezone.now() - timedelta(days=1)
    rows = [(session.institution_id, session.id, seq, {"seq": seq, "text": "a'b"}) for seq in (1, 2)]
    alike = {"stream": "audio", "t_ms": 5, "is_late": True, "is_released": False, "received_at": at}
    insert_many(Observation, ["institution", "session", "seq", "record"], rows, alike=alike)
    stored = Observation.objects.filter(session=session, stream="audio").order_by("seq")
    assert [(row.seq, row.record) for row in stored] == [(row[2], row[3]) for row in rows]
    assert {(row.t_ms, row.is_late, row.is_released, row.received_at) for row in stored} == {
        (5, True, False, at)
    }
    assert {row.score_milli for row in stored} == {None}
    assert len({row.id for row in stored}) == 2


def test_very_many_rows_are_written_in_portions_and_none_is_no_statement() -> None:
    session = make_sitting()
    alike = {
        "institution": session.institution_id,
        "session": session.id,
        "stream": "audio",
        "t_ms": 0,
        "record": {},
        "is_late": False,
        "is_released": False,
        "received_at": timezone.now(),
    }
    with CaptureQueriesContext(connection) as asked:
        insert_many(Observation, ["seq"], [(seq,) for seq in range(MOST_ROWS + 1)], alike=alike)
    assert len(asked) == 2
    rows = list(Observation.objects.filter(stream="audio"))
    for row in rows:
        row.score_milli = row.seq
    update_many(Observation, rows, ["score_milli"])
    assert Observation.objects.get(stream="audio", seq=MOST_ROWS).score_milli == MOST_ROWS
    with CaptureQueriesContext(connection) as asked:
        insert_many(Observation, ["seq"], [], alike=alike)
        update_many(Observation, [], ["score_milli"])
        update_many(Observation, rows, [])
    assert len(asked) == 0
