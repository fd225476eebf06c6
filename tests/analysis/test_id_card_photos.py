"""Real faces on drawn cards: alike with their own other photos, never with another person's."""

import io
from dataclasses import dataclass
from pathlib import Path

import cv2
import pytest
from PIL import Image, ImageDraw

from analysis.card_picture import open_card
from analysis.detectors.embedding import FaceEmbeddings
from analysis.evaluation.manifest import read_manifest
from analysis.frames import Frame
from analysis.id_card import CardLook, look_at_card, open_kept
from analysis.identity import Template
from analysis.observations import Box
from analysis.pipeline import Pipeline

pytestmark = pytest.mark.slow
PHOTO_SHARE = 0.28


@dataclass(frozen=True)
class Person:
    subject: str
    photo: Path
    box_px: Box
    template: Template


@pytest.fixture(scope="module")
def embeddings(models_dir: Path) -> FaceEmbeddings:
    made = FaceEmbeddings()
    made.load(models_dir, threads=1)
    return made


@pytest.fixture(scope="module")
def people(data_dir: Path, models_dir: Path, embeddings: FaceEmbeddings) -> list[Person]:
    """Two photos of each of four people."""
    pipeline = Pipeline.shared(models_dir)
    found: list[Person] = []
    for file in read_manifest(data_dir).of_kind("identity"):
        if sum(one.subject == file.subject for one in found) == 2 or file.path.suffix != ".jpg":
            continue
        image = cv2.imread(str(file.path))
        seen = pipeline.observe(Frame.of(image))
        face = embeddings.embed(image, seen.faces[0].box_px) if len(seen.faces) == 1 else None
        if face is not None:
            vector = tuple(float(value) for value in face.vector)
            found.append(Person(file.subject, file.path, seen.faces[0].box_px, Template(vector)))
    pairs = [one for one in found if sum(other.subject == one.subject for other in found) == 2]
    return pairs[:8]


def drawn_card(person: Person, width_px: int) -> bytes:
    """A card of this width on a table, with the person's photo on its left."""
    box = person.box_px
    margin = box.width_px / 2
    photo = Image.open(person.photo).convert("RGB")
    photo = photo.crop(
        (
            round(max(0.0, box.x_px - margin)),
            round(max(0.0, box.y_px - margin)),
            round(min(photo.width, box.x_px + box.width_px + margin)),
            round(min(photo.height, box.y_px + box.height_px + margin)),
        )
    )
    side = round(width_px * PHOTO_SHARE)
    card = Image.new("RGB", (width_px, round(width_px / 1.586)), (225, 232, 238))
    card.paste(
        photo.resize((side, round(side * photo.height / photo.width))), (width_px // 20, width_px // 8)
    )
    pen = ImageDraw.Draw(card)
    for line in range(6):
        top = width_px * (0.14 + 0.06 * line)
        pen.rectangle((width_px * 0.42, top, width_px * 0.7, top + width_px * 0.015), fill=(70, 80, 95))
    table = Image.new("RGB", (round(width_px * 1.25), round(width_px * 0.95)), (150, 120, 90))
    table.paste(card, (width_px // 8, width_px // 8))
    target = io.BytesIO()
    table.save(target, "JPEG", quality=88)
    return target.getvalue()


def looked(card: bytes, template: Template, embeddings: FaceEmbeddings, models_dir: Path) -> CardLook:
    frame = open_kept(open_card(card).jpeg)
    seen = Pipeline.shared(models_dir).observe(frame)
    return look_at_card(seen, lambda box: embeddings.embed(frame.image, box), template)


@pytest.mark.parametrize("width_px", [640, 1200])
def test_faces_on_cards_are_alike_with_their_own_and_nobody_elses(
    width_px: int, people: list[Person], embeddings: FaceEmbeddings, models_dir: Path
) -> None:
    assert len(people) == 8
    for shown in people:
        card = drawn_card(shown, width_px)
        for enrolled in people:
            look = looked(card, enrolled.template, embeddings, models_dir)
            assert look.problem is None
            if enrolled.subject == shown.subject:
                assert look.verdict == "same"
            else:
                assert look.verdict in ("different", "unclear")


def test_a_card_that_is_far_away_says_so(
    people: list[Person], embeddings: FaceEmbeddings, models_dir: Path
) -> None:
    look = looked(drawn_card(people[0], 300), people[1].template, embeddings, models_dir)
    assert (look.verdict, look.score, look.problem) == ("unclear", None, "too_small")
