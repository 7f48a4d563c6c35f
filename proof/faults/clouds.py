"""Clouds that are down, slow, refusing, or answer nonsense: the rows of the table."""

from proof.faults import netsuite_faults, salesforce_faults
from proof.faults.afflicting import afflicted, work_off
from proof.faults.experiment import Experiment
from proof.faults.scene import Scene

_OUTAGE_SECONDS = 30.0


def both_down(scene: Scene) -> None:
    work_off(scene)
    with (
        afflicted(scene, scene.netsuite, netsuite_faults.DOWN),
        afflicted(scene, scene.salesforce, salesforce_faults.DOWN),
    ):
        scene.salesforce.tell("streams/close", {"status": "UNAVAILABLE"})
        scene.let_pass(_OUTAGE_SECONDS)


EXPERIMENTS: tuple[Experiment, ...] = (
    *netsuite_faults.EXPERIMENTS,
    *salesforce_faults.EXPERIMENTS,
    Experiment("both-down", "both clouds down for 30 s", both_down),
)
