"""The processor's time of a process and of its children."""

import os
import subprocess
import sys

import pytest

from tests.bench.tree import PROC, processor_ms

BUSY = "import time\nwhile time.process_time() < 0.2: pass\nprint('done', flush=True)\ninput()"


@pytest.mark.skipif(not (PROC / "self" / "stat").is_file(), reason="the kernel does not tell")
def test_what_a_child_uses_is_counted_while_it_lives() -> None:
    before_ms = processor_ms(os.getpid())
    child = subprocess.Popen([sys.executable, "-c", BUSY], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"done\n"
    after_ms = processor_ms(os.getpid())
    child.communicate(b"\n")
    assert before_ms is not None
    assert after_ms is not None
    assert after_ms - before_ms >= 180


def test_nobody_uses_nothing() -> None:
    assert processor_ms(2**30) in (0.0, None)
