"""The frame gate: bad input of every kind, damage by chance, and good pictures from many encoders."""

import io

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from analysis.frames import MAX_BYTES, Frame, FrameRefused, encode_jpeg, open_frame, read_header, thumbnail
from tests.analysis.jpegs import jpeg, scan_start, scene, with_segment, with_size

GOOD = jpeg()


def refusal(data: bytes) -> str:
    with pytest.raises(FrameRefused) as caught:
        open_frame(data)
    assert caught.value.message == str(caught.value) != ""
    return caught.value.code


def saved(picture: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind)
    return out.getvalue()


def test_good_frame_is_decoded_as_it_is_stored() -> None:
    frame = open_frame(GOOD)
    expected = cv2.imdecode(np.frombuffer(GOOD, np.uint8), cv2.IMREAD_COLOR)
    assert (frame.width_px, frame.height_px) == (320, 240)
    assert frame.image.shape == (240, 320, 3)
    assert frame.image.dtype == np.uint8
    assert np.abs(frame.image.astype(int) - expected).mean() < 2.5


@pytest.mark.parametrize(
    "options",
    [
        {"quality": 30},
        {"quality": 95, "subsampling": 0},
        {"subsampling": 1},
        {"progressive": True},
        {"optimize": True},
        {"restart_marker_blocks": 4},
    ],
    ids=lambda options: "-".join(f"{key}={value}" for key, value in options.items()),
)
def test_pictures_of_usual_encoders_are_read(options: dict[str, object]) -> None:
    assert open_frame(jpeg(**options)).image.shape == (240, 320, 3)


@pytest.mark.parametrize("size", [(160, 120), (161, 121), (1920, 1080), (1279, 719)])
def test_sizes_within_limits_are_read(size: tuple[int, int]) -> None:
    frame = open_frame(jpeg(Image.new("RGB", size, (90, 120, 60))))
    assert (frame.width_px, frame.height_px) == size


