"""Redis that is restarted, hangs, throws everybody out, or can take no more."""

import os
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from proof.faults.experiment import Experiment
from proof.faults.power_cut import PowerCut, append_only_file
from proof.faults.scene import Scene

_RESTARTS, _DISCONNECTIONS, _HANGS = 20, 25, 2
_DOWN_SECONDS = 1.0
_LOST_SECONDS = 1.0
"""As old as what Redis has not made sure of may be (appendfsync everysec)."""
_SECONDS = 20.0
"""How long it hangs, or is full."""
_CHANGES = 20
"""Between one harm and the next."""
_MORE_CHANGES = 200
"""Between two that last: so many that the work is in full swing again."""


def restart(scene: Scene) -> None:
    """By turns killed, cut off from power, and shut down as an administrator does."""
    ends = (scene.stack.redis.kill, lambda: _cut_power(scene), scene.stack.redis.stop)
    for number in scene.turns(_RESTARTS):
        scene.await_changes(_CHANGES)
        ends[number % len(ends)]()
        scene.harms += 1
        scene.let_pass(_DOWN_SECONDS)
        scene.stack.redis.start()


def hang(scene: Scene) -> None:
    """Connections stand, new ones are taken by the system, and nobody is answered."""
    for _ in scene.turns(_HANGS):
        scene.await_changes(_MORE_CHANGES)
        pid = _pid(scene)
        os.kill(pid, signal.SIGSTOP)
        try:
            scene.harms += 1
            scene.let_pass(_SECONDS)
        finally:
            os.kill(pid, signal.SIGCONT)


def disconnect(scene: Scene) -> None:
    """Every connection is closed by Redis at once."""
    for _ in scene.turns(_DISCONNECTIONS):
        scene.await_changes(_CHANGES)
        for kind in ("normal", "pubsub"):
            scene.redis.client_kill_filter(_type=kind, skipme=True)
        scene.harms += 1


def fill_disk(scene: Scene) -> None:
    """The append-only file cannot grow: to Redis a limit to a file's size is what a full disk is,
    but for the number of the error. So it refuses all writes (MISCONF).
    """
    scene.await_changes(_MORE_CHANGES)
    with _files_limited(_pid(scene), append_only_file(scene.stack.directory).stat().st_size):
        scene.wait(lambda: not _writes(scene), "Redis to fail to write its file")
        _refused(scene, "MISCONF")
    scene.wait(lambda: _writes(scene), "Redis to write its file again")


def fill_memory(scene: Scene) -> None:
    """It holds more than it may already, and evicts nothing: it refuses what needs memory (OOM)."""
    scene.await_changes(_MORE_CHANGES)
    scene.redis.config_set("maxmemory", int(scene.redis.info("memory")["used_memory"]) // 2)
    try:
        _refused(scene, "OOM")
    finally:
        scene.redis.config_set("maxmemory", 0)


def _refused(scene: Scene, error: str) -> None:
    """It lasts, and was felt.

    Raises:
        NeverCame: Redis refused nobody.
    """
    before = _refusals(scene, error)
    scene.let_pass(_SECONDS)
    felt = _refusals(scene, error) - before
    scene.wait(lambda: felt, f"a command refused with {error}")
    scene.harms += 1
    scene.show(f"Redis refused {felt:,} commands with {error}")


def _cut_power(scene: Scene) -> None:
    cut = PowerCut(scene.stack.redis)
    scene.let_pass(_LOST_SECONDS)
    cut.strike()


@contextmanager
def _files_limited(pid: int, size: int) -> Iterator[None]:
    """Inside, no file of the process grows beyond so many bytes."""
    usual = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, usual[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, usual)


def _pid(scene: Scene) -> int:
    return int(scene.redis.info("server")["process_id"])


def _writes(scene: Scene) -> bool:
    return bool(scene.redis.info("persistence")["aof_last_write_status"] == "ok")


def _refusals(scene: Scene, error: str) -> int:
    """How many commands Redis has refused so."""
    counts = scene.redis.info("errorstats")
    return int(counts.get(f"errorstat_{error}", {"count": 0})["count"])


def _experiment(name: str, title: str, harm: Callable[[Scene], None]) -> Experiment:
    return Experiment(f"redis-{name}", f"Redis {title}", harm)


EXPERIMENTS = (
    _experiment("restarts", f"restarted {_RESTARTS} times: killed, power cut, shut down", restart),
    _experiment("hangs", f"hung for {_SECONDS:.0f} s, {_HANGS} times", hang),
    _experiment("connections", f"closes all connections {_DISCONNECTIONS} times", disconnect),
    _experiment("disk-full", f"cannot write its file for {_SECONDS:.0f} s (disk full)", fill_disk),
    _experiment(
        "memory-full", f"has no memory left for {_SECONDS:.0f} s (noeviction)", fill_memory
    ),
)
