"""Salesforce down, refusing sessions or calls, answering nonsense, or without the place where we
stopped. People's own calls are spared: they save records, and the system only reads.
"""

import time
from collections.abc import Iterable

from app.channels import Channels
from app.salesforce_settings import DEFAULT_CHANNELS
from proof.faults.afflicting import Fault, afflicted, work_off
from proof.faults.experiment import Experiment
from proof.faults.netsuite_faults import HTML
from proof.faults.scene import Scene

_OUTAGE_SECONDS = 60.0
_STORM_SECONDS = 30.0
_AWAY_SECONDS = 20.0
_READS = ("query*", "limits", "collections.retrieve", "sobject.describe")
_EVENTS = "pubsub.*"
_HTML_ANSWER: Fault = {"status": 200, "body": HTML, "headers": {"Content-Type": "text/html"}}


def _each(calls: Iterable[str], fault: Fault) -> list[Fault]:
    return [{"call": call, **fault} for call in calls]


DOWN: tuple[Fault, ...] = (
    *_each((*_READS, "token"), {"every": 2, "drop": "before"}),
    *_each((*_READS, "token"), {"status": 503, "body": HTML}),
    {"call": _EVENTS, "status": "UNAVAILABLE"},
)


def down(scene: Scene) -> None:
    work_off(scene)
    with afflicted(scene, scene.salesforce, DOWN):
        scene.salesforce.tell("streams/close", {"status": "UNAVAILABLE"})
        scene.let_pass(_OUTAGE_SECONDS)


def silent(scene: Scene) -> None:
    """What came meanwhile is not answered afterwards either."""
    work_off(scene)
    silence = _each((*_READS, "token"), {"delay_seconds": 3600, "drop": "before"})
    with afflicted(scene, scene.salesforce, silence):
        scene.let_pass(_OUTAGE_SECONDS)


def sessions_refused(scene: Scene) -> None:
    """However often one logs in, which is counted."""
    work_off(scene)
    before = scene.salesforce.count("token")
    refusal = {"status": 401, "code": "INVALID_SESSION_ID", "message": "Session expired or invalid"}
    with afflicted(scene, scene.salesforce, _each(_READS, refusal)):
        scene.let_pass(_STORM_SECONDS)
    scene.show(f"{scene.salesforce.count('token') - before} logins")


def allowance_used_up(scene: Scene) -> None:
    work_off(scene)
    refusal = {
        "status": 403,
        "code": "REQUEST_LIMIT_EXCEEDED",
        "message": "TotalRequests Limit exceeded.",
    }
    with afflicted(scene, scene.salesforce, _each(_READS, refusal)):
        scene.let_pass(_OUTAGE_SECONDS)


def nonsense(scene: Scene) -> None:
    kinds: tuple[Fault, ...] = (
        _HTML_ANSWER,
        {"status": 200, "body": ""},
        {"status": 200, "body": '{"totalSize": 2, "done": true, "records": [{"attrib'},
        {"status": 200, "body": '{"totalSize": 2, "done": true}'},
    )
    for kind in kinds:
        with afflicted(scene, scene.salesforce, _each(_READS, {"every": 3, **kind})):
            scene.let_pass(_STORM_SECONDS)


def place_lost(scene: Scene) -> None:
    """The listener is away, and comes back to a replay id that Salesforce knows no longer."""
    with scene.supervisor.looking_away("listener"):
        scene.kill("listener")
        scene.let_pass(_AWAY_SECONDS)
        scene.salesforce.tell("replay-ids/refuse")
        began = time.time()
    scene.wait(lambda: _is_heard_since(scene, began), "the listener")  # else the last event is past


def _is_heard_since(scene: Scene, began: float) -> bool:
    """Whether every channel was opened after that; epoch seconds."""
    views = Channels(scene.redis).views(DEFAULT_CHANNELS)
    return all((view.connected_since or 0.0) > began for view in views)


EXPERIMENTS = (
    Experiment("salesforce-down", "Salesforce down for 60 s, events too", down),
    Experiment("salesforce-silent", "Salesforce accepts and never answers, for 60 s", silent),
    Experiment(
        "salesforce-sessions", "Salesforce refuses every session for 30 s", sessions_refused
    ),
    Experiment("salesforce-limit", "Salesforce's daily limit used up for 60 s", allowance_used_up),
    Experiment("salesforce-nonsense", "Salesforce's answers are HTML, empty, truncated", nonsense),
    Experiment("salesforce-replay", "replay id expired while the listener was down", place_lost),
)
