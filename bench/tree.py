"""What a process and those that it started have used of the processor, and what they hold of the memory."""

import os
from pathlib import Path

PROC = Path("/proc")


def process_tree(process_id: int) -> list[int]:
    """A process and those that it started; only itself where the kernel does not tell."""
    try:
        started = (PROC / str(process_id) / "task" / str(process_id) / "children").read_text().split()
    except OSError:
        started = []
    return [process_id, *(one for child in started for one in process_tree(int(child)))]


def processor_ms(process_id: int) -> float | None:
    """With what ended children had used; None where the kernel does not tell, as outside Linux."""
    if not (PROC / "self" / "stat").is_file():
        return None
    return sum(_own_ms(one) for one in process_tree(process_id))


def memory_mb(process_id: int) -> float | None:
    """Pages that several processes share count once altogether; None where the kernel does not tell."""
    shares = [_own_mb(one) for one in process_tree(process_id)]
    known = [share for share in shares if share is not None]
    return sum(known) if known else None


def _own_ms(process_id: int) -> float:
    try:
        line = (PROC / str(process_id) / "stat").read_text()
    except OSError:
        return 0.0
    # The name may hold blanks and brackets; user and system time are the 14th to 17th of all, first the
    # process's own, then that of children that have ended.
    times = line.rpartition(")")[2].split()[11:15]
    return 1000 * sum(int(ticks) for ticks in times) / os.sysconf("SC_CLK_TCK")


def _own_mb(process_id: int) -> float | None:
    try:
        lines = (PROC / str(process_id) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return None
    for line in lines:
        name, _, value = line.partition(":")
        if name == "Pss":
            return int(value.split()[0]) / 1024
    return None
