"""The pictures, video and files of one sitting, opened, as they are handed to the person whom they show."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.files.storage import storages

from accounts.errors import DomainError
from exams.models import Session
from proctoring.models import Evidence, IdCard, Piece, Recording, ScreenPicture
from proctoring.recording_places import STORAGE, SUFFIXES
from proctoring.services.id_cards import Which, open_picture
from proctoring.services.keeping import read_picture
from reports.models import Report
from reports.stored_files import stored

KINDS = ("pdf", "csv", "json")
CARD_PICTURES: tuple[Which, ...] = ("card", "face")


@dataclass(frozen=True, slots=True)
class Media:
    """One file: either its bytes, or where storage has them; neither where it can no longer be read."""

    name: str
    content: bytes | None = None
    storage_key: str = ""


def media_of(session: Session) -> Iterator[Media]:
    yield from _pictures(session)
    yield from _card(session)
    yield from _videos(session)
    yield from _reports(session)


def _pictures(session: Session) -> Iterator[Media]:
    for name, model in (("camera", Evidence), ("screen", ScreenPicture)):
        for row in model.objects.filter(flag__session=session).select_related("flag").order_by("t_ms", "id"):
            try:
                yield Media(
                    f"pictures/{name}-{row.t_ms // 1000:06d}s-{row.flag_id.hex[:8]}.jpg", read_picture(row)
                )
            except DomainError:
                yield Media(f"pictures/{name}-{row.t_ms // 1000:06d}s-{row.flag_id.hex[:8]}.jpg")


def _card(session: Session) -> Iterator[Media]:
    card = IdCard.objects.filter(session=session).first()
    for which in CARD_PICTURES:
        content = open_picture(card, which) if card is not None else None
        if content is not None:
            yield Media(f"identity/{which}.jpg", content)


def _videos(session: Session) -> Iterator[Media]:
    """The joined file of a source; its pieces where it was not joined."""
    joined = Recording.objects.filter(session=session).exclude(storage_key="")
    for row in joined:
        yield Media(f"video/{row.source}.{SUFFIXES[row.content_type]}", storage_key=row.storage_key)
    rest = Piece.objects.filter(session=session).exclude(storage_key="")
    for piece in rest.exclude(source__in=[row.source for row in joined]):
        yield Media(
            f"video/{piece.source}-{piece.seq:06d}.{SUFFIXES[piece.content_type]}",
            storage_key=piece.storage_key,
        )


def _reports(session: Session) -> Iterator[Media]:
    for report in Report.objects.filter(session=session).order_by("version"):
        for kind in KINDS:
            try:
                yield Media(f"reports/version-{report.version}.{kind}", stored(report, kind))
            except DomainError:
                yield Media(f"reports/version-{report.version}.{kind}")


def chunks_of(media: Media) -> Iterator[bytes]:
    """Video in parts: it may be larger than memory.

    Raises:
        FileNotFoundError: storage has it no more.
    """
    if media.content is not None:
        yield media.content
    elif media.storage_key:
        with storages[STORAGE].open(media.storage_key) as file:
            yield from file.chunks()
