"""The switches of one cloud: named, validated values that an admin changes while it runs."""

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Switch:
    """One setting: its default, the type of its values and what else must hold.

    ``check`` gets a value of the right type and raises ValueError with the reason it is refused.
    """

    default: Any
    kind: type[Any]
    description: str
    minimum: float | None = None
    nullable: bool = False
    check: Callable[[Any], None] | None = None

    def accept(self, given: Any) -> Any:
        """The value as stored.

        Raises:
            ValueError: it has another type, is too small, or the check refuses it.
        """
        if given is None and self.nullable:
            return None
        value: Any = float(given) if self.kind is float and type(given) is int else given
        if type(value) is not self.kind:
            raise ValueError(f"must be {self.kind.__name__}{' or null' if self.nullable else ''}")
        if self.minimum is not None and value < self.minimum:
            raise ValueError(f"must be at least {self.minimum}")
        if self.check is not None:
            self.check(value)
        return value


class Settings(Mapping[str, Any]):
    """The current values; reading is a plain lookup, ``update`` is all or nothing."""

    def __init__(self, switches: Mapping[str, Switch]) -> None:
        self._switches = dict(switches)
        self._lock = threading.Lock()
        self._values = {name: switch.default for name, switch in switches.items()}

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._switches)

    def __len__(self) -> int:
        return len(self._switches)

    def update(self, changes: Mapping[str, Any]) -> None:
        """Set several switches at once.

        Raises:
            ValueError: an unknown name or a refused value; nothing has changed then. The message
                lists every problem.
        """
        problems = []
        accepted = {}
        for name, value in changes.items():
            switch = self._switches.get(name)
            if switch is None:
                problems.append(f"{name}: unknown setting (known: {', '.join(self._switches)})")
                continue
            try:
                accepted[name] = switch.accept(value)
            except ValueError as error:
                problems.append(f"{name}: {error}")
        if problems:
            raise ValueError("; ".join(problems))
        with self._lock:
            self._values = {**self._values, **accepted}

    def clear(self) -> None:
        """Back to the defaults."""
        with self._lock:
            self._values = {name: switch.default for name, switch in self._switches.items()}
