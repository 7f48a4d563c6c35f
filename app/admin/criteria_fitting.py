"""Criteria held against the org: what it cannot be asked becomes no draft."""

import difflib
from collections.abc import Iterable
from urllib.parse import quote_plus

from pydantic import ValidationError

from app.admin.criteria_offer import STAGE, Offer, OfferedField
from app.admin.criteria_values import Value, value_for
from app.errors import AuthenticationFailed, PermanentError, RecordRejected
from app.flow import Criterion, Qualification
from app.flow_problems import words_of
from app.salesforce.accounts import condition_of
from app.salesforce.client import SalesforceClient
from app.salesforce.soql import format_soql
from app.texts import place, plain, quoted

_LONGEST = 5_000
"""Bytes of the encoded condition. Each read of 200 Accounts carries it, in an address that may have
16,384 (facts: 414 and 431), and a preview carries two."""
_SHOWN = 12


def qualification_of(given: object) -> Qualification:
    """From JSON as people send it, whatever the types of the values.

    Raises:
        RecordRejected: a key or a value is wrong; names each.
    """
    try:
        return Qualification.model_validate(given)
    except ValidationError as invalid:
        wrong = "; ".join(
            f"{place(error['loc'])}: {words_of(error, Qualification)}" for error in invalid.errors()
        )
        raise RecordRejected(f"These are no criteria: {wrong}.") from None


def fitted(wanted: Qualification, offer: Offer) -> Qualification:
    """The same in the org's names and types.

    Raises:
        RecordRejected: a field, an operator or a value cannot be; names it.
    """
    found = wanted.model_copy(
        update={"criteria": tuple(_criterion(each, offer) for each in wanted.criteria)}
    )
    size = len(quote_plus(condition_of(found)))
    if size > _LONGEST:
        raise RecordRejected(
            f"These criteria take {size:,} bytes in each query, and may take {_LONGEST:,}: use "
            "fewer values, or one field that says the same."
        )
    return found


def try_out(client: SalesforceClient, criteria: Qualification) -> None:
    """Asks Salesforce by them once: it alone knows all its rules.

    Raises:
        RecordRejected: Salesforce refuses them, in its own words.
        SyncError: it does not answer.
    """
    soql = "SELECT Id FROM Opportunity WHERE {:literal} LIMIT 1"
    try:
        client.first_page(format_soql(soql, condition_of(criteria)))
    except AuthenticationFailed:
        raise
    except PermanentError as refused:
        said = refused.service_words or str(refused)
        raise RecordRejected(
            f"Salesforce refuses these criteria: {said}", service="salesforce"
        ) from None


def _criterion(wanted: Criterion, offer: Offer) -> Criterion:
    field = _field(wanted.field, offer)
    if wanted.operator not in field.operators:
        raise RecordRejected(
            f"{field.name} is a {field.type}: it cannot be compared with {wanted.operator!r}, only "
            f"with {', '.join(field.operators)}."
        )
    values = tuple(_value(field, wanted.operator, value) for value in wanted.values)
    return Criterion(field=field.name, operator=wanted.operator, values=values)


def _field(name: str, offer: Offer) -> OfferedField:
    known = {field.name.lower(): field for field in offer.fields}
    if name.lower() in known:
        return known[name.lower()]
    raise RecordRejected(
        f"Opportunity has no field {name} to compare, or our user may not see it"
        f"{_near(name, [field.name for field in offer.fields])}."
    )


def _value(field: OfferedField, operator: str, given: Value) -> Value:
    try:
        value = value_for(field.type, given)
    except ValueError as wrong:
        raise RecordRejected(f"{field.name}: {quoted(plain(str(given)))} {wrong}.") from None
    if operator == "like" or field.values is None or not field.is_closed:
        return value
    known = {choice.value.lower(): choice.value for choice in field.values}
    chosen = known.get(str(value).lower())
    if chosen is None:
        what = "stage" if field.name == STAGE else "value"
        raise RecordRejected(
            f"{field.name} has no {what} {quoted(str(value))}{_near(str(value), known.values())}."
        )
    return chosen


def _near(wrong: str, known: Iterable[str]) -> str:
    """What may have been meant, or all where there are few."""
    names = list(known)
    folded = {name.lower(): name for name in names}
    near = difflib.get_close_matches(wrong.lower(), folded, n=1)
    if near:
        return f" (did you mean {folded[near[0]]}?)"
    return f" (there are {', '.join(names)})" if 0 < len(names) <= _SHOWN else ""
