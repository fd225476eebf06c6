"""`python -m tests.contract [--seconds N]`: five minutes of schemathesis, half as owner and half as a key."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.contract.callers import registered
from tests.contract.examination import PATIENT, examine
from tests.contract.known import furnish
from tests.flows.server import serving


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.contract")
    options.add_argument("--seconds", type=int, default=300)
    options.add_argument("--seed", type=int)
    chosen = options.parse_args()
    worst = 0
    with tempfile.TemporaryDirectory(prefix="invigil-contract-") as name:
        folder = Path(name)
        with serving(folder, models_dir=folder / "models", changes=PATIENT) as server:
            owner, key = registered(server.url)
            known, seconds = furnish(owner, key), chosen.seconds // 2
            for caller in (owner, key):
                status, words = examine(caller, folder, known=known, seconds=seconds, seed=chosen.seed)
                print(f"As {caller.name}:\n{words}", flush=True)
                worst = max(worst, status)
    return worst


if __name__ == "__main__":
    sys.exit(main())
