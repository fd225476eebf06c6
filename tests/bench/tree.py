"""What a process and those that it started have used of the processor."""

import os
from pathlib import Path

from tests.services.process import process_tree

PROC = Path("/proc")


def processor_ms(process_id: int) -> float | None:
    """None where the kernel does not tell, as outside Linux."""
    if not (PROC / "self" / "stat").is_file():
        return None
    return sum(_own_ms(one) for one in process_tree(process_id))


def _own_ms(process_id: int) -> float:
    try:
        line = (PROC / str(process_id) / "stat").read_text()
    except OSError:
        return 0.0
    # The name may hold blanks and brackets; user and system time are the 14th and 15th of all.
    user, system = line.rpartition(")")[2].split()[11:13]
    return 1000 * (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
