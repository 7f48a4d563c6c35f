"""Whether an entry of a queue is a message that Celery can take: another is nobody's work.

Kombu and Celery trust what lies in a queue: one entry that is no message ends the worker, and the
next one that the supervisor starts, for as long as there are such. So each is looked at before.
"""

import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Any

from app.models import STAGES

_TEXTS = ("eta", "expires", "group", "root_id", "parent_id", "reply_to", "correlation_id")
_AFTERWARDS = ("callbacks", "errbacks", "chain", "chord")
_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, RecursionError)


class NoMessage(Exception):
    """Why not, in words without values."""


def ensure_envelope(found: object) -> None:
    """What kombu needs to deliver it, be it a task or a call of a worker.

    Raises:
        NoMessage: something is missing, or of another kind.
    """
    envelope = _mapping(found, "it")
    properties = _mapping(envelope.get("properties"), "its properties")
    info = _mapping(properties.get("delivery_info"), "its delivery_info")
    _ensure(_is_name(properties.get("delivery_tag")), "it has no delivery_tag")
    for name in ("exchange", "routing_key"):
        _ensure(isinstance(info.get(name), str), f"its {name} is no text")
    _ensure(properties.get("body_encoding") in ("base64", None), "its body_encoding is not known")
    _ensure(isinstance(envelope.get("body"), str), "its body is no text")
    _mapping(envelope.get("headers"), "its headers")
    _body(envelope)


def ensure_task(found: Mapping[str, Any]) -> None:
    """Of an envelope: what Celery needs to run it.

    Raises:
        NoMessage: something is missing, or of another kind.
    """
    headers, properties = found["headers"], found["properties"]
    _ensure(_is_name(headers.get("task")) and _is_name(headers.get("id")), "it names no task")
    _ensure(found.get("content-type") == "application/json", "its content-type is not JSON's")
    _ensure(found.get("content-encoding") == "utf-8", "its content-encoding is not UTF-8")
    for name in _TEXTS:
        given = headers.get(name, properties.get(name))
        _ensure(given is None or isinstance(given, str), f"its {name} is no text")
    _ensure(_is_count(headers.get("retries") or 0), "its retries are no number")
    _ensure(_are_limits(headers.get("timelimit")), "its timelimit is no pair of numbers")
    _ensure_call(headers["task"], _body(found))


def _ensure_call(task: str, body: bytes) -> None:
    """`[args, kwargs, embed]`, and nothing that is to follow: the pipeline sends none such."""
    try:
        call = json.loads(body)
    except _UNREADABLE:
        raise NoMessage("its body is no JSON") from None
    _ensure(isinstance(call, list) and len(call) == 3, "its body is no call")
    arguments, named, embed = call
    _ensure(isinstance(arguments, list), "its arguments are no list")
    _mapping(named, "what it names")
    if task in STAGES:
        _ensure_texts(task, arguments, named)
    after = _mapping(embed, "what follows its arguments")
    _ensure(not any(after.get(name) for name in _AFTERWARDS), "it asks for tasks after it")


def _ensure_texts(task: str, arguments: Sequence[Any], named: Mapping[str, Any]) -> None:
    """An account, a reason and a ticket are texts, and `ingest` takes many accounts, too. How many
    arguments there are is for Celery to tell.
    """
    for place, given in (*enumerate(arguments), *named.items()):
        many = task == "ingest" and place in (0, "accounts") and isinstance(given, list)
        texts = given if many else [given]
        _ensure(all(map(_is_text, texts)), "an account, reason or ticket is no text")


def _body(found: Mapping[str, Any]) -> bytes:
    try:
        if found["properties"].get("body_encoding") is None:
            return str(found["body"]).encode()
        return b64decode(found["body"])
    except _UNREADABLE:
        raise NoMessage("its body cannot be decoded") from None


def _mapping(found: object, what: str) -> Mapping[str, Any]:
    if not isinstance(found, dict):
        raise NoMessage(f"{what} is no object")
    return found


def _ensure(holds: bool, words: str) -> None:
    if not holds:
        raise NoMessage(words)


def _is_text(found: object) -> bool:
    """One that Redis can store."""
    try:
        return isinstance(found, str) and bool(found.encode() or True)
    except UnicodeEncodeError:
        return False


def _is_name(found: object) -> bool:
    return isinstance(found, str) and bool(found)


def _is_count(found: object) -> bool:
    return isinstance(found, int) and not isinstance(found, bool) and 0 <= found < 2**31


def _are_limits(found: object) -> bool:
    if found is None:
        return True
    return (
        isinstance(found, Sequence)
        and len(found) == 2
        and all(one is None or (isinstance(one, int | float) and one >= 0) for one in found)
    )