def test_grey_picture_becomes_three_equal_channels() -> None:
    image = open_frame(jpeg(scene().convert("L"))).image
    assert (image[..., 0] == image[..., 2]).all()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "frame_empty"),
        (b"\xff", "frame_invalid"),
        (b"\xff\xd8", "frame_invalid"),
        (bytes(5000), "frame_invalid"),
        (saved(scene(), "PNG"), "frame_type"),
        (saved(scene(), "GIF"), "frame_type"),
        (saved(scene(), "WEBP"), "frame_type"),
        (saved(scene(), "BMP"), "frame_type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "frame_type"),
        (b"\n<!DOCTYPE html><script>alert(1)</script>", "frame_type"),
        (b"\x89PNG\r\n\x1a\n" + bytes(2 * MAX_BYTES), "frame_type"),
        (GOOD + bytes(MAX_BYTES), "frame_too_large"),
        (with_size(GOOD, 65500, 65500), "frame_dimensions"),
        (with_size(GOOD, 16000, 10), "frame_dimensions"),
        (with_size(GOOD, 0, 240), "frame_dimensions"),
        (jpeg(Image.new("RGB", (1, 1))), "frame_dimensions"),
        (jpeg(Image.new("RGB", (159, 120))), "frame_dimensions"),
        (jpeg(Image.new("RGB", (1921, 1080))), "frame_dimensions"),
        (GOOD[: len(GOOD) // 2], "frame_corrupt"),
        (GOOD[: len(GOOD) // 2] + b"\xff\xd9", "frame_corrupt"),
        (GOOD[:-2], "frame_corrupt"),
        (GOOD[:200], "frame_corrupt"),
        (b"\xff\xd8\xff\xd9", "frame_corrupt"),
        (with_size(GOOD, 640, 480), "frame_corrupt"),
        (GOOD + b"<script>alert(1)</script>", "frame_trailing_data"),
        (GOOD + GOOD, "frame_trailing_data"),
        (jpeg(scene().convert("CMYK")), "frame_unsupported"),
        (GOOD.replace(b"\xff\xc0\x00\x11\x08", b"\xff\xc0\x00\x11\x0c"), "frame_unsupported"),
        (GOOD.replace(b"\xff\xc0\x00\x11\x08", b"\xff\xc9\x00\x11\x08"), "frame_unsupported"),
        (GOOD.replace(b"\xff\xc0\x00\x11\x08", b"\xff\xc3\x00\x11\x08"), "frame_unsupported"),
    ],
)
def test_bad_frames_are_named(data: bytes, code: str) -> None:
    assert refusal(data) == code


def test_a_thousand_scans_are_refused_before_decoding() -> None:
    data = jpeg(progressive=True)
    last = data.rindex(b"\xff\xda")
    empty_scan = data[last : last + 2 + int.from_bytes(data[last + 2 : last + 4], "big")]
    assert refusal(data[:-2] + 1000 * empty_scan + b"\xff\xd9") == "frame_unsupported"


def test_exif_and_comments_are_dropped_unread() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = jpeg(exif=exif)
    loud = with_segment(with_segment(turned, 0xFE, b"x" * 50_000), 0xE1, b"Exif\x00\x00 not a directory")
    plain = open_frame(GOOD)
    for data in (turned, loud):
        assert (open_frame(data).image == plain.image).all()
    kept = encode_jpeg(open_frame(turned).image)
    assert b"Exif" not in kept
    assert dict(Image.open(io.BytesIO(kept)).getexif()) == {}


@given(st.data())
def test_no_mutation_escapes_the_gate(data: st.DataObject) -> None:
    """Whatever happens to the bytes, the answer is a picture of the stated size or the gate's refusal."""
    broken = bytearray(GOOD)
    for at in data.draw(st.lists(st.integers(0, len(GOOD) - 1), min_size=1, max_size=12)):
        broken[at] = data.draw(st.integers(0, 255))
    broken = broken[: data.draw(st.integers(0, len(broken)))] if data.draw(st.booleans()) else broken
    try:
        frame = open_frame(bytes(broken))
    except FrameRefused:
        return
    header = read_header(bytes(broken))
    assert frame.image.shape == (header.height_px, header.width_px, 3)


@pytest.mark.parametrize(("flips", "least"), [(20, 75), (500, 99)])
def test_flipped_bits_that_opencv_accepts_are_refused(flips: int, least: int) -> None:
    """Damage that still spells a legal stream cannot be told; in grain, much of it stays legal."""
    random = np.random.default_rng(3)
    start = scan_start(GOOD)
    refused = accepted_by_opencv = 0
    for _ in range(100):
        broken = bytearray(GOOD)
        for at in random.integers(start, len(GOOD) - 2, flips):
            broken[at] ^= 1 << int(random.integers(0, 8))
        accepted_by_opencv += cv2.imdecode(np.frombuffer(bytes(broken), np.uint8), 1) is not None
        try:
            open_frame(bytes(broken))
        except FrameRefused as refused_frame:
            refused += refused_frame.code in {"frame_corrupt", "frame_trailing_data", "frame_unsupported"}
    assert accepted_by_opencv > 20
    assert refused >= least


def test_a_good_frame_after_a_broken_one_is_untouched() -> None:
    before = open_frame(GOOD).image
    assert refusal(GOOD[: len(GOOD) // 2] + b"\xff\xd9") == "frame_corrupt"
    assert (open_frame(GOOD).image == before).all()


def test_random_bytes_never_raise_anything_else() -> None:
    random = np.random.default_rng(5)
    for size in (1, 10, 1000, 20_000):
        assert refusal(random.bytes(size)) == "frame_invalid"
        assert refusal(b"\xff\xd8\xff" + random.bytes(size)).startswith("frame_")


def test_thumbnail_keeps_proportions_and_never_enlarges() -> None:
    image = open_frame(GOOD).image
    assert thumbnail(image, 160).shape == (120, 160, 3)
    assert thumbnail(image, 640) is image
    with pytest.raises(ValueError, match="at least one pixel"):
        thumbnail(image, 0)


@pytest.mark.parametrize("quality", [0, 101])
def test_encoding_refuses_a_quality_outside_its_range(quality: int) -> None:
    with pytest.raises(ValueError, match=r"1\.\.100"):
        encode_jpeg(open_frame(GOOD).image, quality)


def test_encoding_refuses_what_is_no_picture() -> None:
    with pytest.raises(ValueError, match="not a BGR picture"):
        encode_jpeg(np.zeros((4, 4), np.uint8))


def test_frame_of_a_decoded_picture_knows_its_size() -> None:
    frame = Frame.of(np.zeros((480, 640, 3), np.uint8))
    assert (frame.width_px, frame.height_px) == (640, 480)
