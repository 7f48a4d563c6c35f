"""What one value has to look like before NetSuite takes it.

NetSuite publishes no lengths in its REST metadata, so the limits are settings (`flow.toml`). Its
validation of phone numbers ("should have seven digits or more") and web addresses ("Invalid URL."
without a scheme) is known from reports only; both rules are applied here, where the admin gets the
field's name and the value in one sentence.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from app.errors import RecordRejected
from app.flow import FieldRule
from app.models import Scalar

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_DIGIT = re.compile("[0-9]")
_JOINER = "\u200d"

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.ASCII | re.IGNORECASE)
_LABEL = r"[^\W_](?:(?:[^\W_]|-){0,61}[^\W_])?"
_URL = re.compile(
    rf"https?://(?:{_LABEL}\.)+(?=[^\W\d_]){_LABEL}(?::[0-9]{{1,5}})?"
    r'(?:[/?#][^\s<>"{}|\\^`]*)?',
    re.IGNORECASE,
)

_MULTI_LINE = frozenset({"comments"})
LINE_BREAK = " / "
"""What stands for a line break in multi-line text.

Oracle's help asks for a line feed to be sent "escaped as `\\\\n`", which may mean JSON's own escape
(every JSON encoder writes it) or a backslash and an n inside the string. The wrong reading shows a
literal backslash to finance, or is refused; a separator is right under both.
"""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A value as it is to be sent: text, or None where Salesforce is empty."""

    text: str | None
    sent: bool = True
    """False: it was left out, so what stands in NetSuite stays."""
    alterations: tuple[str, ...] = ()


def plain(value: Scalar) -> str:
    """A Salesforce value as single-line text without control characters, stripped.

    A run of control characters or line breaks becomes one space; half of a surrogate pair, which
    no UTF-8 body can carry, becomes U+FFFD. Whole numbers lose the ".0" that Salesforce's JSON
    gives them; a checkbox reads true or false.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return _SURROGATE.sub("\ufffd", _CONTROLS.sub(" ", str(value))).strip()


def plain_lines(text: str) -> list[str]:
    """The lines of a multi-line text that are not empty, each as `plain` makes it."""
    return [line for line in map(plain, text.splitlines()) if line]


def cut(text: str, limit: int) -> str:
    """The first `limit` characters at most, without tearing a letter from its accents."""
    if len(text) <= limit:
        return text
    at = limit
    while at and (
        unicodedata.category(text[at]).startswith("M") or _JOINER in (text[at], text[at - 1])
    ):
        at -= 1
    return text[: at or limit].rstrip()


def quoted(text: str) -> str:
    """A value as it may stand in a sentence."""
    return f"'{text}'" if len(text) <= 40 else f"'{cut(text, 39)}…'"


def fit(rule: FieldRule, value: Scalar) -> Fitted:
    """Makes one value fit its rule.

    Raises:
        RecordRejected: it does not fit and the rule says reject.
    """
    text, alterations = _prepared(rule, value)
    if not text:
        return Fitted(None)
    wrong = _wrong(rule.kind, text)
    if wrong:
        return _left_out(rule, f"{wrong}: {quoted(plain(value))}")
    if len(text) <= rule.limit:
        return Fitted(text, alterations=tuple(alterations))
    shortened = cut(text, rule.limit)
    if rule.misfit == "truncate" and not _wrong(rule.kind, shortened):
        alterations.append(f"{rule.account}: truncated from {len(text)} to {rule.limit} characters")
        return Fitted(shortened, alterations=tuple(alterations))
    return _left_out(rule, f"{len(text)} characters where {rule.customer} takes {rule.limit}")


def _prepared(rule: FieldRule, value: Scalar) -> tuple[str, list[str]]:
    """The whole text that the rule would send, and what was done to make it."""
    text = plain(value)
    if rule.kind == "url" and text and not _SCHEME.match(text):
        return "https://" + text.removeprefix("//"), [f"{rule.account}: https:// was added"]
    if isinstance(value, str) and rule.customer in _MULTI_LINE:
        lines = plain_lines(value)
        if len(lines) > 1:
            said = f"{rule.account}: {len(lines)} lines were joined with '{LINE_BREAK}'"
            return LINE_BREAK.join(lines), [said]
    return text, []


def _wrong(kind: Literal["text", "phone", "url"], text: str) -> str:
    """Why the text is none of its kind; empty when it is."""
    if kind == "phone" and len(_DIGIT.findall(text)) < 7:
        return "fewer than seven digits"
    if kind == "url" and not (text.isprintable() and _URL.fullmatch(text)):
        return "no web address"
    return ""


def _left_out(rule: FieldRule, why: str) -> Fitted:
    if rule.misfit == "reject":
        raise RecordRejected(
            f"{rule.account} does not fit NetSuite ({why}): correct it in Salesforce, or give its "
            "rule in the flow file another misfit than reject."
        )
    return Fitted(None, sent=False, alterations=(f"{rule.account}: left out, {why}",))
