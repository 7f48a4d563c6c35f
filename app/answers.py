"""What both services answer, one value at a time: what is missing or of another kind than agreed is
the service's failure, told in words, and no KeyError of ours.
"""

from collections.abc import Mapping
from math import nan

import httpx

from app.errors import ServiceUnavailable, SyncError, TransientError
from app.response_body import json_of

_LONGEST_LIFE_SECONDS = 1e9


def refusal(
    error: type[SyncError], sentence: str, *, service: str, words: str, wait: float | None
) -> SyncError:
    """The error of a refused call; `wait`, in seconds, counts where the same again may succeed."""
    if issubclass(error, TransientError):
        return error(sentence, service=service, service_words=words, retry_after=wait)
    return error(sentence, service=service, service_words=words)


def unexpected(service: str, what: str) -> ServiceUnavailable:
    """`service` as in "Salesforce"; `what` as in "a query without records"."""
    return ServiceUnavailable(f"{service} answered {what}.", service=service.lower())


def decoded(response: httpx.Response) -> object:
    """A login's body as JSON, None where it is none. It holds a token, so it is quoted nowhere."""
    return json_of(response)


def an_object(found: object, service: str, what: str) -> Mapping[str, object]:
    """A JSON object.

    Raises:
        ServiceUnavailable: it is something else.
    """
    if not isinstance(found, dict):
        raise unexpected(service, f"{what} that is no object")
    return found


def text(found: Mapping[str, object], name: str, service: str, what: str) -> str:
    """A text that must be there, and not empty.

    Raises:
        ServiceUnavailable: it is not.
    """
    given = found.get(name)
    if not isinstance(given, str) or not given:
        raise unexpected(service, f"{what} without {name}")
    return given


def token_text(found: Mapping[str, object], name: str, service: str) -> str:
    """A token, as a header may carry it.

    Raises:
        ServiceUnavailable: there is none.
    """
    given = text(found, name, service, "a login")
    if not (given.isascii() and given.isprintable()) or " " in given:
        raise unexpected(service, f"a login with a malformed {name}")
    return given


def life_seconds(found: Mapping[str, object], name: str, service: str) -> float:
    """A token's life, be it written as a number or as text.

    Raises:
        ServiceUnavailable: it is no time.
    """
    given = found.get(name)
    try:
        life = float(given) if isinstance(given, int | float | str) else nan
    except (ValueError, OverflowError):
        life = nan
    if isinstance(given, bool) or not 0 < life < _LONGEST_LIFE_SECONDS:
        raise unexpected(service, f"a login without a usable {name}")
    return life
