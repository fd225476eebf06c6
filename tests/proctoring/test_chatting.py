"""Messages between a candidate and those who watch: once, in order, with their limits and their traces."""

import uuid
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.errors import Conflict, DomainError, TooMany
from accounts.models import AuditEntry
from exams.models import Session
from exams.states import SessionState
from proctoring import services
from proctoring.chats import Waiting, author_words, message_json, messages_of, waiting_of
from proctoring.models import Message, MessageKind, MessageSide, Observation
from proctoring.services import chatting
from tests.conftest import Person
from tests.proctoring.sittings import make_checking, make_sitting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


def from_candidate(session: Session, text: str = "May I leave?", **options: Any) -> Message:
    options = {"client_id": uuid.uuid4(), **options}
    return chatting.write_as_candidate(session=session, text=text, **options)


def log_of(session: Session) -> list[tuple[str, dict[str, Any]]]:
    rows = Observation.objects.filter(session=session, stream="server").order_by("seq")
    return [(row.record["ev"], row.record["detail"]) for row in rows]


def test_both_sides_write_and_are_numbered_in_order(alice: Person) -> None:
    session = make_sitting()
    asked = from_candidate(session)
    answered = chatting.write_as_proctor(
        session=session, client_id=uuid.uuid4(), text=" Yes, for five minutes. ", actor=alice.user
    )
    assert [(m.number, m.side, m.kind, m.text, m.author) for m in messages_of(session)] == [
        (1, MessageSide.CANDIDATE, MessageKind.CHAT, "May I leave?", None),
        (2, MessageSide.PROCTOR, MessageKind.CHAT, "Yes, for five minutes.", alice.user),
    ]
    asked.refresh_from_db()
    assert asked.read_at is not None
    assert answered.read_at is None
    assert messages_of(session, after=1) == [answered]


def test_who_wrote_is_known_without_asking_for_each_line(
    alice: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    session = make_sitting()
    for text in ("One", "Two"):
        chatting.write_as_candidate(session=session, client_id=uuid.uuid4(), text=text)
    chatting.write_as_proctor(session=session, client_id=uuid.uuid4(), text="Three", actor=alice.user)
    found = Session.objects.get(id=session.id)

    # The messages with their authors, and the candidate.
    with django_assert_num_queries(2):
        written = [author_words(message) for message in messages_of(found)]

    name = session.candidate.name
    assert written == [name, name, str(alice.user)]


def test_the_log_tells_that_and_when_but_never_what() -> None:
    session = make_sitting()
    from_candidate(session, "My secret worry")
    chatting.write_as_proctor(session=session, client_id=uuid.uuid4(), text="A calm answer", actor=None)
    assert log_of(session) == [
        ("message_from_candidate", {"number": 1}),
        ("message_to_candidate", {"number": 2}),
    ]
    assert [(entry.action, entry.detail) for entry in AuditEntry.objects.order_by("-number")[:1]] == [
        ("session.message_sent", {"number": 2})
    ]


def test_what_is_sent_twice_is_there_once() -> None:
    session, client_id = make_sitting(), uuid.uuid4()
    first = from_candidate(session, client_id=client_id)
    assert from_candidate(session, client_id=client_id) == first
    assert Message.objects.filter(session=session).count() == 1
    assert len(log_of(session)) == 1
    with pytest.raises(Conflict, match="under this name"):
        from_candidate(session, "Something else", client_id=client_id)


def test_a_call_for_a_person_stays_open_until_somebody_answers(alice: Person) -> None:
    session, other = make_sitting(), make_sitting()
    call = from_candidate(session, "", kind=MessageKind.HELP)
    from_candidate(session, "Hello?")
    assert waiting_of([session.id, other.id]) == {session.id: Waiting(2, call.sent_at)}
    chatting.write_as_proctor(session=session, client_id=uuid.uuid4(), text="I am here.", actor=alice.user)
    assert waiting_of([session.id]) == {}
    call.refresh_from_db()
    assert call.answered_at is not None
    assert [event for event, _detail in log_of(session)] == [
        "help_asked",
        "message_from_candidate",
        "message_to_candidate",
        "help_answered",
    ]
    assert set(AuditEntry.objects.filter(action__contains="help_").values_list("actor", "action")) == {
        (f"candidate:{session.candidate_id}", "session.help_asked"),
        (f"user:{alice.user.id}", "session.help_answered"),
    }


def test_a_call_that_was_answered_by_voice_is_settled_once(alice: Person) -> None:
    session = make_sitting()
    call = from_candidate(session, "", kind=MessageKind.HELP)
    assert chatting.settle_help(session=session, actor=alice.user) == call.number
    assert chatting.settle_help(session=session, actor=alice.user) == 0
    assert waiting_of([session.id]) == {}


def test_help_is_asked_before_the_exam_too_and_the_log_begins_with_the_exam() -> None:
    session = make_checking()
    call = from_candidate(session, "", kind=MessageKind.HELP)
    assert waiting_of([session.id])[session.id].help_since == call.sent_at
    assert log_of(session) == []


def test_reading_is_noted_for_the_other_side_alone() -> None:
    session = make_sitting()
    for text in ("One", "Two", "Three"):
        from_candidate(session, text)
    assert chatting.note_read(session=session, by=MessageSide.CANDIDATE, up_to=3) == 0
    assert chatting.note_read(session=session, by=MessageSide.PROCTOR, up_to=2) == 2
    assert chatting.note_read(session=session, by=MessageSide.PROCTOR, up_to=2) == 0
    assert waiting_of([session.id])[session.id] == Waiting(1, None)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("  ", "text_missing"),
        ("x" * 1001, "text_too_long"),
        ("a\x00b", "text_invalid"),
        ("a\x07b", "text_invalid"),
    ],
)
def test_what_cannot_be_sent_is_refused_in_words(text: str, code: str) -> None:
    session = make_sitting()
    with pytest.raises(DomainError) as refused:
        from_candidate(session, text)
    assert (refused.value.code, refused.value.field) == (code, "text")
    assert not Message.objects.exists()


def test_markup_and_lines_are_kept_as_they_were_written() -> None:
    session = make_sitting()
    text = "<script>alert(1)</script>\n&amp; שלום 👋"
    shown = message_json(from_candidate(session, text), to_candidate=True)
    assert shown["text"] == text
    assert "author" not in shown


def test_nobody_floods_those_who_watch() -> None:
    session = make_sitting()
    for number in range(chatting.MOST_A_MINUTE):
        from_candidate(session, f"Message {number}")
    with pytest.raises(TooMany, match="kept and sent in a minute"):
        from_candidate(session, "One more")
    assert Message.objects.count() == chatting.MOST_A_MINUTE


def test_an_exam_that_is_over_takes_nothing_new_and_still_knows_what_it_has(alice: Person) -> None:
    session, client_id = make_sitting(), uuid.uuid4()
    sent = from_candidate(session, client_id=client_id)
    services.end_session(session=session, to=SessionState.SUBMITTED)
    assert from_candidate(session, client_id=client_id) == sent
    with pytest.raises(Conflict, match="is over"):
        from_candidate(session)
    with pytest.raises(Conflict, match="is over"):
        chatting.write_as_proctor(session=session, client_id=uuid.uuid4(), text="Hello", actor=alice.user)
