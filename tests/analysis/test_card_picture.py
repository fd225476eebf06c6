"""Pictures of cards: what is taken comes out plain and upright, what is not is refused in words."""

import io
import zlib
from typing import Any

import pytest
from PIL import Image

from analysis import card_picture
from analysis.card_picture import CardRefused, open_card


def picture(
    size: tuple[int, int] = (640, 400),
    mode: str = "RGB",
    kind: str = "JPEG",
    colour: Any = "teal",
    **options: Any,
) -> bytes:
    target = io.BytesIO()
    Image.new(mode, size, colour).save(target, kind, **options)
    return target.getvalue()


def film(kind: str) -> bytes:
    frames = [Image.new("RGB", (320, 240), colour) for colour in ("red", "blue")]
    target = io.BytesIO()
    frames[0].save(target, kind, save_all=True, append_images=frames[1:], duration=100)
    return target.getvalue()


def with_exif(orientation: Any, size: tuple[int, int] = (640, 400)) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Secret Telephone"
    exif.get_ifd(0x8825)[1] = "N"
    return picture(size, exif=exif)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(open_card(data).jpeg))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_three_kinds_become_one_plain_jpeg(kind: str, mode: str) -> None:
    colour = "teal" if mode == "RGB" else 128
    taken = open_card(picture(mode=mode, kind=kind, colour=colour))
    assert (taken.width_px, taken.height_px) == (640, 400)
    shown = Image.open(io.BytesIO(taken.jpeg))
    assert (shown.format, shown.mode, shown.size) == ("JPEG", "RGB", (640, 400))


@pytest.mark.parametrize(
    ("mode", "kind"), [("CMYK", "JPEG"), ("P", "PNG"), ("1", "PNG"), ("I;16", "PNG"), ("LA", "PNG")]
)
def test_unusual_colours_are_read(mode: str, kind: str) -> None:
    target = io.BytesIO()
    Image.new(mode, (300, 300)).save(target, kind)
    assert opened(target.getvalue()).mode == "RGB"


def test_what_is_transparent_is_shown_on_white() -> None:
    shown = opened(picture(mode="RGBA", kind="PNG", colour=(0, 0, 0, 0)))
    assert shown.getpixel((10, 10)) == (255, 255, 255)


def test_a_large_picture_is_made_as_small_as_a_comparison_needs() -> None:
    taken = open_card(picture((4000, 3000)))
    assert (taken.width_px, taken.height_px) == (1600, 1200)


def test_a_telephone_held_sideways_is_turned_and_nothing_of_it_remains() -> None:
    taken = open_card(with_exif(6))
    assert (taken.width_px, taken.height_px) == (400, 640)
    assert b"Exif" not in taken.jpeg
    assert b"Secret" not in taken.jpeg
    assert len(Image.open(io.BytesIO(taken.jpeg)).getexif()) == 0


def test_exif_that_makes_no_sense_turns_nothing() -> None:
    broken = with_exif(1).replace(b"MM\x00*", b"MM\xff\xff").replace(b"II*\x00", b"II\xff\xff")
    assert opened(broken).size == (640, 400)
    assert opened(with_exif(99)).size == (640, 400)


def test_a_picture_of_many_scans_is_read() -> None:
    assert opened(with_scans(card_picture.MOST_SCANS)).size == (1600, 1000)


def test_two_pictures_in_one_jpeg_are_its_first() -> None:
    assert opened(film("MPO")).size == (320, 240)


def bomb() -> bytes:
    """A few hundred bytes that say they are 30,000 pixels wide and high."""
    small = picture((300, 300), mode="L", kind="PNG", colour=0)
    header = b"IHDR" + (30_000).to_bytes(4, "big") * 2 + small[24:29]
    return small[:12] + header + zlib.crc32(header).to_bytes(4, "big") + small[33:]


def with_scans(count: int) -> bytes:
    """The last scan of a progressive picture over and over: forty bytes that cost as much as a picture."""
    data = picture((1600, 1000), progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * (count - data.count(b"\xff\xda") + 1) + data[-2:]


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", "card_empty", "The picture is empty. Take or choose another one."),
        (b"GIF89a" + bytes(100), "card_type", "no JPEG, PNG or WebP picture"),
        (b"%PDF-1.7 " + bytes(100), "card_type", "no JPEG, PNG or WebP picture"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(100), "card_type", "no JPEG, PNG or WebP picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "card_type", "no JPEG, PNG or WebP picture"),
        (b"RIFF\x00\x00\x00\x00WAVE" + bytes(100), "card_type", "no JPEG, PNG or WebP picture"),
        (picture()[:-400], "card_corrupt", "This picture is damaged."),
        (picture()[:30], "card_corrupt", "This picture is damaged."),
        (picture(kind="PNG")[:60], "card_corrupt", "This picture is damaged."),
        (picture(kind="PNG").replace(b"IDAT", b"IDAX"), "card_corrupt", "This picture is damaged."),
        (picture(kind="WEBP")[:40], "card_corrupt", "This picture is damaged."),
        (b"\xff\xd8\xff" + bytes(500), "card_corrupt", "This picture is damaged."),
        (
            picture() + bytes(3 * 1024 * 1024),
            "card_too_large",
            "This picture has 3.0 MB; up to 2 MB are taken.",
        ),
        (picture((199, 400)), "card_dimensions", "only 199 x 400 pixels. Take one from nearer by."),
        (picture((8001, 300)), "card_dimensions", "too many pixels"),
        (picture((4100, 4000), mode="L", colour=1), "card_dimensions", "too many pixels"),
        (bomb(), "card_dimensions", "too many pixels"),
        (with_scans(65), "card_corrupt", "packed strangely"),
        (film("PNG"), "card_animated", "This picture moves."),
        (film("WEBP"), "card_animated", "This picture moves."),
    ],
)
def test_what_is_refused_says_what_to_do(data: bytes, code: str, words: str) -> None:
    with pytest.raises(CardRefused) as refused:
        open_card(data)
    assert refused.value.code == code
    assert words in refused.value.message


def test_after_a_refusal_the_next_one_is_taken() -> None:
    with pytest.raises(CardRefused):
        open_card(picture()[:-400])
    assert open_card(picture((200, 200))).width_px == card_picture.SHORTEST_PX
