"""Ours is the command of production; the others are started the same way and name what they need."""

import pytest

from tests.load.servers import main
from tests.stack.servers import NEEDED, OURS, SERVERS, command, missing


def test_ours_is_the_command_of_production() -> None:
    assert command(OURS, 8000, 8001) == ["manage.py", "web", "--port", "8000", "8001"]
    assert missing(OURS) == []


def test_the_others_run_by_their_name() -> None:
    assert command("daphne", 8000, 8001) == ["-m", "tests.stack.servers", "daphne", "8000", "8001"]
    assert set(NEEDED) < set(SERVERS)


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(NEEDED, "daphne", ("json", "no_such_package"))
    assert missing("daphne") == ["no_such_package"]


def test_an_unknown_server_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", "gunicorn"]) == 2
    assert "No such server: gunicorn. Known: uvicorn, websockets-sansio;" in capsys.readouterr().err
