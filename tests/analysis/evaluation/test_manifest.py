"""Any folder with a list of its files can be measured; what is wrong with it is said in one line."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from analysis.evaluation.manifest import ManifestRefused, read_manifest


def written(folder: Path, text: str) -> Path:
    (folder / "MANIFEST.csv").write_text(text, encoding="utf-8")
    return folder


def test_words_and_numbers_of_a_label(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        "file,kind,label,subject\n"
        "a.jpg,face_count,faces=7+ laptop=1,anna\n"
        "b.jpg,headpose,pitch=-4.7 yaw=0.9 roll=5.6,\n"
        "c.rttm,voice/annotation,,\n",
    )
    a, b, c = read_manifest(folder).files
    assert (a.name, a.kind, a.subject, a.path) == ("a.jpg", "face_count", "anna", folder / "a.jpg")
    assert [a.number(key) for key in ("faces", "laptop", "top")] == [7.0, 1.0, None]
    assert [b.number(key) for key in ("pitch", "yaw", "roll")] == [-4.7, 0.9, 5.6]
    assert (a.word("faces"), c.word("faces")) == ("7+", None)
    assert read_manifest(folder).of_kind("headpose") == (b,)
    assert read_manifest(folder).with_word("faces") == (a,)


def test_a_large_picture_comes_as_a_camera_would_send_it(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "large.png"), np.zeros((1000, 2560, 3), np.uint8))
    cv2.imwrite(str(tmp_path / "small.png"), np.zeros((90, 120, 3), np.uint8))
    large, small = read_manifest(written(tmp_path, "file,kind,label\nlarge.png,k,\nsmall.png,k,\n")).files
    assert (large.picture().shape, small.picture().shape) == ((500, 1280, 3), (90, 120, 3))
    assert (large.beside(".png"), large.beside(".mat")) == (tmp_path / "large.png", None)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("file,kind\na,b\n", "MANIFEST.csv has no column label"),
        ("file,kind,label\n", "MANIFEST.csv lists no file"),
        ("file,kind,label\n../../a.jpg,k,\n", "MANIFEST.csv line 2: '../../a.jpg' is no file of this folder"),
        ("file,kind,label\n/a.jpg,k,\n", "MANIFEST.csv line 2: '/a.jpg' is no file of this folder"),
        ("file,kind,label\n,k,\n", "MANIFEST.csv line 2: '' is no file of this folder"),
    ],
)
def test_a_bad_list_is_refused_in_one_line(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ManifestRefused) as refused:
        read_manifest(written(tmp_path, text))
    assert str(refused.value) == words


def test_a_folder_without_a_list_is_refused_without_its_path(tmp_path: Path) -> None:
    with pytest.raises(ManifestRefused) as refused:
        read_manifest(tmp_path)
    assert str(refused.value) == "there is no MANIFEST.csv in this folder"


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "MANIFEST.csv").write_bytes(b"file,kind,label\n\xff\xfe,k,\n")
    with pytest.raises(ManifestRefused, match="not a UTF-8 table"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("content", [None, b"", b"no picture"])
def test_a_file_that_is_no_picture_is_named(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "a.jpg").write_bytes(content)
    (file,) = read_manifest(written(tmp_path, "file,kind,label\na.jpg,k,\n")).files
    if content is None:
        with pytest.raises(ManifestRefused, match=r"^a\.jpg: there is no such file$"):
            file.existing()
    with pytest.raises(ManifestRefused) as refused:
        file.picture()
    assert str(refused.value) == "a.jpg: this is not a picture that can be read"
