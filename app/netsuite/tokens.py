"""NetSuite's access token, shared: one login serves all processes on all hosts.

Redis keys, where `…` is a digest of whose token it is, so that changed settings find no other
account's:

    cw:netsuite:token:…          its life in milliseconds, a space, its text; gone when it has ended
    cw:netsuite:token:…:renewal  the lock of the process that renews it
"""

import hashlib
import logging
import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

from redis import Redis
from redis.exceptions import LockError, RedisError

from app.errors import ServiceUnavailable, SyncError
from app.transport import seconds_left

log = logging.getLogger(__name__)

_SPREAD = random.SystemRandom()
_OLD_AT = 0.9
"""Of its life: from then on it is renewed, and still used meanwhile."""
_RENEWAL_SECONDS = 20.0
"""A process that died while it renewed is replaced after so long. A login that takes longer does
no harm: there are two tokens then, and both are good."""
_PATIENCE_SECONDS = 30.0
"""How long another process's renewal is waited for."""
_REST_SECONDS = 5.0
"""How long an old token is used before Redis is asked again for a new one."""
_LIFE = re.compile(r"[1-9][0-9]{0,12}", re.ASCII)
"""Milliseconds, as this code writes them: whatever else stands there, a new login replaces."""
_DISCARD = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""


@dataclass(frozen=True, slots=True)
class Token:
    """What one process knows of a token. Its times are monotonic seconds."""

    text: str = field(repr=False)
    life_ms: int
    """From the login to the end, in milliseconds."""
    ends_at: float
    rests_until: float = 0.0

    @classmethod
    def granted(cls, text: str, life_ms: int, left_ms: int | None = None) -> "Token":
        """One that ends in `left_ms`; just now granted, if that is not given."""
        left = life_ms if left_ms is None else left_ms
        return cls(text, life_ms, time.monotonic() + left / 1000)

    def is_old(self) -> bool:
        """Whether it is time for a new one."""
        old_at = self.ends_at - (1 - _OLD_AT) * self.life_ms / 1000
        return time.monotonic() >= max(old_at, self.rests_until)

    def lasts(self) -> bool:
        return time.monotonic() < self.ends_at

    def has_text_of(self, other: "Token") -> bool:
        """Whether NetSuite takes it for the same: if it refuses one, it refuses the other."""
        return self.text == other.text

    def for_a_while(self) -> "Token":
        """The same, used on though it is old."""
        return replace(self, rests_until=min(time.monotonic() + _REST_SECONDS, self.ends_at))


class SharedToken:
    """Raises redis.exceptions.RedisError (every call) when Redis does not answer."""

    def __init__(self, redis: Redis, whose: str, fetch: Callable[[], Token]) -> None:
        """`redis` must decode responses. `fetch` logs in; `whose` tells the logins apart."""
        self._redis: Any = redis
        digest = hashlib.sha256(whose.encode()).hexdigest()[:16]
        self._key, self._fetch = f"cw:netsuite:token:{digest}", fetch
        self._discard = redis.register_script(_DISCARD)

    def get(self) -> Token:
        """The token of all, renewed if it is old and nobody else renews it: while it lasts, nobody
        waits for the new one.

        Raises:
            What the fetch raises, if there is no token that lasts.
            ServiceUnavailable: another process has been renewing it for too long.
        """
        give_up_at = time.monotonic() + seconds_left(_PATIENCE_SECONDS)
        while True:
            found = self._read()
            if found and not found.is_old():
                return found
            with self._turn() as is_mine:
                if is_mine:
                    return self._renewed()
            if found:
                return found.for_a_while()
            if time.monotonic() >= give_up_at:
                words = "Another process has been waiting for NetSuite's token for too long."
                raise ServiceUnavailable(words, service="netsuite")
            time.sleep(_SPREAD.uniform(0.02, 0.08))

    def discard(self, refused: Token) -> None:
        """Nobody is to find it any more; another that has come meanwhile stays."""
        self._discard(keys=[self._key], args=[_stored(refused)])

    def _renewed(self) -> Token:
        found = self._read()
        if found and not found.is_old():  # since this turn was waited for
            return found
        try:
            token = self._fetch()
        except SyncError as failed:
            if found is None or not found.lasts():
                raise
            log.warning("NetSuite's token could not be renewed, the old one lasts: %s", failed)
            return found.for_a_while()
        self._redis.set(self._key, _stored(token), px=token.life_ms)
        return token

    def _read(self) -> Token | None:
        stored, left_ms = self._redis.pipeline().get(self._key).pttl(self._key).execute()
        life_ms, _, text = (stored or "").partition(" ")
        if not (text and _LIFE.fullmatch(life_ms) and left_ms > 0):
            return None
        return Token.granted(text, int(life_ms), left_ms)

    @contextmanager
    def _turn(self) -> Iterator[bool]:
        lock = self._redis.lock(f"{self._key}:renewal", timeout=_RENEWAL_SECONDS)
        is_mine = bool(lock.acquire(blocking=False))
        try:
            yield is_mine
        finally:
            if is_mine:
                with suppress(LockError, RedisError):  # it ends by itself
                    lock.release()


def _stored(token: Token) -> str:
    return f"{token.life_ms} {token.text}"
