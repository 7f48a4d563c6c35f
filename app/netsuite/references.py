"""Which of NetSuite's own records a value names: subsidiaries, currencies."""

from collections.abc import Iterable, Mapping

from app.errors import RecordRejected
from app.flow_features import Currencies, Subsidiaries, subsidiary_key
from app.models import Scalar
from app.texts import choices, listed, plain, quoted


def subsidiary_id(value: Scalar, subsidiaries: Subsidiaries) -> str:
    """The internal id of the subsidiary that the Account's field names; the default for an empty.

    Raises:
        RecordRejected: it names none that is known.
    """
    text = plain(value)
    return _subsidiary(text, subsidiaries.field, subsidiaries) if text else subsidiaries.default


def further_subsidiaries(
    value: Scalar, subsidiaries: Subsidiaries, primary: str | None
) -> tuple[str, ...]:
    """The internal ids of those that the Account's field or the flow file names, in order of their
    ids, so that the order of choices changes nothing; the primary is not among them.

    Raises:
        RecordRejected: the field names one that is not known.
    """
    named = {_subsidiary(text, subsidiaries.further_field, subsidiaries) for text in choices(value)}
    return _in_order({*named, *subsidiaries.further} - {primary or ""})


def currency_id(code: str, known: Mapping[str, str], field: str = "CurrencyIsoCode") -> str:
    """The internal id of a currency by its ISO code, which `field` gives.

    Raises:
        RecordRejected: NetSuite does not have it.
    """
    for symbol, internal_id in known.items():
        if symbol.upper() == code.upper():
            return internal_id
    raise RecordRejected(
        f"{field} is {quoted(code)}, which NetSuite does not have (it has: {listed([*known])}): "
        "add the currency in NetSuite or correct it."
    )


def further_currencies(
    value: Scalar, currencies: Currencies, known: Mapping[str, str], primary: str
) -> tuple[str, ...]:
    """The internal ids of those that the Account's field or the flow file names by ISO code, in
    order of their ids; the `primary` one, also an ISO code, is not among them.

    Raises:
        RecordRejected: NetSuite does not have one.
    """
    named = [(text, currencies.further_field or "") for text in choices(value)]
    named += [(code, "currencies.further") for code in currencies.further]
    return _in_order(
        {
            currency_id(code, known, field)
            for code, field in named
            if code.upper() != primary.upper()
        }
    )


def _subsidiary(text: str, field: str | None, subsidiaries: Subsidiaries) -> str:
    for name, internal_id in subsidiaries.values.items():
        if subsidiary_key(name) == subsidiary_key(text):
            return internal_id
    if text.isascii() and text.isdigit():
        return text
    raise RecordRejected(
        f"{field} is {quoted(text)}, which names no subsidiary (known: "
        f"{listed([*subsidiaries.values])}; or an internal id): correct it in Salesforce or add it "
        "to subsidiaries.values in the flow file."
    )


def _in_order(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(ids, key=lambda internal_id: (len(internal_id), internal_id)))
