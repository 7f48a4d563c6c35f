"""The wire, as both clients see it: what it throws becomes our errors, what it answers stays."""

import time
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from app.errors import ServiceUnavailable


def open_client(timeout_seconds: float, connections: int, auth: httpx.Auth | None) -> httpx.Client:
    """A pooled client for the life of the process: a new one costs 24 ms of CPU for its TLS
    context alone. Redirects are not followed: a token must not travel where it was not sent.
    """
    return httpx.Client(
        auth=auth,
        timeout=httpx.Timeout(timeout_seconds, connect=min(10.0, timeout_seconds)),
        limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
        headers={"User-Agent": "closedwon"},
    )


def send(client: httpx.Client, service: str, request: httpx.Request) -> httpx.Response:
    """The answer, whatever its status.

    Raises:
        ServiceUnavailable: there was none. Whether a write was carried out is unknown then.
    """
    try:
        return client.send(request)
    except httpx.TimeoutException:
        words = f"{service} did not answer in time; whether it acted is unknown."
    except httpx.TransportError as broken:
        words = f"{service} cannot be reached, or broke off: {type(broken).__name__}."
    raise ServiceUnavailable(words, service=service.lower())


LONGEST_WAIT_SECONDS = 800.0
"""A message that is to wait longer than a quarter of the broker's visibility timeout may come
twice (measured; docs/decisions on Celery's settings)."""


def retry_after(response: httpx.Response) -> float | None:
    """The header's wish in seconds, whether it is written as seconds or as a date."""
    given = response.headers.get("Retry-After", "").strip()
    if given.isascii() and given.isdigit():
        return min(float(given), LONGEST_WAIT_SECONDS)
    try:
        return max(
            0.0, min(parsedate_to_datetime(given).timestamp() - time.time(), LONGEST_WAIT_SECONDS)
        )
    except (ValueError, TypeError, OverflowError):
        return None


def json_object(response: httpx.Response, service: str) -> dict[str, Any]:
    """The answer's body.

    Raises:
        ServiceUnavailable: it is no JSON object, as when a gateway answers in the service's place.
    """
    try:
        body = response.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise ServiceUnavailable(
            f"{service} answered with something that is no JSON object.",
            service=service.lower(),
            service_words=response.text[:300],
        )
    return body
