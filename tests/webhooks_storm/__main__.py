"""`python -m tests.webhooks_storm [--events N] [--kills N]` prints a table; it fails on a broken promise."""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from tests.services.process import free_port


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.webhooks_storm")
    options.add_argument("--events", type=int, default=1000)
    options.add_argument("--kills", type=int, default=10)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="invigil-storm-") as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "tests.webhooks_storm.settings",
            "VAR_DIR": folder,
            "MODELS_DIR": str(Path(folder) / "models"),
            "PORT": str(free_port()),
        }
        import django

        django.setup()
        from tests.webhooks_storm.storm import blow

        outcome = blow(Path(folder), event_count=chosen.events, kill_count=chosen.kills, seed=chosen.seed)
    print(json.dumps(outcome.figures()) if chosen.json else outcome.table())
    return 0 if outcome.promises_kept else 1


if __name__ == "__main__":
    sys.exit(main())
