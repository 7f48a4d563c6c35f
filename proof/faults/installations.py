"""Two complete installations of workers on one Redis, each cut off from it for a while."""

from contextlib import AbstractContextManager

from proof.faults.experiment import Experiment
from proof.faults.network import Host, hosts
from proof.faults.scene import Scene
from workers.demo.stack import Stack

_PROCESSES = {0: ("worker", "listener", "beat"), 1: ("worker2", "listener2", "beat2")}
_CUTS, _SECONDS = 4, 20.0
_CHANGES = 200
"""Between two cuts: so many that the work is in full swing again."""


def apart(stack: Stack) -> AbstractContextManager[None]:
    """Three network namespaces: this one, with Redis and the clouds, and one for each."""
    return hosts(stack, _PROCESSES)


def cut_off(scene: Scene) -> None:
    """By turns one and the other loses its network, and gets it back."""
    for number in scene.turns(_CUTS):
        host = Host(number % len(_PROCESSES))
        scene.await_changes(_CHANGES)
        host.unplug()
        try:
            scene.harms += 1
            scene.let_pass(_SECONDS)
        finally:
            host.plug_in()


INSTALLATIONS = Experiment(
    "installations",
    f"two installations in network namespaces, each cut off {_CUTS // 2} times for 20 s",
    cut_off,
    processes=tuple(name for names in _PROCESSES.values() for name in names),
    place=apart,
)
