"""Further inputs of one that Hypothesis made: its bytes altered here and there. They are cheap to
make, so that most of the time goes into trying them.
"""

import hashlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

Vary = Callable[[Any, Callable[[bytes], bytes]], Any]
"""An input, and what alters bytes, to the altered input."""

_PIECES = (
    *(
        b"\x01",
        b"\x03",
        b"\xff\xff\xff\xff\x0f",
        b"\x80" * 12,
        b"\x00",
        b"\xff",
        b"\x7f",
        b"-",
        b"0",
    ),
    *(b'"', b"{", b"}", b"[", b"]", b",", b":", b"\\u0000", b"\\ud800", b"null", b"1e999", b"NaN"),
    *(b"\r\n", b"\n", b"<", b"'", b"=", b"true", b"9" * 30, b"\xe2\x80\xae", b"\xed\xa0\x80"),
)


def variants(given: Any, vary: Vary, most: int, seed: str) -> Iterator[Any]:
    """`most` of them; the same ones for the same seed."""
    for number in range(most):
        choice = hashlib.blake2b(f"{seed}.{number}".encode()).digest()
        yield vary(given, partial(_altered, choice))


def _altered(choice: bytes, body: bytes) -> bytes:
    """One to three places; the choice's bytes say where and how."""
    for start in range(0, 8 * (1 + choice[63] % 3), 8):
        how, piece = choice[start], _PIECES[choice[start + 1] % len(_PIECES)]
        at = int.from_bytes(choice[start + 2 : start + 6], "big") % (len(body) + 1)
        size = choice[start + 6] % 9
        match how % 5:
            case 0:
                body = body[:at] + piece + body[at + len(piece) :]
            case 1:
                body = body[:at] + piece + body[at:]
            case 2:
                body = body[:at] + body[at + size :]
            case 3:
                body = body[:at] + bytes([choice[start + 7]]) + body[at + 1 :]
            case _:
                body = body[:at] + body[at - size : at] + body[at:] if at >= size else body[:at]
    return body
