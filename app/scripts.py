"""The ledger's Lua scripts: each move's own after row.lua, which they share."""

import hashlib
from functools import cache
from importlib.resources import files

from redis import Redis
from redis.exceptions import NoScriptError


def run_script(redis: Redis, move: str, argument: str) -> str:
    """Runs a move's script with one argument, JSON → its answer, JSON too."""
    script = _source(move)
    try:
        return str(redis.evalsha(_sha(script), 0, argument))
    except NoScriptError:  # first use, or Redis was restarted
        return str(redis.eval(script, 0, argument))


@cache
def _source(move: str) -> str:
    folder = files("app") / "lua"
    return (folder / "row.lua").read_text() + (folder / f"{move}.lua").read_text()


@cache
def _sha(source: str) -> str:
    """By which Redis knows a script."""
    return hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()
