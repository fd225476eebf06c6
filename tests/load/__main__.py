"""`python -m tests.load [--short]` prints tables and writes var/load.json; the full form writes docs/load.md.

Fails where an acknowledged event was lost or changed, or where a promise of the scale is broken.
"""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from tests.bench.frame_path import clip_jpegs
from tests.bench.machine import recording, this_machine
from tests.load import scaling, scenes
from tests.load.document import document
from tests.load.promises import broken_promises
from tests.load.scenes import FULL, SHORT, Scale, Scene
from tests.load.table import tables
from tests.services.process import ServiceFailed, end_when_told
from tests.stack.stack import ROOT, running_stack

FIGURES = ROOT / "var" / "load.json"
DOCUMENT = ROOT / "docs" / "load.md"
JPEGS = 30


def main(arguments: list[str]) -> int:
    options = argparse.ArgumentParser(prog="python -m tests.load")
    options.add_argument(
        "--short", action="store_true", help="a minute and a half, to see that it still works"
    )
    options.add_argument("--no-document", action="store_true", help="leave docs/load.md as it is")
    chosen = options.parse_args(arguments)
    end_when_told()
    machine = this_machine()
    try:
        measured = _measure(SHORT if chosen.short else FULL)
    except ServiceFailed as error:
        print(error, file=sys.stderr)
        return 1
    print(tables(measured))
    figures = {"machine": asdict(machine), "scenes": [asdict(scene) for scene in measured]}
    FIGURES.parent.mkdir(exist_ok=True)
    FIGURES.write_text(json.dumps(figures, indent=2) + "\n")
    if not chosen.short and not chosen.no_document:
        DOCUMENT.write_text(document(machine, measured))
        scaling.main()
    broken = broken_promises(measured, short=chosen.short)
    for words in broken:
        print(f"BROKEN: {words}")
    return 1 if broken else 0


def _measure(scale: Scale) -> list[Scene]:
    clip, models_dir = recording()
    jpegs = clip_jpegs(clip, JPEGS, samples_per_s=1.0)
    with running_stack(environment={"MODELS_DIR": str(Path(models_dir).resolve())}) as stack:
        return [
            scenes.events(stack, scale),
            scenes.frames(stack, scale, jpegs),
            *scenes.noisy(stack, scale, jpegs),
        ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
