"""Processor time and memory of a server and its workers, as the Linux kernel counts them."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def members(session: int) -> list[int]:
    """The processes of a session: a server started in one of its own, and its workers."""
    return [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and _session(entry) == session
    ]


def cpu_seconds(processes: list[int]) -> float:
    """User and system time they have used so far."""
    fields = [_fields(Path("/proc") / str(process)) for process in processes]
    return sum(int(each[11]) + int(each[12]) for each in fields) / _TICKS


def resident_megabytes(processes: list[int]) -> float:
    """Memory they hold; pages that several share count once for each."""
    pages = sum(
        int((Path("/proc") / str(process) / "statm").read_text().split()[1])
        for process in processes
    )
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000


def proportional_megabytes(processes: list[int]) -> float:
    """Memory they hold; a page that several share counts as a part for each."""
    return sum(_proportional_kilobytes(each) for each in processes) * 1024 / 1_000_000


def _proportional_kilobytes(process: int) -> int:
    try:
        text = (Path("/proc") / str(process) / "smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0  # it has just ended
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0)


def _session(entry: Path) -> int | None:
    try:
        return int(_fields(entry)[3])
    except (FileNotFoundError, ProcessLookupError):
        return None


def _fields(entry: Path) -> list[str]:
    """Fields after the name in /proc/PID/stat: state is 0, session 3, utime 11, stime 12."""
    return (entry / "stat").read_text().rpartition(")")[2].split()
