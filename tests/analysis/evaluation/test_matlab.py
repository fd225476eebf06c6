"""The pose that AFLW2000's files hold, and files that hold none."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from analysis.evaluation.manifest import read_manifest
from analysis.evaluation.matlab import MatlabRefused, read_matrix

HEADER = b"MATLAB 5.0 MAT-file".ljust(124) + b"\x00\x01IM"


def element(kind: int, body: bytes) -> bytes:
    return struct.pack("<II", kind, len(body)) + body + bytes(-len(body) % 8)


def matrix(name: str, values: np.ndarray, complex_: bool = False) -> bytes:
    flags = struct.pack("<II", 0x0800 * complex_ | 6, 0)
    shape = struct.pack("<ii", *values.shape)
    numbers = values.astype("<f8").tobytes(order="F")
    return element(
        14, element(6, flags) + element(5, shape) + element(1, name.encode()) + element(9, numbers)
    )


def test_a_matrix_is_found_by_its_name_in_its_shape(tmp_path: Path) -> None:
    wanted = np.array([[1.5, -2.0, 3.0], [4.0, 5.0, 6.25]])
    plain, packed = tmp_path / "plain.mat", tmp_path / "packed.mat"
    both = matrix("other", np.zeros((1, 1))) + matrix("wanted", wanted)
    plain.write_bytes(HEADER + both)
    small = zlib.compress(both)
    packed.write_bytes(HEADER + struct.pack("<II", 15, len(small)) + small)
    for path in (plain, packed):
        np.testing.assert_array_equal(read_matrix(path, "wanted"), wanted)


def test_a_name_of_four_letters_stands_in_its_tag(tmp_path: Path) -> None:
    path = tmp_path / "short.mat"
    numbers = np.array([7.0]).astype("<f8").tobytes()
    name = struct.pack("<HH", 1, 4) + b"pose"
    body = (
        element(6, struct.pack("<II", 6, 0))
        + element(5, struct.pack("<ii", 1, 1))
        + name
        + element(9, numbers)
    )
    path.write_bytes(HEADER + element(14, body))
    np.testing.assert_array_equal(read_matrix(path, "pose"), [[7.0]])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no level 5 MATLAB file"),
        (HEADER[:-2] + b"MI", "no level 5 MATLAB file"),
        (HEADER, "no real matrix pose"),
        (HEADER + matrix("pose", np.zeros((1, 1)), complex_=True), "no real matrix pose"),
        (HEADER + element(15, b"not packed"), "damaged"),
        (HEADER + element(14, b"\x00" * 8), "damaged"),
    ],
)
def test_a_file_without_it_is_refused(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "a.mat"
    path.write_bytes(data)
    with pytest.raises(MatlabRefused, match=words):
        read_matrix(path, "pose")


def test_the_poses_of_real_files_are_those_of_their_labels(data_dir: Path) -> None:
    files = read_manifest(data_dir).of_kind("headpose")
    for file in files:
        beside = file.beside(".mat")
        assert beside is not None
        angles = np.degrees(read_matrix(beside, "Pose_Para")[0, :3])
        labels = [file.number(axis) for axis in ("pitch", "yaw", "roll")]
        np.testing.assert_allclose(angles, np.array(labels, dtype=float), atol=0.051)
    assert len(files) == 10
