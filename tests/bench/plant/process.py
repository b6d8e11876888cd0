"""What the operating system says of a process: processor time and memory."""

import os
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")
_KILO = 1024
MANY = (os.cpu_count() or 1) > 1


def cpu_seconds(pid: int) -> float:
    """Processor time of a process so far, user and system, in seconds (proc(5), stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def resident_bytes(pid: int) -> int:
    """Memory of a process that is in use now (proc(5), status, VmRSS)."""
    for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * _KILO
    return 0


DAEMON_CORE, OTHER_CORE = 0, 1


def on_daemon_core(*command: str) -> list[str]:
    """The command, on the core that is the daemon's alone."""
    return ["taskset", "-c", str(DAEMON_CORE), *command]


def on_other_core(*command: str) -> list[str]:
    """The command, on the core of everything but the daemon."""
    return ["taskset", "-c", str(OTHER_CORE), *command] if MANY else list(command)


def move_to_other_core(pid: int) -> None:
    """Keep a running process and all its threads off the daemon's core."""
    if not MANY:
        return
    for task in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(task.name), {OTHER_CORE})
