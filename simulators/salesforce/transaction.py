"""One transaction: its writes, undone together or committed with the events they cause."""

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from simulators.salesforce.bus import Event
from simulators.salesforce.diffs import text_diff
from simulators.salesforce.events import ChangeEvent, Header, event_name, merged
from simulators.salesforce.org import Org, now_in_seconds
from simulators.salesforce.reading import read
from simulators.salesforce.schema import SObject
from simulators.salesforce.store import Record

_AUDIT = frozenset({"LastModifiedDate", "LastModifiedById", "SystemModstamp", "CreatedDate"})


class Transaction:
    """Writes through it take place at once; ``commit`` tells the bus, ``rollback`` undoes.

    The caller holds the org's lock from the first write to the end. A record that is written
    several times makes one event: the first kind of change, the last state.
    """

    def __init__(self, org: Org, origin: str) -> None:
        self.org = org
        self.now = now_in_seconds()
        self._origin = origin
        self._kinds: dict[tuple[str, str], str] = {}
        self._before: dict[tuple[str, str], Record | None] = {}

    def write(self, sobject: SObject, record_id: str, record: Record | None, kind: str) -> None:
        """Put a record; ``kind`` is the change type, or empty if no event tells of it.

        ``MERGE`` is an UPDATE that is told even if no field has changed.
        """
        before = self.org.store.put(sobject.name, record_id, record)
        key = (sobject.name, record_id)
        self._before.setdefault(key, before)
        if kind == "DELETE" and self._kinds.get(key) == "UPDATE":
            self._kinds[key] = kind
        if not self._kinds.get(key):
            self._kinds[key] = kind

    def stamped(self, record: Record, changes: Mapping[str, Any]) -> Record:
        """The record with the changes, modified now by the integration user."""
        stamps = {"LastModifiedDate": self.now, "LastModifiedById": self.org.user_id}
        return {**record, **changes, **stamps, "SystemModstamp": self.now}

    def rollback(self) -> None:
        """Put every record back as it was."""
        for (name, record_id), before in reversed(self._before.items()):
            self.org.store.put(name, record_id, before)
        self._before.clear()
        self._kinds.clear()

    def commit(self) -> None:
        """Publish one event for each changed record, in the order of the writes."""
        changes = list(self._changes())
        self._publish(changes, self._origin)
        if self.org.settings["geocoding"]:
            self._publish(list(self._geocode(changes)), "")

    def _publish(self, changes: list[ChangeEvent], origin: str) -> None:
        if not changes:
            return
        if self.org.settings["merged_events"]:
            changes = merged(changes)
        header = Header(
            origin=origin,
            transaction_key=str(uuid.uuid4()),
            commit_timestamp=int(self.now.timestamp()) * 1000,
            commit_number=self.org.next_commit(),
            commit_user=self.org.user_id,
        )
        numbered = enumerate(changes, start=1)
        self.org.bus.publish([self._encode(header, number, one) for number, one in numbered])

    def _encode(self, header: Header, number: int, change: ChangeEvent) -> Event:
        schema = self.org.schemas.current(self.org.schema.objects[change.entity])
        return change.to_event(header, number, schema)

    def _changes(self) -> Iterator[ChangeEvent]:
        for (name, record_id), kind in self._kinds.items():
            if not kind or name not in self.org.settings["cdc_entities"]:
                continue
            sobject = self.org.schema.objects[name]
            after = self.org.store.get(name, record_id)
            if kind == "DELETE":
                yield ChangeEvent(name, kind, [record_id])
            elif kind in ("CREATE", "UNDELETE") and after is not None:
                body = self._values(sobject, after)
                yield ChangeEvent(name, kind, [record_id], body=_without_nulls(body))
            elif after is not None:
                yield from self._update(sobject, after, kind)

    def _update(self, sobject: SObject, after: Record, kind: str) -> Iterator[ChangeEvent]:
        record_id = after["Id"]
        old = self._values(sobject, self._before[sobject.name, record_id] or {})
        new = self._values(sobject, after)
        changed = [key for key in new if new[key] != old[key] and key not in _AUDIT]
        if not changed and kind != "MERGE":
            return
        diffs = {key: text_diff(old.get(key), new[key]) for key in changed}
        body = {key: diffs[key] or new[key] for key in changed}
        if after["LastModifiedDate"] == self.now:
            changed.append("LastModifiedDate")
            body["LastModifiedDate"] = self.now
        yield ChangeEvent(
            sobject.name,
            "UPDATE",
            [record_id],
            changed=changed,
            nulled=[key for key in changed if body[key] is None],
            diffs=[key for key, diff in diffs.items() if diff],
            body=_without_nulls(body),
        )

    def _values(self, sobject: SObject, record: Record) -> dict[str, Any]:
        """By event name, as a reader would see them now."""
        found = {}
        for name in sobject.fields:
            key = event_name(sobject, name)
            if key is not None:
                found[key] = read(self.org.store, sobject, record, name)
        return found

    def _geocode(self, changes: list[ChangeEvent]) -> Iterator[ChangeEvent]:
        """What the platform's address geocoding writes after an address has changed."""
        for change in changes:
            for side in ("Billing", "Shipping"):
                touched = any(key.startswith(f"{side}Address.") for key in change.body)
                record = self.org.store.get(change.entity, change.record_ids[0])
                if not touched or record is None or change.change_type == "DELETE":
                    continue
                values = _coordinates(str(record.get(f"{side}Street")))
                written: dict[str, Any] = {f"{side}{part}": value for part, value in values.items()}
                written["SystemModstamp"] = self.now
                self.org.store.put(change.entity, change.record_ids[0], {**record, **written})
                body = {f"{side}Address.{part}": value for part, value in values.items()}
                yield ChangeEvent(
                    change.entity, "UPDATE", change.record_ids, changed=list(body), body=body
                )


def _without_nulls(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _coordinates(street: str) -> dict[str, float]:
    """Some place on earth, always the same for the same street."""
    seed = sum(ord(char) * place for place, char in enumerate(street, start=1))
    return {"Latitude": seed % 18_000 / 100 - 90, "Longitude": seed % 36_000 / 100 - 180}
