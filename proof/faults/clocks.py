"""Hosts whose clocks differ by minutes, as those do that nobody keeps right."""

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from proof.faults.experiment import Experiment
from proof.faults.scene import NeverCame, Scene
from workers.demo.stack import Stack

_AHEAD_SECONDS = {"worker": 300, "worker2": -300, "listener": 300, "beat": -300}
_CHANGES = 10
_KILLS = 12
_LIBRARY = "libfaketime.so.1"
_PLACES = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/opt/homebrew/lib")


@contextmanager
def wrong_clocks(stack: Stack) -> Iterator[None]:
    """Each process in a host of its own, as far as the time goes: its clock goes right, and is
    wrong. Timers do not depend on it.

    Raises:
        NeverCame: this machine has nothing to pretend it with.
    """
    library = _library()
    for process, ahead in _AHEAD_SECONDS.items():
        variables = (
            f"LD_PRELOAD={library}",
            f"FAKETIME={ahead:+d}s",
            "FAKETIME_DONT_FAKE_MONOTONIC=1",
            # Else the waits of Python's own lock end at once, a hundred thousand times a second.
            "FAKETIME_FORCE_MONOTONIC_FIX=0",
        )
        python = (sys.executable, "-m", "proof.faults.wrong_clock")
        stack.prefixes[process] = shlex.join(("env", *variables, *python))
    yield


def work_by_wrong_clocks(scene: Scene) -> None:
    """All log in by these clocks again and again: each process of its own to Salesforce, one for
    all to NetSuite. Writes are refused now and then, so that some are to be tried again soon.
    """
    scene.netsuite.fault(call="customer.p*", every=10, status=503, times=None)
    processes = list(_AHEAD_SECONDS)
    for number in scene.turns(_KILLS):
        process = processes[number % len(processes)]
        scene.await_at_work(process)
        scene.await_changes(_CHANGES)
        scene.kill(process)
        scene.netsuite.expire_sessions()
    scene.netsuite.forgive()


def _library() -> Path:
    found = next((path for place in _PLACES for path in sorted(Path(place).rglob(_LIBRARY))), None)
    if found is None:
        raise NeverCame("clocks cannot be set wrong here: `apt install faketime`")
    return found


CLOCKS = Experiment(
    "clocks",
    f"hosts' clocks 5 min ahead and behind; {_KILLS} processes and tokens lost",
    work_by_wrong_clocks,
    place=wrong_clocks,
)
