"""The ledger's Lua scripts: each move's own after those that all share."""

import hashlib
from functools import cache
from importlib.resources import files

from redis import Redis
from redis.client import Pipeline
from redis.exceptions import NoScriptError

_SHARED = ("audit", "row", "customer", "ending", "holder")


def run_script(redis: Redis, move: str, argument: str, shared: tuple[str, ...] = _SHARED) -> str:
    """Runs a script, after those that it shares with others, with one argument, JSON → its answer,
    JSON too.
    """
    script = _source(move, shared)
    try:
        return str(redis.evalsha(_sha(script), 0, argument))
    except NoScriptError:  # first use, or Redis was restarted
        return str(redis.eval(script, 0, argument))


def queue_script(pipeline: Pipeline, move: str, argument: str, shared: tuple[str, ...]) -> None:
    """Has a pipeline run a script, after those that it shares with others, with whatever else it
    does.
    """
    pipeline.eval(_source(move, shared), 0, argument)


@cache
def _source(move: str, shared: tuple[str, ...]) -> str:
    folder = files("app") / "lua"
    return "".join((folder / f"{name}.lua").read_text() for name in (*shared, move))


@cache
def _sha(source: str) -> str:
    """By which Redis knows a script."""
    return hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()
