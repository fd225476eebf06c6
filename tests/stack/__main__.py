"""`python -m tests.stack [--port 8000] [--web 2]` runs the production profile until Ctrl-C.

It has a demonstration institution; everything lies in a temporary folder and is gone afterwards.
"""

import argparse
import signal
import sys

from tests.services.process import ServiceFailed, accepts_connections, end_when_told
from tests.stack.stack import running_stack


def main(arguments: list[str]) -> int:
    options = argparse.ArgumentParser(prog="python -m tests.stack")
    options.add_argument("--port", type=int, default=8000)
    options.add_argument("--web", type=int, default=2, help="web processes")
    chosen = options.parse_args(arguments)
    if accepts_connections(chosen.port):
        print(
            f"Port {chosen.port} is taken: stop what uses it, or choose another with PORT=8001.",
            file=sys.stderr,
        )
        return 1
    end_when_told()
    print("PostgreSQL, Redis, S3, web processes and workers start; this takes about a minute.", flush=True)
    try:
        with running_stack(web=chosen.web, port=chosen.port, static=True) as stack:
            print(stack.run("-m", "tests.stack.demo"), end="")
            print(f"Logs       {stack.folder}")
            print(f"Invigil serves {stack.url}  (Ctrl+C stops it)", flush=True)
            signal.pause()
    except ServiceFailed as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
