"""The machine that figures come from, and what its processes use of it."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

_LIBRARIES = ("celery", "httpx", "redis", "simple-salesforce")


def machine() -> dict[str, object]:
    """What makes figures of one machine differ from those of another."""
    return {
        "cpus": os.cpu_count(),
        "processor": _told("/proc/cpuinfo", "model name"),
        "memory": _told("/proc/meminfo", "MemTotal"),
        "load_average": round(os.getloadavg()[0], 2),
        "system": platform.platform(),
        "python": platform.python_version(),
        **{name: version(name) for name in _LIBRARIES},
    }


def _told(path: str, name: str) -> str:
    """What the system tells under this name; empty where it tells nothing."""
    try:
        lines = Path(path).read_text().splitlines()
    except OSError:
        return ""
    return next(
        (" ".join(line.split(":")[1].split()) for line in lines if line.startswith(name)), ""
    )


def cpu_seconds(pid: int) -> float | None:
    """What a process and those that it started have used so far, all threads; None where the system
    has no /proc.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()  # the name before it may hold anything
    user, system = int(fields[11]), int(fields[12])
    own = (user + system) / os.sysconf("SC_CLK_TCK")
    return own + sum(cpu_seconds(int(child)) or 0.0 for child in children)


def machine_cpu_seconds() -> float | None:
    """What all processes of this machine have used so far, whosever they are, and the system; None
    where it has no /proc.
    """
    try:
        first = Path("/proc/stat").read_text().partition("\n")[0]
    except OSError:
        return None
    # proc(5): user, nice, system, idle, iowait, irq, softirq, …
    user, nice, system, _, _, irq, softirq = map(int, first.split()[1:8])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")
