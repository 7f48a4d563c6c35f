"""Which of NetSuite's own records a value names: the subsidiary, the currency."""

from collections.abc import Iterable, Mapping

from app.errors import RecordRejected
from app.flow import Subsidiaries
from app.models import Scalar
from app.netsuite.values import plain, quoted


def subsidiary_id(value: Scalar, subsidiaries: Subsidiaries) -> str:
    """The internal id of the subsidiary that the Account's field names; the default for an empty.

    Raises:
        RecordRejected: it names none that is known.
    """
    text = plain(value)
    if not text:
        return subsidiaries.default
    for name, internal_id in subsidiaries.values.items():
        if name.strip().casefold() == text.casefold():
            return internal_id
    if text.isascii() and text.isdigit():
        return text
    raise RecordRejected(
        f"{subsidiaries.field} is {quoted(text)}, which names no subsidiary (known: "
        f"{_listed(subsidiaries.values)}; or an internal id): correct it in Salesforce or add it "
        "to subsidiaries.values in the flow file."
    )


def currency_id(code: str, known: Mapping[str, str]) -> str:
    """The internal id of a currency by its ISO code.

    Raises:
        RecordRejected: NetSuite does not have it.
    """
    for symbol, internal_id in known.items():
        if symbol.upper() == code.upper():
            return internal_id
    raise RecordRejected(
        f"CurrencyIsoCode is {quoted(code)}, which NetSuite does not have (it has: "
        f"{_listed(known)}): add the currency in NetSuite or correct the Account."
    )


def _listed(names: Iterable[str]) -> str:
    """Names for a sentence, the first ten."""
    known = sorted(names)
    return (", ".join(known[:10]) or "none") + (", …" if len(known) > 10 else "")
