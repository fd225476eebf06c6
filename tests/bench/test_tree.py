"""The processor's time of a process and of its children."""

import os
import subprocess
import sys

import pytest

from bench.tree import PROC, memory_mb, processor_ms

BUSY = "import time\nwhile time.process_time() < 0.2: pass\nprint('done', flush=True)\ninput()"


@pytest.mark.skipif(not (PROC / "self" / "stat").is_file(), reason="the kernel does not tell")
def test_what_a_child_uses_is_counted_while_it_lives() -> None:
    before_ms = processor_ms(os.getpid())
    child = subprocess.Popen([sys.executable, "-c", BUSY], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"done\n"
    after_ms = processor_ms(os.getpid())
    child.communicate(b"\n")
    ended_ms = processor_ms(os.getpid())
    assert before_ms is not None
    assert after_ms is not None
    assert after_ms - before_ms >= 180
    # What a child has used stays counted when it has ended.
    assert ended_ms is not None
    assert ended_ms >= after_ms


@pytest.mark.skipif(not (PROC / "self" / "smaps_rollup").is_file(), reason="the kernel does not tell")
def test_a_program_holds_some_memory() -> None:
    held_mb = memory_mb(os.getpid())
    assert held_mb is not None
    assert 5 < held_mb < 20_000


def test_nobody_uses_nothing() -> None:
    assert processor_ms(2**30) in (0.0, None)
    assert memory_mb(2**30) is None
