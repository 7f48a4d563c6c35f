"""A token endpoint that tests hold up and let fail."""

import threading

from app.netsuite.tokens import Token
from tests.answering import Form

HOUR_MS = 3_600_000


class Endpoint:
    """Grants `token-1`, `token-2` and so on, each for an hour; may be held up, and may fail."""

    def __init__(self) -> None:
        self.asked = 0
        self.fails: Exception | None = None
        self.open = threading.Event()
        self.open.set()

    def grant(self) -> Token:
        self.asked += 1
        text = f"token-{self.asked}"
        assert self.open.wait(20)
        if self.fails:
            raise self.fails
        return Token.granted(text, HOUR_MS)

    def answer(self, path: str, form: Form) -> tuple[int, str]:
        """As the web server that NetSuite is."""
        text = self.grant().text
        return 200, f'{{"access_token": "{text}", "expires_in": 3600}}'
