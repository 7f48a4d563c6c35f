"""The wire, as both clients see it: what it throws becomes our errors, what it answers stays."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from email.utils import parsedate_to_datetime
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ssl import SSLContext
from typing import Any

import httpx

from app.clock import date_of
from app.errors import NoAnswer, ServiceDown, ServiceUnavailable, SyncError
from app.masking import masked_request
from app.response_body import json_of, words_of

log = logging.getLogger(__name__)

_STATUS = "closedwon.status"
"""Of the answer, among a request's extensions."""
_run_ends_at: ContextVar[float | None] = ContextVar("run_ends_at", default=None)


@contextmanager
def run_of(seconds: float) -> Iterator[None]:
    """Inside, no call starts or waits past so many seconds from now: a holder must not act when its
    lease has run out.
    """
    earlier = _run_ends_at.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _run_ends_at.reset(earlier)


def seconds_left(at_most: float) -> float:
    """How long a call may take: `at_most`, less where the run ends sooner.

    Raises:
        ServiceUnavailable: the run's time is used up.
    """
    ends_at = _run_ends_at.get()
    if ends_at is None:
        return at_most
    left = ends_at - time.monotonic()
    if left <= 0:
        raise ServiceUnavailable("The time of this run is used up: the services are too slow.")
    return min(at_most, left)


def has_time_for(seconds: float) -> bool:
    """Whether so many seconds, and then something, are left of the run; always, outside of one."""
    ends_at = _run_ends_at.get()
    return ends_at is None or time.monotonic() + seconds < ends_at


def open_client(timeout_seconds: float, connections: int, auth: httpx.Auth | None) -> httpx.Client:
    """Pooled. It follows no redirects: a token must not travel where it was not sent. It keeps no
    cookies: neither service needs one, and a malformed one would spoil every later request.
    """
    return httpx.Client(
        auth=auth,
        verify=_trust(),
        timeout=timeouts(timeout_seconds),
        limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
        headers={"User-Agent": "closedwon"},
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
    )


@cache
def _trust() -> SSLContext:
    """The authorities that this process believes: to read them takes 24 ms of CPU."""
    return httpx.create_ssl_context()


def timeouts(seconds: float) -> httpx.Timeout:
    """Of a call that may take so long, less for its connection."""
    return httpx.Timeout(seconds, connect=min(10.0, seconds))


def send(
    client: httpx.Client, service: str, request: httpx.Request, *, writes: bool = False
) -> httpx.Response:
    """The answer, whatever its status.

    Raises:
        NoAnswer: `writes`, and there was none, or none that can be read.
        ServiceUnavailable: the same where nothing is written, so that nothing is in doubt; or the
            connection was refused, or the run's time is used up: nothing was sent.
    """
    given: dict[str, float] = request.extensions.get("timeout", {})
    request.extensions["timeout"] = {kind: seconds_left(most) for kind, most in given.items()}
    request.extensions.pop(_STATUS, None)
    named = service.lower()
    silent = NoAnswer if writes else ServiceUnavailable
    doubt = "; whether it acted is unknown" if writes else ""
    try:
        response = client.send(request)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as refused:
        words = f"{service} cannot be reached at {request.url.host}: {type(refused).__name__}."
        raise ServiceUnavailable(words, service=named) from None
    except httpx.TimeoutException:
        words = f"{service} did not answer in time{doubt}."
        raise silent(words, service=named) from None
    except httpx.RequestError as broken:
        words = f"{service} broke off: {type(broken).__name__}{doubt}."
        raise silent(words, service=named) from None
    request.extensions[_STATUS] = response.status_code
    return response


@contextmanager
def telling(request: httpx.Request) -> Iterator[None]:
    """Whatever SyncError leaves from inside bears the request, masked, unless it bears one already,
    as that of a login, or nothing was sent.
    """
    try:
        yield
    except SyncError as error:
        if not (error.request or isinstance(error, ServiceDown)):
            error.request = _masked(request)
        raise


def _masked(request: httpx.Request) -> str:
    try:
        status = request.extensions.get(_STATUS)
        return masked_request(request.method, request.url.raw_path, request.content, status)
    except Exception:  # the error that it would be shown with is the one to tell
        log.exception("A request that failed could not be masked, so it is not shown.")
        return ""


LONGEST_WAIT_SECONDS = 800.0
"""A message that is to wait longer than a quarter of the broker's visibility timeout may come
twice (measured; docs/decisions on Celery's settings)."""


def retry_after(response: httpx.Response) -> float | None:
    """The header's wish in seconds, whether it is written as seconds or as a date."""
    given = response.headers.get("Retry-After", "").strip()
    now = date_of(response) or time.time()
    if given.isascii() and given.isdigit():
        return min(float(given), LONGEST_WAIT_SECONDS)
    try:
        return max(0.0, min(parsedate_to_datetime(given).timestamp() - now, LONGEST_WAIT_SECONDS))
    except (ValueError, TypeError, OverflowError):
        return None


def json_object(response: httpx.Response, service: str) -> dict[str, Any]:
    """The answer's body.

    Raises:
        ServiceUnavailable: it is no JSON object, as when a gateway answers in the service's place.
    """
    body = json_of(response)
    if not isinstance(body, dict):
        raise ServiceUnavailable(
            f"{service} answered with something that is no JSON object.",
            service=service.lower(),
            service_words=words_of(response)[:300],
        )
    return body
