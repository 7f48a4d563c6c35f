"""What a step of the story has at hand: the people, the ledger's readings, the stack."""

import json
import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from app.journal import Journal, Row
from workers.demo.people import Finance, Salesperson
from workers.demo.seed import Entered
from workers.demo.stack import Stack

_PATIENCE_SECONDS = 20.0
_POLL_SECONDS = 0.1
_AT_REST = {"synced", "skipped", "dead"}


class NotAsTold(Exception):
    """The story did not go on as it should."""


@dataclass
class World:
    """Accounts are called by their names here."""

    stack: Stack
    journal: Journal
    salesperson: Salesperson
    finance: Finance
    entered: Entered = field(default_factory=Entered)

    def row(self, name: str) -> Row:
        return self.journal.row(self.entered.accounts[name])

    def await_state(self, names: Iterable[str], state: str) -> None:
        """
        Raises:
            NotAsTold: one of the Accounts does not come to rest in this state.
        """
        wanted = sorted(names)

        def reached() -> bool:
            return all(self.row(name).state == state for name in wanted)

        self.wait(reached, lambda: self._others(wanted, state))

    def await_rest(self) -> None:
        """
        Raises:
            NotAsTold: something stays under way.
        """
        names = list(self.entered.accounts)

        def reached() -> bool:
            return all(self.row(name).state in _AT_REST for name in names)

        self.wait(reached, lambda: f"still under way: {self.journal.states()}")

    def wait(self, reached: Callable[[], bool], otherwise: Callable[[], str]) -> None:
        """
        Raises:
            NotAsTold: with what `otherwise` answers when it takes too long.
            ProcessFailed: one of the stack's processes has ended.
        """
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not reached():
            self.stack.ensure_alive()
            if time.monotonic() > deadline:
                raise NotAsTold(otherwise())
            time.sleep(_POLL_SECONDS)

    def command(self, *words: str) -> Any:
        """Runs `closedwon … --json`, as an admin would → what it printed.

        Raises:
            NotAsTold: it failed.
        """
        done = subprocess.run(  # noqa: S603 - our own command
            ["closedwon", *words, "--json"],  # noqa: S607 - found by the stack's PATH
            env=self.stack.environment,
            cwd=self.stack.directory,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise NotAsTold(f"closedwon {' '.join(words)}: {done.stderr.strip()}")
        return json.loads(done.stdout)

    def _others(self, names: Iterable[str], state: str) -> str:
        found = {name: self.row(name).state for name in names}
        others = ", ".join(f"{name} is {was}" for name, was in found.items() if was != state)
        return f"{others}; all should be {state}"
