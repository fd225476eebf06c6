"""Known weaknesses fail, silence is said, and what is accepted is accepted for a time and a reason."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.supply.__main__ import main
from tests.supply.advisories import AcceptedUnreadable, CannotAsk, accepted_in, findings_in, not_accepted
from tests.supply.packages import Package, all_packages

DJANGO = Package("PyPI", "django", "5.2.1", ("web",))
LIT = Package("npm", "lit", "3.0.0", ("front end",))
asked: list[dict[str, Any]] = []


@contextmanager
def service(answer: bytes, status: int = 200) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *arguments: Any) -> None:
            """Nothing is written into the suite's output."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def results(*ids: list[str]) -> bytes:
    told = [{"vulns": [{"id": one} for one in found]} if found else {} for found in ids]
    return json.dumps({"results": told}).encode()


def test_each_package_is_asked_about_and_answered() -> None:
    asked.clear()
    with service(results(["B-2", "A-1"], [])) as address:
        found = findings_in([DJANGO, LIT], service=address)
    assert [str(one) for one in found] == ["django 5.2.1 (web): A-1", "django 5.2.1 (web): B-2"]
    assert asked == [
        {
            "queries": [
                {"package": {"ecosystem": "PyPI", "name": "django"}, "version": "5.2.1"},
                {"package": {"ecosystem": "npm", "name": "lit"}, "version": "3.0.0"},
            ]
        }
    ]


@pytest.mark.parametrize(
    ("answer", "status"),
    [(b"<html>", 200), (b"{}", 200), (b"[]", 200), (results([]), 200), (b"", 405), (b"", 500)],
)
def test_what_is_no_answer_is_no_clean_bill(answer: bytes, status: int) -> None:
    with service(answer, status) as address, pytest.raises(CannotAsk):
        findings_in([DJANGO, LIT], service=address)


def test_a_known_weakness_fails(capsys: pytest.CaptureFixture[str]) -> None:
    packages = all_packages()
    at = next(index for index, package in enumerate(packages) if package.name == "django")
    told = [["A-1"] if index == at else [] for index in range(len(packages))]
    with service(results(*told)) as address:
        assert main(["advisories", "--service", address]) == 1
    said = capsys.readouterr()
    assert "A-1" in said.err
    assert "1 known weaknesses not accepted" in said.out
    with service(results(*([] for _ in packages))) as address:
        assert main(["advisories", "--service", address]) == 0


def test_silence_is_said_and_fails_only_where_that_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with service(b"", 503) as address:
        assert main(["advisories", "--service", address]) == 0
        assert capsys.readouterr().out.startswith("NOT CHECKED: ")
        assert main(["advisories", "--service", address, "--must-ask"]) == 1


def test_what_is_accepted_is_accepted_for_a_time(tmp_path: Path) -> None:
    listed = tmp_path / "accepted"
    listed.write_text("# why\n\nA-1 2026-06-30 not reached: we never call it\n")
    accepted = accepted_in(listed)
    assert accepted == {"A-1": date(2026, 6, 30)}
    with service(results(["A-1", "B-2"])) as address:
        found = findings_in([DJANGO], service=address)
    assert [one.advisory for one in not_accepted(found, accepted, today=date(2026, 6, 30))] == ["B-2"]
    assert [one.advisory for one in not_accepted(found, accepted, today=date(2026, 7, 1))] == ["A-1", "B-2"]


@pytest.mark.parametrize("line", ["A-1", "A-1 soon because", "A-1 2026-06-30"])
def test_a_line_without_a_day_or_a_reason_is_refused(line: str, tmp_path: Path) -> None:
    listed = tmp_path / "accepted"
    listed.write_text(line)
    with pytest.raises(AcceptedUnreadable, match="line 1"):
        accepted_in(listed)
