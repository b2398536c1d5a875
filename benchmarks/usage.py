"""What a process took so far, as Linux tells: https://man7.org/linux/man-pages/man5/proc.5.html"""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_MEMORY: Final = re.compile(r"^(VmHWM|VmRSS):\s+(\d+) kB$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Usage:
    """CPU seconds of all its threads, and its memory: now, and at most since `forget_peak`."""

    cpu_s: float
    rss_bytes: int
    peak_bytes: int


def usage(pid: int) -> Usage:
    """Look at a process that lives. Raises FileNotFoundError when it is gone."""
    process = Path("/proc", str(pid))
    times = process.joinpath("stat").read_text().rpartition(")")[2].split()
    memory = dict(_MEMORY.findall(process.joinpath("status").read_text()))
    return Usage(
        cpu_s=(int(times[11]) + int(times[12])) / _TICKS,
        rss_bytes=int(memory["VmRSS"]) * 1024,
        peak_bytes=int(memory["VmHWM"]) * 1024,
    )


def forget_peak(pid: int) -> None:
    """Let the peak count from now."""
    Path("/proc", str(pid), "clear_refs").write_text("5")
