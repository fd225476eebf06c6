"""After a backup was restored: whoever was erased since is erased again."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from accounts import audit
from exams.models import Candidate, Session
from privacy.services import tombstones
from privacy.services.erasing import erase_sessions
from privacy.services.tombstones import Mark


@dataclass(frozen=True, slots=True)
class Reapplied:
    """How many marks there were, and what had come back in spite of them."""

    marks: int
    candidates: int
    sessions: int


def reapply(*, more: Iterable[Mark] = ()) -> Reapplied:
    """Erase whoever a mark is of, in the institution in scope; doing it again finds nothing.

    `more` are marks that were kept elsewhere, as from `list_erasures`.
    """
    marks = sorted({*tombstones.known_marks(), *more}, key=lambda mark: mark.erased_at)
    candidates = sessions = 0
    for mark in marks:
        found = _people(mark)
        theirs = _sessions(mark, found)
        erase_sessions(theirs)
        candidates, sessions = candidates + len(found), sessions + len(theirs)
        _close(mark, found, theirs)
    return Reapplied(len(marks), candidates, sessions)


def _people(mark: Mark) -> list[Candidate]:
    """Nobody, where one sitting alone was erased."""
    if not mark.external_id_hash:
        return []
    return [one for one in Candidate.objects.all() if tombstones.is_of(one, mark)]


def _sessions(mark: Mark, found: list[Candidate]) -> list[Session]:
    named = Session.objects.filter(id__in=mark.session_ids)
    return list((named | Session.objects.filter(candidate__in=found)).distinct())


@transaction.atomic
def _close(mark: Mark, found: list[Candidate], theirs: list[Session]) -> None:
    tombstones.bury(mark)
    Candidate.objects.filter(id__in=[one.id for one in found]).delete()
    if found or theirs:
        audit.record(
            actor="system",
            action="subject.erased_again",
            subject=f"candidate:{mark.subject_id}",
            detail={"certificate": mark.certificate_sha256, "sessions": len(theirs)},
        )
