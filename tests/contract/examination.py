"""Schemathesis against a running server: the answers are as described, and none is a 500."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.contract.callers import Caller
from tests.contract.known import Ids
from tests.flows.server import ROOT

CHECKS = "tests.contract.checks"
# Asked thousands of times without a key from one address, the API is to say 401 each time, not to slow down.
PATIENT = {"API_REQUESTS_A_MINUTE_ADDRESS": "1000000"}
# An answer of a busy machine is slow, not wrong.
REQUEST_LIMIT_S = 60


def examine(
    caller: Caller, folder: Path, *, known: Ids, seconds: int, seed: int | None = None
) -> tuple[int, str]:
    """The exit status of schemathesis, 0 where nothing is wrong, and its words; its files go to `folder`."""
    environment = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": CHECKS,
        "PYTHONPATH": str(ROOT),
        "CONTRACT_IDS": json.dumps(known),
    }
    done = subprocess.run(
        _command(caller, seconds, seed),
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, f"{done.stdout}{done.stderr}"


def _command(caller: Caller, seconds: int, seed: int | None) -> list[str]:
    return [
        str(Path(sys.executable).with_name("schemathesis")),
        "run",
        f"{caller.api_url}/schema/",
        "--checks=all",
        # Takes a wrong time zone for a wrong description; `form_is_described` stands in for it.
        "--exclude-checks=positive_data_acceptance",
        f"--header=Authorization: {caller.authorization}",
        f"--max-time={seconds}",
        f"--request-timeout={REQUEST_LIMIT_S}",
        "--request-retries=1",
        "--suppress-health-check=all",
        "--continue-on-failure",
        "--no-color",
        *([] if seed is None else [f"--seed={seed}"]),
    ]
