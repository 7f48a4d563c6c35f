"""One value, made to fit its rule of the flow file.

NetSuite publishes no lengths in its REST metadata, so the limits are settings (`flow.toml`).
"""

from dataclasses import dataclass

from app.errors import RecordRejected
from app.flow_kinds import CONVERSIONS, TEXTS, wrong_text
from app.flow_mapping import FieldRule
from app.models import Scalar
from app.texts import cut, listed, plain, quoted


@dataclass(frozen=True, slots=True)
class Fitted:
    """A value as it is to be sent, in JSON's types; None clears."""

    value: object
    sent: bool = True
    """False: it was left out, so what stands in NetSuite stays."""
    alterations: tuple[str, ...] = ()


def fit(rule: FieldRule, value: Scalar) -> Fitted:
    """Makes one value fit its rule.

    Raises:
        RecordRejected: it does not fit and the rule says reject.
    """
    looked_up = {plain(key): mapped for key, mapped in rule.values.items()}
    text = plain(value)
    if text in looked_up:
        value = looked_up[text]
    elif looked_up and text:
        mend = f"add it to the rule's values in the flow file (it has: {listed([*looked_up])})"
        return _left_out(rule, f"{quoted(text)} is not among its values", mend)
    if not plain(value):
        return Fitted(None, sent=rule.empty == "clear")
    if rule.kind in TEXTS:
        return _fit_text(rule, value)
    try:
        return Fitted(CONVERSIONS[rule.kind](value))
    except ValueError as wrong:
        return _left_out(rule, f"{wrong}: {quoted(plain(value))}")


def _fit_text(rule: FieldRule, value: Scalar) -> Fitted:
    text, done = rule.as_text(value)
    alterations = (f"{rule.source}: {done}",) if done else ()
    limit = rule.limit or len(text)
    if wrong := wrong_text(rule.kind, text):
        return _left_out(rule, f"{wrong}: {quoted(plain(value))}")
    if len(text) <= limit:
        return Fitted(text, alterations=alterations)
    shortened = cut(text, limit)
    if rule.misfit == "truncate" and not wrong_text(rule.kind, shortened):
        said = f"{rule.source}: truncated from {len(text)} to {limit} characters"
        return Fitted(shortened, alterations=(*alterations, said))
    return _left_out(rule, f"{len(text)} characters where {rule.customer} takes {limit}")


def _left_out(
    rule: FieldRule,
    why: str,
    mend: str = "give its rule in the flow file another misfit than reject",
) -> Fitted:
    if rule.misfit == "reject":
        raise RecordRejected(
            f"{rule.source} does not fit NetSuite ({why}): correct it in Salesforce, or {mend}."
        )
    return Fitted(None, sent=False, alterations=(f"{rule.source}: left out, {why}",))
