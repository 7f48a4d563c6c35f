"""All targets, and a run of them."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence

from proof.faults.fuzz import (
    events,
    flow_file,
    messages,
    netsuite,
    responses,
    salesforce,
    stored,
    worker,
)
from proof.faults.fuzz.target import FuzzResult, FuzzTarget, divided
from proof.rig.commands import run

IN_PROCESS: tuple[FuzzTarget, ...] = (
    events.PAYLOADS,
    events.SCHEMAS,
    responses.RESPONSES,
    messages.TASKS,
    salesforce.LOGINS,
    salesforce.ANSWERS,
    netsuite.LOGINS,
    netsuite.ANSWERS,
    flow_file.FLOW_FILE,
    stored.STORED,
)
TARGETS: tuple[FuzzTarget, ...] = (*IN_PROCESS, worker.WORKER)


def fuzz(
    count: int,
    seed: int,
    targets: Sequence[FuzzTarget] = TARGETS,
    told: Callable[[FuzzResult], None] = lambda result: None,
) -> list[FuzzResult]:
    """At least `count` inputs over all targets; each result is told as soon as it is there.

    Settings and Celery's application of this process are used: call it in a process of its own
    (`apart`), unless that has none.
    """
    results = []
    shares = divided(targets, count)
    for target in targets:
        result = target.run(seed, shares[target.name])
        told(result)
        results.append(result)
    return results


def apart(count: int, seed: int, seconds: float, *words: str) -> list[FuzzResult]:
    """The same in a process of its own, which is ended after so many seconds. `words`: further
    options of the command, such as `--in-process`.

    Raises:
        RuntimeError: it ended otherwise than it should, or was too slow: that is a finding, too.
    """
    command = [sys.executable, "-m", "proof.faults.fuzz", f"--count={count}", f"--seed={seed}"]
    try:
        done = run([*command, "--json", *words], seconds)
        return [FuzzResult.read_from(one) for one in json.loads(done.stdout)]
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"the fuzzing hangs: it was ended after {seconds:.0f} s") from None
    except (ValueError, TypeError):
        raise RuntimeError(f"the fuzzing ended early: {done.stderr[-500:]}") from None
