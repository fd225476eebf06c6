"""The table of official files, and telling them from others of their name."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from analysis.model_files import ModelFile, model_files


def test_every_file_has_a_pinned_address_a_hash_and_a_licence() -> None:
    files = model_files()
    assert len({file.name for file in files}) == len(files) == 5
    for file in files:
        assert urlsplit(file.address).scheme == "https"
        assert file.address.endswith(f"/{file.name}")
        assert not re.search(r"/(main|master|latest)/", file.address)
        assert re.fullmatch(r"[0-9a-f]{64}", file.sha256)
        assert file.licence in ("MIT", "Apache-2.0", "AGPL-3.0")
        assert file.package_set in ("analysis", "full")


def test_the_official_file_is_told_from_another_one(tmp_path: Path) -> None:
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    file = ModelFile("model.onnx", "a test", "MIT", "analysis", 0, empty, "https://models.example/model.onnx")
    assert file.state(tmp_path) == "missing"
    (tmp_path / "model.onnx").write_bytes(b"")
    assert file.state(tmp_path) == "official"
    (tmp_path / "model.onnx").write_bytes(b"another")
    assert file.state(tmp_path) == "other"


def test_the_files_for_development_are_the_official_ones(models_dir: Path) -> None:
    states = {file.name: file.state(models_dir) for file in model_files() if file.package_set == "analysis"}
    assert set(states.values()) == {"official"}
