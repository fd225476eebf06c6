"""docs/api.md, command by command, against a running server."""

import base64
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from tests.contract.candidate import Candidate
from tests.flows.server import ROOT, Server, serving

pytestmark = [pytest.mark.slow, pytest.mark.embedded_only]

DOCUMENT = ROOT / "docs" / "api.md"
_PART = re.compile(r"^(?:```(?P<kind>\w+)\n(?P<text>.*?)^```|<!-- (?P<act>.+?) -->)$", re.M | re.S)


class Shell:
    """One bash that keeps its variables from command to command."""

    def __init__(self, folder: Path, server_url: str) -> None:
        tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self._bash = subprocess.Popen(
            ["bash", "-u"],
            cwd=folder,
            env={**os.environ, "INVIGIL": server_url, "PATH": tools},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, commands: str) -> str:
        """What they print."""
        end = f"end-{uuid.uuid4().hex}"
        assert self._bash.stdin is not None
        assert self._bash.stdout is not None
        self._bash.stdin.write(f"{commands}\necho {end}\n")
        self._bash.stdin.flush()
        printed = ""
        for line in self._bash.stdout:
            if line.endswith(f"{end}\n"):
                return printed + line.removesuffix(f"{end}\n")
            printed += line
        raise AssertionError(f"bash ended:\n{printed}")

    def close(self) -> None:
        os.killpg(self._bash.pid, signal.SIGKILL)
        self._bash.communicate(timeout=60)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path, models_dir=tmp_path / "models") as running:
        yield running


@pytest.fixture
def shell(server: Server, tmp_path: Path) -> Iterator[Shell]:
    if shutil.which("curl") is None:
        (pytest.fail if os.environ.get("REQUIRE_EVERYTHING") else pytest.skip)("curl is not installed")
    folder = tmp_path / "reader"
    folder.mkdir()
    bash = Shell(folder, server.url)
    yield bash
    bash.close()


def parts() -> list[re.Match[str]]:
    return list(_PART.finditer(DOCUMENT.read_text()))


def expected(text: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, text.strip().split("…"))))


def test_every_command_prints_what_the_document_says(shell: Shell, tmp_path: Path) -> None:
    printed, candidate = "", None
    for part in parts():
        if part["kind"] == "sh":
            assert printed == "", f"the document does not show:\n{printed}"
            printed = shell.run(part["text"])
        elif part["kind"] == "text":
            assert expected(part["text"]).fullmatch(printed.strip()), f"{printed}\nis not\n{part['text']}"
            printed = ""
        elif part["kind"] == "python":
            name = part["text"].partition(":")[0].removeprefix("# ")
            (tmp_path / "reader" / name).write_text(part["text"])
        elif part["act"] == "the candidate agrees":
            candidate = Candidate(shell.run('echo "$join"').strip())
            candidate.agree()
        else:
            assert part["act"] == "the candidate leaves the exam's tab"
            assert candidate is not None
            candidate.report("tab_hidden", "tab_visible", "window_focus")
    assert printed == ""


def test_the_ten_lines_tell_our_messages_from_others() -> None:
    (text,) = (part["text"] for part in parts() if (part["text"] or "").startswith("# check.py"))
    names: dict[str, Any] = {}
    exec(text, names)
    secret = "whsec_" + base64.b64encode(hashlib.sha256(b"test").digest()).decode()
    body, now = b'{"type": "flag.raised"}', datetime.now(UTC)
    headers = {
        "webhook-id": "evt_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign("evt_1", now, body.decode()),
    }
    assert names["is_genuine"](headers, body, secret)
    assert not names["is_genuine"](headers, body + b" ", secret)
    assert not names["is_genuine"]({**headers, "webhook-id": "evt_2"}, body, secret)
    assert not names["is_genuine"]({**headers, "webhook-timestamp": "1"}, body, secret)
    lines = text.partition("\n")[2].strip().splitlines()
    assert len([line for line in lines if line]) <= 10
