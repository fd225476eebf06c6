"""`python -m tests.webhooks_storm [--events N] [--kills N]` prints a table; it fails on a broken promise.

With `--production` it needs the services around it:
`python -m tests.services -- python -m tests.webhooks_storm --production`.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from tests.services.process import free_port
from tests.webhooks_storm.sender import embedded, production


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.webhooks_storm")
    options.add_argument("--events", type=int, default=1000)
    options.add_argument("--kills", type=int, default=10)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--json", action="store_true")
    options.add_argument("--production", action="store_true", help="PostgreSQL, Redis and Celery workers")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="invigil-storm-") as folder:
        settings = "production_settings" if chosen.production else "settings"
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": f"tests.webhooks_storm.{settings}",
            "VAR_DIR": folder,
            "MODELS_DIR": str(Path(folder) / "models"),
            "PORT": str(free_port()),
        }
        import django

        django.setup()
        from tests.webhooks_storm.storm import blow

        programs = production(Path(folder)) if chosen.production else embedded()
        outcome = blow(
            Path(folder),
            programs,
            event_count=chosen.events,
            kill_count=chosen.kills,
            seed=chosen.seed,
        )
    print(json.dumps(outcome.figures()) if chosen.json else outcome.table())
    return 0 if outcome.promises_kept else 1


if __name__ == "__main__":
    sys.exit(main())
