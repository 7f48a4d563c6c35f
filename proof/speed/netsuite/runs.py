"""Which scenario runs on which rig, and in which order."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from proof.rig.rig import rig
from proof.rig.sizes import Sizes
from proof.speed.netsuite import scenarios
from proof.speed.netsuite.scenarios import Result, Scenario

Show = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Course:
    """Scenarios that share a rig. `together`: with several worker processes. `changes`: to its
    settings.
    """

    name: str
    scenarios: dict[str, Scenario]
    together: bool = False
    changes: Mapping[str, str] = field(default_factory=dict)


COURSES = (
    Course(
        "alone",
        {
            "creates": scenarios.creates,
            "updates": scenarios.updates,
            "unchanged": scenarios.unchanged,
        },
    ),
    Course(
        "together",
        {"creates-together": scenarios.creates, "updates-together": scenarios.updates},
        together=True,
    ),
    Course("drop", {"drop": scenarios.drop}),
    # The first failure that counts makes a letter, which its story keeps.
    Course("outage", {"outage": scenarios.outage}, changes={"RETRY_LIMIT": "0"}),
)
SCENARIOS = tuple(name for course in COURSES for name in course.scenarios)


def run(
    wanted: Collection[str], sizes: Sizes, directory: Path, show: Callable[[str], Show]
) -> Iterator[tuple[str, Result]]:
    """Each scenario that is wanted and what it gave. `show`: told what begins → told how many
    accounts are under way, again and again.

    Raises: as `proof.rig.rig.rig`.
    """
    for course in COURSES:
        chosen = [name for name in course.scenarios if name in wanted]
        if not chosen:
            continue
        own = directory / course.name
        own.mkdir()
        workers = sizes.workers if course.together else 1
        with rig(own, workers, sizes, course.changes) as ready:
            for name in chosen:
                ready.show = show(name)
                yield name, course.scenarios[name](ready)
