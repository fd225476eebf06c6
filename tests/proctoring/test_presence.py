"""Online is what the newest socket is."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from proctoring.models import Observation, RiskState
from proctoring.services import presence
from proctoring.words import event_words
from tests.proctoring.sittings import make_checking, make_sitting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


def test_the_newest_socket_holds_the_session_and_only_it_can_leave() -> None:
    session = make_checking()
    presence.note_entered(session=session, channel="first", device={"user_agent": "a"})
    presence.note_entered(session=session, channel="second", device={"user_agent": "b"})
    assert RiskState.objects.get().online_channels == ["second"]
    presence.note_left(session_id=session.id, channel="first")
    assert RiskState.objects.get().is_online(timezone.now()) is True
    presence.note_left(session_id=session.id, channel="second")
    assert RiskState.objects.get().is_online(timezone.now()) is False
    session.refresh_from_db()
    assert session.device_info == {"user_agent": "b"}


def test_a_server_that_died_leaves_nobody_online_for_long() -> None:
    session = make_checking()
    risk = presence.note_entered(session=session, channel="first", device={})
    assert risk.is_online(timezone.now() + timedelta(seconds=61)) is False
    assert presence.note_seen(session_ids=[session.id, uuid.uuid4()]) == 1
    assert RiskState.objects.get().is_online(timezone.now()) is True


def test_leaving_a_session_that_was_never_entered_is_nothing() -> None:
    session = make_checking()
    presence.note_left(session_id=session.id, channel="first")
    assert not RiskState.objects.exists()


def test_a_change_of_the_device_is_one_fact_in_the_log() -> None:
    session = make_sitting()
    said = presence.note_moved(session=session, at_ms=90_000)
    assert presence.note_moved(session=session, at_ms=90_000) is None
    assert presence.note_moved(session=session, at_ms=200_000) is not None
    facts = Observation.objects.filter(stream="server", record__ev="device_changed").order_by("seq")
    assert [fact.t_ms for fact in facts] == [90_000, 200_000]
    assert said is not None
    assert said.is_late is False
    assert event_words("device_changed") == "Continued on another device or in another browser"
