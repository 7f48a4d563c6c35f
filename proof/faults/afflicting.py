"""Faults in a cloud for a while: how they begin, what is told of them, how they end."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from app.pauses import Pauses
from proof.faults.scene import Scene
from proof.rig.clouds import Plane

Fault = Mapping[str, object]
"""As docs/simulators.md has it. One that does not say how often hits each call."""
_FEW = 100
_PATIENCE_SECONDS = 300.0


def work_off(scene: Scene) -> None:
    """Waits until what was loaded is in NetSuite, which takes so many calls a second and no more:
    else an outage would be measured by the load that it held up.

    Raises:
        NeverCame: it takes too long.
    """
    scene.wait(
        lambda: 0 <= scene.under_way() < _FEW, "the load to be worked off", _PATIENCE_SECONDS
    )


@contextmanager
def afflicted(scene: Scene, plane: Plane, faults: Sequence[Fault]) -> Iterator[None]:
    """Inside, calls to the cloud meet these faults; each call that one has hit counts as a harm."""
    for fault in faults:
        plane.fault(**{"times": None, **fault})
    try:
        yield
    finally:
        told = Pauses(scene.redis).all()
        scene.show(
            "; ".join(f"{what} paused {words}" for what, words in told.items()) or "no pause"
        )
        scene.harms += plane.faults_fired()
        plane.forgive()
