"""What no service should send: odd values, JSON put out of shape, and damaged bytes."""

import copy
import json
import math
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy[Any]], Any]

TEXTS = (
    *("", " ", "\0", "a\0b", "\ud800", "x\udfffy", "\u202eabc", "\x1b[2J", "\U0001f9e8", "e\u0301"),
    *("<html><body><h1>503</h1></body></html>", "'; DROP TABLE x;--", "../../etc/passwd", "%s%n"),
    *("{field}", "{0}", "NaN", "Infinity", "-1", "1e999", "9" * 400, "0x41", "null", "true", "T"),
    *("x" * 70_000, "\r\nX-Header: 1", "http://[", "//other.example/", "1.2.3", "\u00b2", "\u0661"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-30T00:00:00Z"),
    *("001000000000000AAA", "001*", "006000000000001AAA", "00000000000000000000"),
)
NUMBERS = (
    *(0, -1, 1, 2**31, -(2**31) - 1, 2**53 + 1, 2**63, -(2**64), 10**40, 0.5, -0.0, 1e308, 1e-320),
    *(math.inf, -math.inf, math.nan),
)
_NESTED: Any = {"a": [{"b": [[[[]]]]}]}
CONSTANTS: tuple[Any, ...] = (*TEXTS, *NUMBERS, None, True, False, (), {}, _NESTED)
ODD: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from(CONSTANTS), st.text(max_size=30), st.integers(), st.floats()
).map(lambda value: [] if value == () else copy.deepcopy(value))

_DEEP = 100_000
_BODIES = (
    *(b"", b" ", b"null", b"true", b"0", b'"text"', b"[]", b"{}", b"[null]", b"NaN", b"-Infinity"),
    *(b"<!DOCTYPE html><html><body>Down for maintenance</body></html>", b"\x00" * 50, b"\xff\xfe"),
    *(b"[" * _DEEP, b'{"a":' * _DEEP, b"[" * 990 + b"]" * 990, b"9" * 5000, b"-" + b"1" * 4301),
    *(
        b"\xef\xbb\xbf{}",
        b'{"a"',
        b"upstream connect error",
        b'"\\ud800"',
        b"1e400",
        b"\x1f\x8b\x08",
    ),
)
JSON, RAW = "json", "raw"


@st.composite
def damaged(draw: Draw, valid: st.SearchStrategy[Any], most: int = 3) -> Any:
    """A valid value of JSON's kinds, put out of shape in 0 to `most` places."""
    holder = [copy.deepcopy(draw(valid))]
    for _ in range(draw(st.integers(0, most))):
        _damage(draw, holder)
    return holder[0]


def _damage(draw: Draw, holder: list[Any]) -> None:
    places = list(_places(holder))
    container, key = places[draw(st.integers(0, len(places) - 1))]
    at = container[key]
    how = draw(st.integers(0, 6))
    if how == 0 and container is not holder:
        del container[key]
    elif how == 1:
        container[key] = [at]
    elif how == 2:
        container[key] = {"a": at}
    elif how == 3 and isinstance(at, list):
        at.append(copy.deepcopy(at[0]) if at else None)
    elif how == 4:
        container[key] = json.dumps(at, default=str)
    elif how == 5 and isinstance(at, dict):
        at[draw(st.sampled_from(("", "__proto__", "Id", "\ud800")))] = draw(ODD)
    else:
        container[key] = draw(ODD)


def _places(holder: Any) -> Any:
    for key in list(holder if isinstance(holder, dict) else range(len(holder))):
        yield holder, key
        if isinstance(holder[key], dict | list):
            yield from _places(holder[key])


@st.composite
def json_bytes(draw: Draw, valid: st.SearchStrategy[Any]) -> bytes:
    """A JSON text, its value damaged, its bytes damaged, both or neither; or no JSON at all."""
    how = draw(st.integers(0, 9))
    if how == 0:
        return bytes(draw(st.one_of(st.sampled_from(_BODIES), st.binary(max_size=60))))
    text = json.dumps(draw(damaged(valid)), ensure_ascii=draw(st.booleans()))
    if how == 1:
        text = _twice(draw, text)
    encoding = "utf-8" if how < 8 else draw(st.sampled_from(("utf-16", "latin-1", "utf-8-sig")))
    try:
        body = text.encode(encoding, "surrogatepass" if encoding != "latin-1" else "replace")
    except UnicodeEncodeError:
        body = text.encode("utf-8", "replace")
    return bytes(draw(damaged_bytes(body))) if how == 7 else body


def _twice(draw: Draw, text: str) -> str:
    """A key that is there already, once more, with another value."""
    keys = [part.split('"')[-1] for part in text.split('":')[:-1]] or ["a"]
    more = json.dumps({draw(st.sampled_from(keys)): draw(ODD)})[1:-1]
    return (
        text.replace("{", "{" + more + ",", 1)
        if draw(st.booleans())
        else text[:-1] + "," + more + "}"
    )


def damaged_bytes(body: bytes) -> st.SearchStrategy[bytes]:
    """Cut off, altered in a few places, or with something between."""
    end = len(body)
    places = st.integers(0, end)
    return st.one_of(
        places.map(lambda at: body[:at]),
        st.tuples(places, st.binary(min_size=1, max_size=4)).map(
            lambda given: body[: given[0]] + given[1] + body[given[0] :]
        ),
        st.lists(st.tuples(places, st.integers(0, 255)), min_size=1, max_size=4).map(
            lambda changes: _altered(body, changes)
        ),
        st.tuples(places, places).map(lambda given: body[: min(given)] + body[max(given) :]),
    )


def _altered(body: bytes, changes: list[tuple[int, int]]) -> bytes:
    altered = bytearray(body)
    for at, value in changes:
        if at < len(altered):
            altered[at] = value
    return bytes(altered)
