"""Phones found and phones invented, on pictures and clips whose label counts them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.evaluation.findings import Section, Table, rate
from analysis.evaluation.manifest import Image, Labelled, Manifest, ManifestRefused
from analysis.evaluation.statistics import Rate
from analysis.objects import Found, ObjectDetector, find_objects
from analysis.video import VideoRefused, sample_video

SCORES = (0.25, 0.5)
CLIP_FPS = 0.5
PICTURE_KINDS = ("phone", "face_count", "identity", "antispoof", "skin_tone")
CLIP_KINDS = ("single_person_video",)
CENTRE = "phone_center_xy_norm"


@dataclass(frozen=True, slots=True)
class Searched:
    """One picture or frame: how many phones its label counts, what was found, and its size."""

    file: Labelled
    phones: int
    found: tuple[Found, ...]
    size_px: tuple[int, int]

    def phone_from(self, score: float) -> bool:
        return any(one.label == "phone" and one.score >= score for one in self.found)

    @property
    def placed(self) -> bool | None:
        """Whether a found phone lies where the label has it; `None` where the label does not say."""
        word = self.file.word(CENTRE)
        if word is None:
            return None
        across, down = (float(part) for part in word.split(","))
        x_px, y_px = across * self.size_px[0], down * self.size_px[1]
        boxes = [one.box_px for one in self.found if one.label == "phone"]
        return any(
            box.x_px <= x_px <= box.x_px + box.width_px and box.y_px <= y_px <= box.y_px + box.height_px
            for box in boxes
        )


def measure_things(manifest: Manifest, detector: ObjectDetector) -> Section | None:
    """Recall and false finds by kind; `None` where no label counts phones."""
    if not manifest.with_word("phone"):
        return None
    searched: list[Searched] = []
    unread: list[str] = []
    for file in manifest.of_kind(*PICTURE_KINDS, *CLIP_KINDS):
        try:
            searched += search(file, detector)
        except (ManifestRefused, VideoRefused) as reason:
            unread.append(str(reason))
    return Section(
        kind="objects",
        title="Phones",
        detector="objects (YOLO11n, the picture and its lower half in two tiles)",
        tables=(_by_kind(searched),),
        notes=(
            "One picture each: an exam asks for several finds of one phone in ten seconds before it says "
            "anything. Pictures whose label does not mention a phone are taken as showing none. A phone on "
            "the floor, seen from above, is about 25 pixels long.",
            *_placed(searched),
        ),
        wrong=tuple(_wrong(one) for one in searched if one.phone_from(SCORES[0]) != (one.phones > 0)),
        unmeasured=(
            *unread,
            "phones held in the hand at a desk, books, screens and second people by this set",
        ),
    )


def search(file: Labelled, detector: ObjectDetector) -> Iterator[Searched]:
    phones = int(file.number("phone") or 0)
    for image in _images(file):
        found = find_objects(detector, image)
        yield Searched(file, phones, found, (image.shape[1], image.shape[0]))


def _images(file: Labelled) -> Iterator[Image]:
    if file.kind in CLIP_KINDS:
        yield from (image for _, image in sample_video(file.existing(), CLIP_FPS))
    else:
        yield file.picture()


def _by_kind(searched: Sequence[Searched]) -> Table:
    rows = []
    for kind in dict.fromkeys(one.file.kind for one in searched):
        for name, shown in (("with a phone", True), ("without", False)):
            chosen = [one for one in searched if one.file.kind == kind and (one.phones > 0) is shown]
            if chosen:
                found = (rate(Rate.among(one.phone_from(score) for one in chosen)) for score in SCORES)
                rows.append((f"{kind}, {name}", *found))
    columns = ("pictures or frames", *(f"phone found from score {score:g}" for score in SCORES))
    return Table("Phones", columns, tuple(rows))


def _placed(searched: Sequence[Searched]) -> tuple[str, ...]:
    found = [one for one in searched if one.placed is not None and one.phone_from(SCORES[0])]
    if not found:
        return ()
    right = rate(Rate.among(bool(one.placed) for one in found))
    right = rate(Rate.among(bool(one.placed) for one in found))
    return (f"Of the phones found, in their labelled place: {right}.",)


def _wrong(one: Searched) -> str:
    return f"{one.file.name}: {'the phone was missed' if one.phones else 'a phone was invented'}"
