"""Messages as JSON, posted to one address."""

import logging
from typing import Literal

import httpx
from pydantic import SecretStr

from app.notifications.message import Message
from app.notifications.not_sent import MessageRefused, NotSent
from app.transport import open_client

_SECONDS = 10.0
_LATER = (408, 429)
"""Answers that refuse this request, not what is in it."""


class Webhook:
    """Posts to the address in NOTIFY_WEBHOOK_URL, which is a secret: whoever has it may post."""

    def __init__(self, url: SecretStr, pages_url: str) -> None:
        self.name: Literal["webhook"] = "webhook"
        self._url, self._pages_url = url, pages_url

    def send(self, message: Message) -> str:
        """→ what happened, in a sentence.

        Raises:
            MessageRefused: the answer is that the request is wrong.
            NotSent: there was no answer, or none that says it was taken.
        """
        _keep_address_out_of_the_log()
        status = self._post(message.as_json(self._pages_url))
        if 200 <= status < 300:
            return f"The webhook took the message (HTTP {status})."
        if 300 <= status < 400:
            raise NotSent(
                f"The webhook answered with a redirect (HTTP {status}), which is not followed: "
                "give NOTIFY_WEBHOOK_URL the address that it leads to."
            )
        if status >= 500:
            raise NotSent(f"The webhook failed (HTTP {status}).")
        if status in _LATER:
            raise NotSent(f"The webhook wants no more messages now (HTTP {status}).")
        raise MessageRefused(
            f"The webhook refused the message (HTTP {status}): is NOTIFY_WEBHOOK_URL right?"
        )

    def _post(self, body: dict[str, object]) -> int:
        """→ the answer's status; its body is not read. What httpx raises may quote the address."""
        try:
            with (
                open_client(_SECONDS, 1, None) as client,
                client.stream("POST", self._url.get_secret_value(), json=body) as response,
            ):
                return response.status_code
        except httpx.InvalidURL:
            raise NotSent("NOTIFY_WEBHOOK_URL is no address that can be called.") from None
        except httpx.TimeoutException:
            raise NotSent(f"The webhook did not answer within {_SECONDS:.0f} s.") from None
        except httpx.RequestError as failed:
            kind = type(failed).__name__
            raise NotSent(
                f"The webhook cannot be reached ({kind}): is NOTIFY_WEBHOOK_URL right?"
            ) from None


def _keep_address_out_of_the_log() -> None:
    """httpx tells of every request at INFO, address and all, and Flower's log shows it."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
