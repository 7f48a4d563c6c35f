"""NetSuite down, slow, silent, overrun, or with answers that are lost or nonsense."""

from proof.faults.afflicting import Fault, afflicted, work_off
from proof.faults.experiment import Experiment
from proof.faults.scene import Scene

_OUTAGE_SECONDS = 60.0
_SILENCE_SECONDS = 75.0
"""Longer than a call may take, so that calls of its last part outlast it."""
_STORM_SECONDS = 30.0
_STORMS = 3
_SECONDS_BETWEEN = 10.0
_FOR_EVER_SECONDS = 3600.0
_WRITES = "customer.p*"
HTML = "<html><body><h1>We are down for maintenance</h1></body></html>"
DOWN: tuple[Fault, ...] = (
    {"call": "*", "every": 2, "drop": "before"},
    {"call": "*", "status": 503, "body": HTML, "headers": {"Content-Type": "text/html"}},
)
"""Connections break off, or a gateway answers; logins fare no better."""


def down(scene: Scene) -> None:
    work_off(scene)
    with afflicted(scene, scene.netsuite, DOWN):
        scene.let_pass(_OUTAGE_SECONDS)


def slow(scene: Scene) -> None:
    work_off(scene)
    with afflicted(scene, scene.netsuite, [{"call": "*", "delay_seconds": 10}]):
        scene.let_pass(_OUTAGE_SECONDS)


def silent(scene: Scene) -> None:
    """What came meanwhile is not answered afterwards either, nor carried out."""
    work_off(scene)
    silence = {"call": "*", "delay_seconds": _FOR_EVER_SECONDS, "drop": "before"}
    with afflicted(scene, scene.netsuite, [silence]):
        scene.let_pass(_SILENCE_SECONDS)


def one_at_a_time(scene: Scene) -> None:
    """Others take all of the account's places but one, again and again."""
    work_off(scene)
    allowed = scene.netsuite.concurrency()["limit"]
    for _ in range(_STORMS):
        scene.netsuite.switch(concurrency=1)
        scene.let_pass(_STORM_SECONDS)
        scene.netsuite.switch(concurrency=allowed)
        scene.harms += 1
        scene.let_pass(_SECONDS_BETWEEN)


def every_third_refused(scene: Scene) -> None:
    work_off(scene)
    refusal = {
        "call": "*",
        "every": 3,
        "code": "CONCURRENCY_LIMIT_EXCEEDED",
        "status": 429,
        "headers": {"Retry-After": "2"},
    }
    with afflicted(scene, scene.netsuite, [refusal]):
        scene.let_pass(_OUTAGE_SECONDS)


def answers_lost(scene: Scene) -> None:
    """To the end of the experiment: what is tried again loses its answer, too."""
    scene.netsuite.fault(call=_WRITES, every=5, times=None, drop="after")
    scene.let_pass(_OUTAGE_SECONDS)
    scene.harms += scene.netsuite.faults_fired()


def nonsense(scene: Scene) -> None:
    """In a service's place others answer, after it has carried out what was asked, or before."""
    kinds: tuple[Fault, ...] = (
        {"status": 200, "body": HTML, "headers": {"Content-Type": "text/html"}},
        {"status": 200, "body": ""},
        {"status": 200, "body": '{"links": [], "count": 1, "items": [{"id'},
        {"status": 502, "body": "Bad Gateway"},
    )
    for kind in kinds:
        for carried_out in (False, True):
            fault = {"call": "*", "every": 3, "carried_out": carried_out, **kind}
            with afflicted(scene, scene.netsuite, [fault]):
                scene.let_pass(_STORM_SECONDS / 2)


def nameless_creates(scene: Scene) -> None:
    """204 as ever, but Location is missing."""
    fault = {"call": "customer.put", "status": 204, "body": "", "carried_out": True}
    with afflicted(scene, scene.netsuite, [fault]):
        scene.let_pass(_STORM_SECONDS)


EXPERIMENTS = (
    Experiment("netsuite-down", "NetSuite down for 60 s", down),
    Experiment("netsuite-slow", "NetSuite slow: 10 s per call, for 60 s", slow),
    Experiment("netsuite-silent", "NetSuite accepts and never answers, for 75 s", silent),
    Experiment("netsuite-limit", "NetSuite takes one call at a time, 3 × 30 s", one_at_a_time),
    Experiment(
        "netsuite-refusals", "NetSuite refuses every third call (429) for 60 s", every_third_refused
    ),
    Experiment("netsuite-lost-answers", "every fifth answer lost after the commit", answers_lost),
    Experiment("netsuite-nonsense", "NetSuite's answers are HTML, empty, truncated", nonsense),
    Experiment("netsuite-nameless", "creates answered without the Customer's id", nameless_creates),
)
