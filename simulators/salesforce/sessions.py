"""Access tokens: who may call, for how long, and with which instance URL."""

import secrets
import threading
import time
from dataclasses import dataclass

from simulators.settings import Settings


@dataclass(frozen=True)
class Session:
    """One access token; ``issued_at`` in Unix seconds."""

    token: str
    instance_url: str
    issued_at: float


class Sessions:
    """The live tokens; safe for use by many threads."""

    def __init__(self, settings: Settings, org_id: str) -> None:
        self._settings = settings
        self._org_id = org_id
        self._lock = threading.Lock()
        self._by_token: dict[str, Session] = {}

    def open(self, instance_url: str) -> Session:
        """A new token, in the platform's form: the org id's first 15 characters, then ``!``."""
        token = f"{self._org_id[:15]}!AQ{secrets.token_urlsafe(64)}"
        session = Session(token, instance_url, time.time())
        with self._lock:
            self._by_token[token] = session
        return session

    def find(self, token: str) -> Session | None:
        """The session of a token that is still valid."""
        with self._lock:
            session = self._by_token.get(token)
            if session is None:
                return None
            if time.time() - session.issued_at >= self._settings["session_seconds"]:
                del self._by_token[token]
                return None
            return session

    def expire(self) -> int:
        """End all sessions; answers how many there were."""
        with self._lock:
            count = len(self._by_token)
            self._by_token.clear()
            return count
