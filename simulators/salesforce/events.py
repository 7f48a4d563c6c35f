"""Change events: a header, the fields that changed, and how they become Avro."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from simulators.salesforce.avro import EventSchema
from simulators.salesforce.bitmap import encode
from simulators.salesforce.bus import Event
from simulators.salesforce.schema import SObject
from simulators.salesforce.values import to_event


@dataclass(frozen=True)
class Header:
    """The transaction's part of a ChangeEventHeader; ``commit_timestamp`` in ms, whole seconds."""

    origin: str
    transaction_key: str
    commit_timestamp: int
    commit_number: int
    commit_user: str


@dataclass(frozen=True)
class ChangeEvent:
    """One event in terms of fields; names are ``Name`` or ``BillingAddress.Street``."""

    entity: str
    change_type: str
    record_ids: Sequence[str]
    changed: Sequence[str] = ()
    nulled: Sequence[str] = ()
    diffs: Sequence[str] = ()
    body: Mapping[str, Any] = field(default_factory=dict)

    def to_event(self, header: Header, sequence_number: int, schema: EventSchema) -> Event:
        """Encoded with the schema.

        Raises:
            ValueError: a field or a value that the schema does not have.
        """
        definition = schema.definition
        payload = schema.encode(
            {
                "ChangeEventHeader": {
                    "entityName": self.entity,
                    "recordIds": list(self.record_ids),
                    "changeType": self.change_type,
                    "changeOrigin": header.origin,
                    "transactionKey": header.transaction_key,
                    "sequenceNumber": sequence_number,
                    "commitTimestamp": header.commit_timestamp,
                    "commitNumber": header.commit_number,
                    "commitUser": header.commit_user,
                    "nulledFields": encode(definition, self.nulled),
                    "diffFields": encode(definition, self.diffs),
                    "changedFields": encode(definition, self.changed),
                },
                **_body(definition, self.body),
            }
        )
        return Event(self.entity, str(uuid.uuid4()), schema.id, payload)


def merged(changes: Iterable[ChangeEvent]) -> list[ChangeEvent]:
    """One event for all records of an object that changed alike, at the first one's place."""
    alike: dict[str, list[ChangeEvent]] = {}
    for change in changes:
        alike.setdefault(repr(replace(change, record_ids=())), []).append(change)
    return [
        replace(group[0], record_ids=[record for change in group for record in change.record_ids])
        for group in alike.values()
    ]


def event_name(sobject: SObject, name: str) -> str | None:
    """How events call a field: ``BillingStreet`` is ``BillingAddress.Street``; None if never."""
    found = sobject.fields[name]
    if found.compound is not None:
        return f"{found.compound}.{found.component}"
    return name if found.event and found.type != "address" else None


def _body(definition: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by event name, nested into their compound fields; all others null."""
    names = [f["name"] for f in definition["fields"] if f["name"] != "ChangeEventHeader"]
    body: dict[str, Any] = dict.fromkeys(names)
    for name, value in values.items():
        parent, _, component = name.partition(".")
        if parent not in body:
            raise ValueError(f"{definition['name']} has no field {parent}")
        if component:
            body[parent] = {**(body[parent] or {}), component: to_event(value)}
        else:
            body[parent] = to_event(value)
    return body
