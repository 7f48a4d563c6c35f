"""Processes that are killed, ended, started anew."""

import time

import httpx

from proof.faults.experiment import Experiment
from proof.faults.poison import POISON, rejected
from proof.faults.scene import Scene

_WORKER_KILLS, _LISTENER_KILLS, _BEAT_KILLS, _FLOWER_KILLS, _ROLLS = 100, 20, 10, 10, 3
_CHANGES = 10
"""Between one harm and the next."""
_END_SECONDS = 30.0
"""In which a process that is asked to must have ended."""
_POLL_SECONDS = 0.1
_ANSWER_SECONDS = 15.0
_SYNC = ("worker", "worker2", "listener", "beat")
_ALL = (*_SYNC, "flower")


def kill_workers(scene: Scene) -> None:
    """By turns one and the other."""
    _kill_by_turns(scene, _WORKER_KILLS, "worker", "worker2")


def kill_listener(scene: Scene) -> None:
    _kill_by_turns(scene, _LISTENER_KILLS, "listener")


def kill_beat(scene: Scene) -> None:
    _kill_by_turns(scene, _BEAT_KILLS, "beat")


def kill_flower(scene: Scene) -> None:
    """There is one letter, and afterwards it is Flower's only one."""
    letter = rejected(scene)
    _kill_by_turns(scene, _FLOWER_KILLS, "flower")
    scene.await_at_work("flower")
    scene.wait(lambda: scene.journal.row(letter).state == "dead", "the letter")
    if (shown := _letters_in_flower(scene)) != {letter}:
        scene.wrong.append(f"Flower shows the letters {sorted(shown)}, and there is {letter}")


def roll(scene: Scene) -> None:
    """Each process in turn is asked to end; the next one when this one is at work again."""
    longest = 0.0
    for _ in scene.turns(_ROLLS):
        for process in _ALL:
            scene.await_changes(_CHANGES)
            longest = max(longest, _end(scene, process))
            scene.await_at_work(process)
    scene.figures["longest_end"] = longest
    scene.show(f"the longest end took {longest:.1f} s")


def _kill_by_turns(scene: Scene, kills: int, *processes: str) -> None:
    """Each as soon as it is at work, and people and NetSuite have gone on a little."""
    for number in scene.turns(kills):
        process = processes[number % len(processes)]
        scene.await_at_work(process)
        scene.await_changes(_CHANGES)
        scene.kill(process)


def _end(scene: Scene, process: str) -> float:
    """Asks it to end → seconds until it has."""
    began = time.monotonic()
    with scene.supervisor.looking_away(process):
        scene.stack.ask_to_end(process)
        while scene.stack.pid(process) is not None:
            if time.monotonic() - began > _END_SECONDS:
                scene.wrong.append(f"{process} had not ended after {_END_SECONDS:.0f} s")
                scene.stack.kill(process)
            time.sleep(_POLL_SECONDS)
        took = time.monotonic() - began
        scene.harms += 1
    return took


def _letters_in_flower(scene: Scene) -> set[str]:
    """
    Raises:
        httpx.HTTPError: a page does not answer.
    """
    login = scene.stack.operator_login
    with httpx.Client(
        base_url=scene.stack.flower_url, auth=login, timeout=_ANSWER_SECONDS, trust_env=False
    ) as flower:
        for page in ("/workers", "/dead-letters"):
            flower.get(page).raise_for_status()
        answer = flower.get("/api/closedwon/letters").raise_for_status().json()
    return {letter["account"] for letter in answer["letters"]}


EXPERIMENTS = (
    Experiment("worker-kills", f"worker killed hard {_WORKER_KILLS} times", kill_workers),
    Experiment("listener-kills", f"listener killed hard {_LISTENER_KILLS} times", kill_listener),
    Experiment("beat-kills", f"beat killed hard {_BEAT_KILLS} times", kill_beat),
    Experiment(
        "flower-kills", f"Flower killed hard {_FLOWER_KILLS} times", kill_flower, processes=_ALL
    ),
    Experiment(
        "rolling-restart",
        f"every process asked to end in turn (SIGTERM), {_ROLLS} rounds",
        roll,
        processes=_ALL,
    ),
    POISON,
)
