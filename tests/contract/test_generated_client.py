"""A client that nobody wrote by hand: generated from the description, and used."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.callers import Caller, registered
from tests.flows.server import serving

pytestmark = [pytest.mark.slow, pytest.mark.embedded_only]

PROGRAM = """
import sys
from invigil import AuthenticatedClient
from invigil.api.exams import exams_create, exams_list
from invigil.models import NewExamRequest, Problem

with AuthenticatedClient(base_url=sys.argv[1], token=sys.argv[2], prefix="Api-Key") as client:
    for title in ("Algebra", "Logic I"):
        exams_create.sync(client=client, body=NewExamRequest(title=title, duration_minutes=90))
    print([(exam.title, exam.duration_minutes) for exam in exams_list.sync(client=client).results])
    refused = exams_create.sync(client=client, body=NewExamRequest(title="None", duration_minutes=0))
    print(isinstance(refused, Problem), refused.code, refused.field)
"""


@pytest.fixture
def key(tmp_path: Path) -> Iterator[Caller]:
    with serving(tmp_path, models_dir=tmp_path / "models") as server:
        yield registered(server.url)[1]


def test_it_lists_exams_and_understands_a_refusal(key: Caller, tmp_path: Path) -> None:
    tools = Path(sys.executable).parent
    run(
        [
            str(tools / "openapi-python-client"),
            "generate",
            f"--url={key.api_url}/schema/",
            f"--output-path={tmp_path / 'invigil'}",
            "--meta=none",
        ],
        tmp_path,
        PATH=f"{tools}{os.pathsep}{os.environ['PATH']}",
    )
    server_url, secret = key.api_url.removesuffix("/api/v1"), key.authorization.removeprefix("Api-Key ")
    printed = run([sys.executable, "-c", PROGRAM, server_url, secret], tmp_path)
    assert printed.splitlines() == ["[('Logic I', 90), ('Algebra', 90)]", "True min_value duration_minutes"]


def run(command: list[str], folder: Path, **environment: str) -> str:
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
