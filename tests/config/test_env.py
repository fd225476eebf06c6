"""Readers of the environment name the variable in every refusal."""

from pathlib import Path

import pytest

from config import env
from config.env import SettingInvalid, SettingMissing


def test_required_names_the_missing_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("S3_BUCKET", raising=False)
    with pytest.raises(SettingMissing, match="S3_BUCKET is not set"):
        env.required("S3_BUCKET")


@pytest.mark.parametrize("value", ["", "   "])
def test_a_blank_value_counts_as_missing(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("S3_BUCKET", value)
    with pytest.raises(SettingMissing, match="S3_BUCKET"):
        env.required("S3_BUCKET")
    assert env.text("S3_BUCKET", "other") == "other"
    assert env.integer("S3_BUCKET", 3) == 3
    assert env.boolean("S3_BUCKET", True) is True
    assert env.words("S3_BUCKET", ("a",)) == ["a"]


def test_values_are_read_without_surrounding_space(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAME", "  exam  ")
    assert env.required("NAME") == "exam"
    assert env.text("NAME", "") == "exam"
    assert env.secret("NAME") == "exam"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1", True),
        ("TRUE", True),
        ("yes", True),
        ("on", True),
        ("0", False),
        ("False", False),
        ("off", False),
    ],
)
def test_boolean_words(monkeypatch: pytest.MonkeyPatch, value: str, expected: bool) -> None:
    monkeypatch.setenv("FLAG", value)
    assert env.boolean("FLAG", not expected) is expected


def test_boolean_refuses_other_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLAG", "perhaps")
    with pytest.raises(SettingInvalid, match=r"FLAG must be one of .* not 'perhaps'"):
        env.boolean("FLAG", False)


def test_integer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNT", "12")
    assert env.integer("COUNT", 0) == 12
    monkeypatch.setenv("COUNT", "1.5")
    with pytest.raises(SettingInvalid, match=r"COUNT must be a whole number, not '1\.5'"):
        env.integer("COUNT", 0)


def test_integer_below_the_least(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNT", "0")
    assert env.integer("COUNT", 5, least=0) == 0
    with pytest.raises(env.SettingInvalid, match=r"^COUNT must be at least 1, not 0$"):
        env.integer("COUNT", 5, least=1)


def test_words_are_split_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSTS", " a.example , b.example,, ")
    assert env.words("HOSTS") == ["a.example", "b.example"]
    assert env.required_words("HOSTS") == ["a.example", "b.example"]
    monkeypatch.setenv("HOSTS", " , ")
    with pytest.raises(SettingInvalid, match="HOSTS must name at least one"):
        env.required_words("HOSTS")


def test_a_secret_comes_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("from-file\n")
    monkeypatch.setenv("SECRET_KEY", "from-environment")
    monkeypatch.setenv("SECRET_KEY_FILE", str(path))
    assert env.secret("SECRET_KEY") == "from-file"


def test_a_secret_file_must_be_readable_and_hold_something(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "missing"))
    with pytest.raises(SettingInvalid, match=r"SECRET_KEY_FILE names .*missing, which cannot be read"):
        env.secret("SECRET_KEY")
    (tmp_path / "empty").write_text("\n")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "empty"))
    with pytest.raises(SettingInvalid, match="which is empty"):
        env.secret("SECRET_KEY")


def test_a_missing_secret_names_both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.delenv("SECRET_KEY_FILE", raising=False)
    with pytest.raises(SettingMissing, match="needs SECRET_KEY, or SECRET_KEY_FILE"):
        env.secret("SECRET_KEY")


def test_a_secret_that_need_not_be_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("MAIL", raising=False)
    assert env.secret_or("MAIL", "none") == "none"
    monkeypatch.setenv("MAIL", "hidden")
    assert env.secret_or("MAIL", "none") == "hidden"
    monkeypatch.setenv("MAIL_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(SettingInvalid, match="cannot be read"):
        env.secret_or("MAIL", "none")


def test_secrets_come_one_after_another(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("KEYS", raising=False)
    assert env.secret_words("KEYS") == []
    monkeypatch.setenv("KEYS", "new, old")
    assert env.secret_words("KEYS") == ["new", "old"]
    path = tmp_path / "keys"
    path.write_text("newest\nnew,old\n\n")
    monkeypatch.setenv("KEYS_FILE", str(path))
    assert env.secret_words("KEYS") == ["newest", "new", "old"]
