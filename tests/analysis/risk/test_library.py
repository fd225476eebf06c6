"""Policies by name and from files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analysis.risk.library import load_policy, policy_names
from analysis.risk.policy import PolicyError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "strict.json").write_text(json.dumps({"name": "strict"}))
    (tmp_path / "default.json").write_text(json.dumps({"name": "not ours"}))
    (tmp_path / "broken.json").write_text("{")
    (tmp_path / "wrong.json").write_text('{"rules": [{"id": "A"}]}')
    (tmp_path / "nan.json").write_text('{"ledgers": {"a": {"start": NaN}}}')
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe\x00")
    return tmp_path


def test_a_policy_is_found_by_name_or_path(folder: Path) -> None:
    assert load_policy("strict", presets_dir=folder).name == "strict"
    assert load_policy(folder / "strict.json").name == "strict"
    assert load_policy().name == "default"


def test_the_built_in_policy_is_not_hidden_by_a_file(folder: Path) -> None:
    assert load_policy("default", presets_dir=folder).sha256 == load_policy("default").sha256


def test_the_names_begin_with_the_default(folder: Path) -> None:
    assert policy_names(presets_dir=folder) == (
        *("default", "broken", "bytes", "nan"),
        *("seed1", "strict", "wrong"),
    )
    assert policy_names() == policy_names(presets_dir=folder / "missing") == ("default", "seed1")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nobody", "there is no policy 'nobody', neither a file nor one of: default"),
        ("../strict", "there is no policy"),
        ("broken", "broken.json is not JSON"),
        ("bytes", "bytes.json is not JSON"),
        ("nan", "NaN is not a number"),
        ("wrong", "rules[0]: must hold either when"),
    ],
)
def test_a_policy_that_cannot_be_loaded_says_why(folder: Path, name: str, words: str) -> None:
    with pytest.raises(PolicyError) as refused:
        load_policy(name, presets_dir=folder)
    assert words in str(refused.value)


def test_an_endless_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    path.write_text(" " * 1_100_000)
    with pytest.raises(PolicyError, match="larger than"):
        load_policy(path)


def test_every_preset_is_readable(presets_dir: Path) -> None:
    names = policy_names(presets_dir=presets_dir)
    assert {"default", "seed0-report", "seed1", "seed2", "seed3", "seed3-code", "seed4"} <= set(names)
    assert len({load_policy(name, presets_dir=presets_dir).sha256 for name in names}) == len(names)
