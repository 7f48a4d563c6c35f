"""What a service answered, as it may be kept: stored in Redis, logged, shown, sent on.

The words stay as they came, for they say what is wrong, save for two kinds of personal data that a
service likes to quote: e-mail addresses, and numbers as long as a telephone's (7 digits or more,
whatever stands between them). Of numbers these stay: ids of our Accounts, internal ids of up to 6
digits, Error IDs and UUIDs, dates and times, IP addresses. Names stay, since nothing tells them
from other words.
"""

import re

from app.legible import legible

_KEPT = (
    r"\berror ?id:?\s*[\w-]+(?:\s*\(-?\d+\))?",
    r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b",
    r"\b001\d{12}\b",
    r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?\b",
    r"\b\d{1,2}[/.]\d{1,2}[/.]\d{4}\b",
    r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b",
)
_EMAIL = r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+"
_NUMBER = r"(?<!\w)\+?\(?\d(?:[ ()./\u00a0\u2010-\u2013-]{0,3}\d){6,}(?!\w)"
_FOUND = re.compile(
    rf"(?P<kept>{'|'.join(_KEPT)})|(?P<email>{_EMAIL})|(?P<number>{_NUMBER})", re.IGNORECASE
)
_MASKS = {"email": "•• e-mail", "number": "•• number"}


def keepable(words: str) -> str:
    """A service's words without personal data and without characters that nobody sees. Made twice,
    they are the same.
    """
    return _FOUND.sub(
        lambda found: _MASKS.get(found.lastgroup or "", found[0]), legible(words)
    ).strip()
