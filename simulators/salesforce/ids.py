"""Record ids: fifteen case-sensitive characters, and three more that spell their capitals."""

import re
import secrets
import string

_FORM = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?")
_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_CHECK = string.ascii_uppercase + "012345"


def suffix(short: str) -> str:
    """The check suffix of a 15-character id: one character per five, a bit per capital."""
    chunks = (short[start : start + 5] for start in (0, 5, 10))
    return "".join(
        _CHECK[sum(1 << bit for bit, char in enumerate(chunk) if char in string.ascii_uppercase)]
        for chunk in chunks
    )


def normalise(text: str) -> str | None:
    """The 18-character id, or None if the text is no id (form or check suffix wrong)."""
    if not _FORM.fullmatch(text):
        return None
    full = text[:15] + suffix(text[:15])
    return full if len(text) == 15 or text[15:].upper() == full[15:] else None


class IdSource:
    """Makes new ids, increasing per prefix, with one random instance part for the whole org."""

    def __init__(self) -> None:
        self._instance = "".join(secrets.choice(_DIGITS) for _ in range(2))
        self._last: dict[str, int] = {}

    def next(self, prefix: str) -> str:
        """A new 18-character id that starts with the object's key prefix."""
        number = self._last.get(prefix, 0) + 1
        self._last[prefix] = number
        short = f"{prefix}{self._instance}000{_base62(number).rjust(7, '0')}"
        return short + suffix(short)


def _base62(number: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, 62)
        text = _DIGITS[digit] + text
    return text
