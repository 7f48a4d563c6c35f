"""Ports that no two tests are given, in whatever process they run."""

from contextlib import ExitStack

from workers.redis_server import reserved_port

_held = ExitStack()


def free_port() -> int:
    """Nobody listens there. Held until this process ends: also where nobody is to listen at all."""
    return _held.enter_context(reserved_port())
