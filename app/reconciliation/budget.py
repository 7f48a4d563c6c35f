"""How many accounts a patient pass may open, so that the org keeps its API calls for others."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from redis import Redis

from app.salesforce.usage import ApiUsage, Usage

CALLS_PER_ACCOUNT = 10
"""Set aside for each account under way: a run takes three to five, a retry or a parent the rest."""
MOST_AHEAD = 500
"""Accounts under way beside which a patient pass opens none: live changes stand in the same line,
and wait for a minute or two at most."""
WORTH_A_PAGE = 200
"""So much room is worth the call that reads a page of 2,000, whatever is under way."""
_MOVING = ("queued", "running", "retrying")
_OLD_SECONDS = 900.0
"""What was said so long ago may have been said of another day."""
_FRESH_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Room:
    """`accounts` may be opened now. Without any, `words` say why, and `used_up` whether it is the
    day's calls: then waiting for the workers does not help.
    """

    accounts: int
    used_up: bool = False
    words: str = ""
    moving: int = 0

    @property
    def is_worth_a_page(self) -> bool:
        """Without, a page would be read anew for each account that ends. Few calls a day are left
        where there is never much room: then half of it will do.
        """
        return self.accounts > 0 and self.accounts >= min(WORTH_A_PAGE, self.moving)


class Budget:
    """Keeps what is opened below a share of the day's API calls."""

    def __init__(
        self, redis: Redis, usage: Usage, ask_usage: Callable[[], None], share: float
    ) -> None:
        """`redis` must decode responses. `ask_usage` makes Salesforce say anew what is used.
        `share`: more than 0, at most 1.
        """
        self._redis: Any = redis
        self._usage = usage
        self._ask_usage = ask_usage
        self._share = share

    def room(self) -> Room:
        """How many accounts may be opened beside those that are under way, as far as is known
        without a call. It was said up to a second ago what is used: `room_now` decides.

        Raises:
            SyncError: Salesforce was asked what is used, and does not answer.
            redis.exceptions.RedisError: Redis does not answer.
        """
        return self._room(0, _OLD_SECONDS)

    def room_now(self, before: Room) -> Room:
        """The same, right before accounts are opened. What ended since `before` may have used calls
        that nobody has counted, so it counts as moving.

        Raises: as `room`.
        """
        return self._room(before.moving, _FRESH_SECONDS)

    def _room(self, moved: int, old_seconds: float) -> Room:
        moving, waiting = self._under_way()
        moving = max(moved, moving)
        usage = self._newest(old_seconds)
        if usage is None:
            return Room(0, True, "Salesforce does not say how many of its API calls are used.")
        left = (int(self._share * usage.limit) - usage.used) // CALLS_PER_ACCOUNT
        if left <= 0:
            words = (
                f"{usage.used:,} of the day's {usage.limit:,} Salesforce API calls are used; "
                f"SALESFORCE_API_SHARE leaves {self._share:.0%} of them."
            )
            return Room(0, True, words, moving)
        free = max(0, min(left, MOST_AHEAD) - moving)
        return Room(free - min(waiting, free // 2), False, _words(left, waiting), moving)

    def _newest(self, old_seconds: float) -> ApiUsage | None:
        usage = self._usage.read()
        if usage and usage.at > time.time() - old_seconds:
            return usage
        self._ask_usage()
        return self._usage.read()

    def _under_way(self) -> tuple[int, int]:
        """Those that move, and those that wait for a parent: they count while anything moves, since
        it may release them, but take half of the room at most, since it may not. If nothing moves,
        they wait for a person.
        """
        counts: dict[str, str] = self._redis.hgetall("cw:states")
        moving = sum(int(counts.get(state, 0)) for state in _MOVING)
        return moving, int(counts.get("waiting", 0)) if moving else 0


def _words(left: int, waiting: int) -> str:
    """Why there is no room, or too little."""
    allowed = (
        "the share of API calls allows" if left < MOST_AHEAD else "live changes leave room for"
    )
    words = f"As many accounts are under way as {allowed}."
    return (
        f"{words} Those that wait for a parent take up to half of the room." if waiting else words
    )
