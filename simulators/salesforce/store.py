"""The org's tables: records by id, and an index over every reference."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

Record = Mapping[str, Any]


class Store:
    """Records are never changed in place: ``put`` replaces one, so a reader's view stays whole.

    A record maps field names to stored values (str, bool, int, float, date, aware datetime, None);
    a field that is missing is null. The caller holds the org's lock.
    """

    def __init__(self) -> None:
        self._tables: dict[str, dict[str, Record]] = defaultdict(dict)
        self._referrers: dict[tuple[str, str, str], set[str]] = defaultdict(set)

    def table(self, sobject: str) -> Mapping[str, Record]:
        """All records of an object by id, deleted ones among them, oldest first."""
        return self._tables[sobject]

    def get(self, sobject: str, record_id: str) -> Record | None:
        """One record, deleted or not."""
        return self._tables[sobject].get(record_id)

    def put(self, sobject: str, record_id: str, record: Record | None) -> Record | None:
        """Write a record (None erases it); answers what was there before."""
        before = self._tables[sobject].pop(record_id, None) if record is None else None
        if record is not None:
            before = self._tables[sobject].get(record_id)
            self._tables[sobject][record_id] = record
        for name in {key for key in (*(before or ()), *(record or ())) if key.endswith("Id")}:
            self._refer(
                sobject, name, record_id, (before or {}).get(name), (record or {}).get(name)
            )
        return before

    def referrers(self, sobject: str, field: str, target: str) -> Collection[str]:
        """The ids of the records whose reference field holds the target's id."""
        return self._referrers.get((sobject, field, target), ())

    def clear(self) -> None:
        """Empty all tables."""
        self._tables.clear()
        self._referrers.clear()

    def _refer(self, sobject: str, field: str, record_id: str, old: Any, new: Any) -> None:
        if old == new:
            return
        if old is not None:
            self._referrers[sobject, field, old].discard(record_id)
        if new is not None:
            self._referrers[sobject, field, new].add(record_id)
