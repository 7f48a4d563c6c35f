"""What a sync would send of one Account, beside what NetSuite holds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.fit.judging import Applicant
from app.flow import Flow
from app.models import Payload
from app.netsuite import comparing, mapping
from app.netsuite.comparing import ADDRESS_PARTS, Standing, shown
from app.netsuite.sources import value_or_none

_STREET, _CITY, _STATE, _ZIP, _COUNTRY = "Street", "City", "State", "PostalCode", "Country"
_PARTS = {
    "addr1": _STREET,
    "addr2": _STREET,
    "addr3": _STREET,
    "city": _CITY,
    "state": _STATE,
    "zip": _ZIP,
    "country": _COUNTRY,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One value on its way. None: empty, or nothing of it."""

    field: str
    """Name in the record API; of an address `addressBook[label].part`."""
    source: str
    """The Account field it comes from; empty: the sync or the flow file has it."""
    salesforce: str | None
    sent: str | None
    netsuite: str | None
    change: str
    """`set`, `change`, `clear`; `sent`: not comparable; `left alone`; empty: it stays as it is."""


@dataclass(frozen=True, slots=True)
class Preview:
    """`found`: what the Customer holds; None: it is to be created."""

    applicant: Applicant
    flow: Flow
    found: Standing | None

    def rows(self) -> list[Row]:
        """In the order of the flow file; then parent, subsidiaries, currencies, addresses."""
        payload = self.applicant.payload
        if payload is None:
            return []
        sent = payload.body if self.found else _created(payload)
        return [
            *(self._row(field, value, payload) for field, value in self._in_order(sent)),
            *self._left_alone(payload, sent),
            *self._subsidiaries(payload),
            *self._addresses(payload),
        ]

    def _in_order(self, sent: Mapping[str, object]) -> Iterator[tuple[str, object]]:
        """The rules' fields first."""
        ruled = [rule.customer for rule in self.flow.mapping.fields if rule.customer in sent]
        for field in dict.fromkeys([*ruled, *sent]):
            if field != "addressBook":
                yield field, sent[field]

    def _row(self, field: str, value: object, payload: Payload) -> Row:
        theirs = comparing.held(field, value, self.found) if self.found else None
        is_known = self.found is None or comparing.is_compared(field, payload, self.found)
        same = comparing.same(value, theirs, comparing.column_of(field))
        source = self._source(field)
        return Row(
            field,
            source,
            self._salesforce(source),
            shown(value),
            theirs if is_known else None,
            _change(shown(value), theirs, is_same=same) if is_known else "sent",
        )

    def _left_alone(self, payload: Payload, sent: Mapping[str, object]) -> Iterator[Row]:
        """Rules of which nothing is sent: what does not fit, or is for creates or updates alone."""
        for rule in self.flow.mapping.fields:
            if rule.customer in sent:
                continue
            theirs = comparing.held(rule.customer, None, self.found) if self.found else None
            source = rule.account or ""
            yield Row(rule.customer, source, self._salesforce(source), None, theirs, "left alone")

    def _subsidiaries(self, payload: Payload) -> Iterator[Row]:
        if not payload.subsidiaries:
            return
        there = (self.found.subsidiaries if self.found else None) or frozenset()
        missing = [one for one in payload.subsidiaries if one not in there]
        source = self.flow.subsidiaries.further_field or ""
        yield Row(
            comparing.SUBSIDIARIES,
            source,
            self._salesforce(source),
            ", ".join(payload.subsidiaries),
            ", ".join(sorted(there)) or None,
            "set" if missing else "",
        )

    def _addresses(self, payload: Payload) -> Iterator[Row]:
        for label, parts in comparing.address_items(payload):
            line = (comparing.line_of(label, self.found) if self.found else None) or {}
            which = "Billing" if label == self.flow.mapping.billing_label else "Shipping"
            for part in ADDRESS_PARTS:
                if part not in parts:
                    continue
                ours, theirs = parts[part], line.get(part)
                source = f"{which}{_PARTS[part]}" if part in _PARTS else "Name"
                yield Row(
                    f"addressBook[{label}].{part}",
                    source,
                    self._salesforce(source),
                    shown(ours),
                    theirs,
                    _change(shown(ours), theirs, is_same=comparing.same(ours, theirs, part)),
                )

    def _source(self, field: str) -> str:
        for rule in self.flow.mapping.fields:
            if rule.customer == field:
                return rule.account or ""
        return {
            "externalId": "Id",
            self.flow.matching.id_field: "Id",
            "parent": "ParentId",
            "subsidiary": self.flow.subsidiaries.field or "",
            "currency": "CurrencyIsoCode",
            "currencyList": self.flow.currencies.further_field or "",
        }.get(field, "")

    def _salesforce(self, source: str) -> str | None:
        return shown(value_or_none(self.applicant.account, source)) if source else None


def _created(payload: Payload) -> Mapping[str, object]:
    """What a create would send; where it cannot be, the same without what hinders it."""
    if payload.hindrance or not payload.name:
        return {k: v for k, v in payload.body.items() if k not in payload.updates_only}
    return mapping.for_create(payload)


def _change(ours: str | None, theirs: str | None, *, is_same: bool) -> str:
    if is_same:
        return ""
    if ours is None:
        return "clear"
    return "set" if theirs is None else "change"
