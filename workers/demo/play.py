"""The demo: starts everything, plays the story, shows how it ended, and ends everything."""

import shlex
import shutil
import time
from contextlib import ExitStack, suppress
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp

import httpx
from redis import Redis
from rich.console import Console

from app.errors import ConfigurationError
from app.journal import Journal
from workers.demo.people import Finance, Salesperson
from workers.demo.process import ProcessFailed
from workers.demo.progress import Progress
from workers.demo.stack import Stack
from workers.demo.story import LEFT_TO_YOU, STEPS, leave_a_letter
from workers.demo.table import Outcome, outcomes
from workers.demo.world import NotAsTold, World
from workers.output import print_json, print_table

_WATCH_SECONDS = 0.5
_FAILED, _INTERRUPTED = 1, 130


def play(*, stay: bool, as_json: bool) -> int:
    """Plays the demo → the exit status: 0 if all went as the story says, 130 if interrupted.

    `stay`: everything stays up after the story, until Ctrl-C.

    Raises:
        ConfigurationError: the simulators, or a Redis, are not installed.
    """
    if find_spec("starlette") is None:
        raise ConfigurationError(["The simulators are not installed: add the extra `simulators`."])
    progress = Progress(Console(stderr=as_json))
    directory = Path(mkdtemp(prefix="closedwon-demo-"))
    status = _INTERRUPTED
    try:
        status = _play(directory, progress, stay=stay, as_json=as_json)
        if stay:
            progress.say("The demo has ended.")
    except ProcessFailed as failed:
        progress.say(f"{failed.words}; the demo has ended.", "red")
        progress.say(failed.log)
        status = _FAILED
    except KeyboardInterrupt:
        progress.say("Interrupted before the story had ended. The demo has ended.")
    finally:
        if status == _FAILED:
            progress.say(f"All logs are in {directory}.")
        else:
            shutil.rmtree(directory)
    return status


def _play(directory: Path, progress: Progress, *, stay: bool, as_json: bool) -> int:
    with ExitStack() as ends:
        with progress.step("Redis, both clouds, worker, listener, beat and Flower are at work"):
            stack = ends.enter_context(Stack(directory))
        _say_addresses(stack, progress)
        redis = ends.enter_context(Redis.from_url(stack.redis_url, decode_responses=True))
        world = World(
            stack=stack,
            journal=Journal(redis),
            salesperson=Salesperson(stack.environment),
            finance=Finance(stack.netsuite_url),
        )
        told = _tell(world, progress)
        rows = outcomes(world)
        _show(rows, progress, as_json=as_json)
        if stay:
            if told:
                _leave_a_letter(world, progress)
            _stay(stack, progress)
        return 0 if told and not any(row.wrong for row in rows) else _FAILED


def _tell(world: World, progress: Progress) -> bool:
    """Whether every step went as it should; the first that does not ends the story."""
    for step in STEPS:
        try:
            with progress.step(step.title, world):
                step.play(world)
        except (NotAsTold, httpx.HTTPError) as wrong:
            progress.say(f"NOT AS TOLD: {step.title}: {wrong}", "red")
            return False
    return True


def _leave_a_letter(world: World, progress: Progress) -> None:
    account = leave_a_letter(world)
    progress.say(f"One more fails, and is left to you: {LEFT_TO_YOU}, in NetSuite twice. Say which")
    progress.say(f"it is (log in to act): {world.stack.flower_url}/accounts/{account}")


def _show(rows: list[Outcome], progress: Progress, *, as_json: bool) -> None:
    if as_json:
        print_json([asdict(row) for row in rows])
    else:
        print_table(
            ("id", "Account", "state", "Customer", "why"),
            [(row.id, row.account, row.state, row.customer or "", row.why) for row in rows],
        )
    for row in rows:
        for words in row.wrong:
            progress.say(f"NOT AS TOLD: {row.account}: {words}", "red")


def _stay(stack: Stack, progress: Progress) -> None:
    """Until Ctrl-C, or until something ends by itself (ProcessFailed)."""
    variables = stack.directory / "demo.env"
    settings = stack.variables.items()
    variables.write_text("".join(f"{name}={shlex.quote(value)}\n" for name, value in settings))
    # In a subshell, so that the person's own shell keeps its variables.
    words = shlex.join([".", str(variables)])
    progress.say(f"Commands    (set -a; {words}; .venv/bin/closedwon flow status)")
    with suppress(KeyboardInterrupt):
        progress.say("All of it stays up until Ctrl-C.", "bold")
        while True:
            stack.ensure_alive()
            time.sleep(_WATCH_SECONDS)


def _say_addresses(stack: Stack, progress: Progress) -> None:
    progress.say(f"Flower      {stack.flower_url}")
    progress.say(f"            to read: user {', password '.join(stack.operator_login)}")
    progress.say(f"            to act:  user {', password '.join(stack.admin_login)}")
    progress.say(f"Letters     {stack.flower_url}/dead-letters")
    progress.say(f"Salesforce  {stack.salesforce_url} (simulated; calls: /_simulator/requests)")
    progress.say(f"NetSuite    {stack.netsuite_url} (simulated; records: /_simulator/customers)")
