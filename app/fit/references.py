"""Do the records that payloads refer to exist in NetSuite? Asked for once each, many a query."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from app.errors import AuthenticationFailed, PermanentError
from app.netsuite.client import NetSuiteClient

_TABLES = {
    "subsidiary": "subsidiary",
    "terms": "term",
    "category": "customercategory",
    "salesrep": "employee",
    "pricelevel": "pricelevel",
}
"""Customer field, in lower case, to the record type that SuiteQL knows it by."""
_NOT_CHECKED = frozenset(("parent", "currency", "addressbook", "currencylist"))
"""Looked up before a payload is made, or no references."""
_IDS_PER_QUERY = 500
_QUERY = "SELECT id FROM {table} WHERE isinactive = 'F' AND id IN ({marks}) ORDER BY id"


@dataclass(slots=True)
class References:
    """One for a command's run. Raises (`look_up`) what app/netsuite/client.py raises."""

    client: NetSuiteClient
    unchecked: set[str] = field(default_factory=set)
    """Fields of which nothing can be told: no table is known, or NetSuite shows none."""
    _asked: dict[str, set[str]] = field(default_factory=dict)
    _known: dict[str, set[str]] = field(default_factory=dict)

    def look_up(self, bodies: Iterable[tuple[Mapping[str, object], tuple[str, ...]]]) -> None:
        """Bodies, each with the further subsidiaries that its Customer is to belong to."""
        wanted: dict[str, set[str]] = {}
        for body, subsidiaries in bodies:
            for name, internal_id in _references(body, subsidiaries):
                if internal_id not in self._asked.setdefault(name.lower(), set()):
                    wanted.setdefault(name.lower(), set()).add(internal_id)
        for name, ids in wanted.items():
            self._ask(name, sorted(ids))

    def unknown_in(self, body: Mapping[str, object], subsidiaries: tuple[str, ...]) -> str:
        """What is not there, in words; empty: nothing, as far as it could be looked up."""
        for name, internal_id in _references(body, subsidiaries):
            folded = name.lower()
            if folded in self.unchecked or internal_id in self._known.get(folded, ()):
                continue
            return (
                f"{name} is {internal_id}, which NetSuite does not have, or which is inactive or "
                "hidden from our role: correct the Account, or the flow file."
            )
        return ""

    def _ask(self, name: str, ids: list[str]) -> None:
        self._asked[name] |= set(ids)
        table = _TABLES.get(name)
        if table is None:
            self.unchecked.add(name)
            return
        try:
            for at in range(0, len(ids), _IDS_PER_QUERY):
                batch = ids[at : at + _IDS_PER_QUERY]
                query = _QUERY.format(table=table, marks=", ".join("?" * len(batch)))
                found = self.client.suiteql(query, batch)
                self._known.setdefault(name, set()).update(row["id"] for row in found)
        except AuthenticationFailed:
            raise
        except PermanentError:
            self.unchecked.add(name)


def _references(
    body: Mapping[str, object], subsidiaries: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    for name, value in body.items():
        if isinstance(value, dict) and "id" in value and name.lower() not in _NOT_CHECKED:
            yield name, str(value["id"])
    for one in subsidiaries:
        yield "subsidiary", one
