"""SuiteQL's copy of the records: tables in an in-memory SQLite, written in step with the store.

A write is one transaction. With ``suiteql_lag_seconds`` it waits in a queue until it is due; what
SuiteQL sees meanwhile is the state before it.
"""

import json
import sqlite3
import time
from collections import deque
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any
from uuid import uuid4

from simulators.netsuite.records import Address, Customer, OtherEntity, Relationship
from simulators.netsuite.reference import Reference
from simulators.netsuite.sqlfunctions import add_functions, date_value

Statement = tuple[str, Sequence[Any]]
TABLES = frozenset(
    ("m_customer", "m_other", "m_relationship", "m_addressbook", "m_address", "m_reference")
)
_EMPTY = tuple(
    (statement, ())
    for statement in (
        "DELETE FROM m_customer",
        "DELETE FROM m_other",
        "DELETE FROM m_relationship",
        "DELETE FROM m_addressbook",
        "DELETE FROM m_address",
        "DELETE FROM m_reference",
    )
)
_TEXTS = [
    "companyName",
    "firstName",
    "middleName",
    "lastName",
    "email",
    "altEmail",
    "phone",
    "altPhone",
    "fax",
    "url",
    "comments",
    "accountNumber",
]
_ADDRESS_TEXTS = ("addr1", "addr2", "addr3", "city", "state", "zip", "addressee", "attention")
_REFERENCES = {
    "category": "category",
    "parent": "parent",
    "currency": "currency",
    "subsidiary": "subsidiary",
    "entitystatus": "entityStatus",
    "terms": "terms",
    "salesrep": "salesRep",
    "pricelevel": "priceLevel",
}


class Mirror:
    """The tables. Used under the store's lock only; ``uri`` opens a further connection to them."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.uri = f"file:netsuite-{uuid4().hex}?mode=memory&cache=shared"
        self._settings = settings
        self._pending: deque[tuple[float, list[Statement]]] = deque()
        self.connection = sqlite3.connect(
            self.uri, uri=True, check_same_thread=False, isolation_level=None
        )
        add_functions(self.connection)
        script = files("simulators.netsuite").joinpath("tables.sql").read_text("utf-8")
        self.connection.executescript(script)

    def clear(self) -> None:
        """Empty every table and the queue."""
        self._pending.clear()
        self._apply(_EMPTY)

    def settle(self) -> None:
        """Write what is due by now."""
        moment = time.monotonic()
        while self._pending and self._pending[0][0] <= moment:
            self._apply(self._pending.popleft()[1])

    def put_customer(self, customer: Customer, top_level_parent: int) -> None:
        """Write its row and its address book."""
        row = {**customer_row(customer), "toplevelparent": top_level_parent}
        statements = [*_drop_addresses(customer.id), _insert("customer", row)]
        for address in customer.addresses:
            statements += _address_statements(customer.id, address)
        self._write(statements)

    def remove_customer(self, number: int) -> None:
        """Delete its rows."""
        delete = ("DELETE FROM m_customer WHERE id = ?", (number,))
        self._write([*_drop_addresses(number), delete])

    def put_relationship(self, relationship: Relationship) -> None:
        """Write its row."""
        row = {
            "id": relationship.id,
            "entity": relationship.entity,
            "subsidiary": relationship.subsidiary,
            "isprimarysub": _flag(relationship.primary),
            "externalid": relationship.values.get("externalId"),
            "lastmodifieddate": date_value(relationship.modified),
        }
        self._write([_insert("relationship", row)])

    def remove_relationship(self, number: int) -> None:
        """Delete its row."""
        self._write([("DELETE FROM m_relationship WHERE id = ?", (number,))])

    def put_other(self, other: OtherEntity) -> None:
        """Write the row of an entity that is no customer."""
        row = {"id": other.id, "type": other.type, "externalid": other.external_id}
        self._write([_insert("other", {**row, "entityid": other.entity_id})])

    def put_reference(self, table: str, row: Reference) -> None:
        """Write a row of a lookup table; it is seen at once."""
        values = {
            "type": table,
            "id": row.id,
            "name": row.name,
            "isinactive": _flag(row.inactive),
            "symbol": row.symbol,
            "parent": row.parent,
            "currency": row.currency,
            "country": row.country,
            "externalid": row.external_id,
        }
        self._apply([_insert("reference", values)])

    def _write(self, statements: list[Statement]) -> None:
        lag = self._settings["suiteql_lag_seconds"]
        if lag > 0:
            self._pending.append((time.monotonic() + lag, statements))
            return
        while self._pending:
            self._apply(self._pending.popleft()[1])
        self._apply(statements)

    def _apply(self, statements: Sequence[Statement]) -> None:
        execute = self.connection.execute
        execute("BEGIN")
        try:
            for sql, parameters in statements:
                execute(sql, parameters)
        except BaseException:
            execute("ROLLBACK")
            raise
        execute("COMMIT")


def customer_row(customer: Customer) -> dict[str, Any]:
    """The columns of a customer, without its top level parent."""
    values = customer.values
    billing = next((a.key for a in customer.addresses if a.default_billing), None)
    shipping = next((a.key for a in customer.addresses if a.default_shipping), None)
    custom = {name: values[name] for name in values if name.startswith("custentity")}
    return {
        "id": customer.id,
        "entityid": values["entityId"],
        "externalid": customer.external_id,
        "isperson": _flag(values.get("isPerson")),
        "isinactive": _flag(values.get("isInactive")),
        "altname": customer.name,
        "searchstage": customer.stage,
        "defaultbillingaddress": billing,
        "defaultshippingaddress": shipping,
        "datecreated": date_value(customer.created),
        "lastmodifieddate": date_value(customer.modified),
        "custom": json.dumps(
            {k: _flag(v) if isinstance(v, bool) else v for k, v in custom.items()}
        ),
        **{name.lower(): values.get(name) for name in _TEXTS},
        **{column: customer.reference(name) for column, name in _REFERENCES.items()},
    }


def _address_statements(customer_id: int, address: Address) -> list[Statement]:
    values = address.values
    line = {
        "internalid": address.id,
        "entity": customer_id,
        "label": address.label,
        "defaultbilling": _flag(address.default_billing),
        "defaultshipping": _flag(address.default_shipping),
        "isresidential": _flag(address.residential),
        "addressbookaddress": address.key,
    }
    texts = {name.lower(): values.get(name) for name in _ADDRESS_TEXTS}
    place = {
        **texts,
        "nkey": address.key,
        "externalid": values.get("externalId"),
        "recordowner": customer_id,
        "country": values.get("country"),
        "addrphone": values.get("addrPhone"),
        "addrtext": address.text,
        "override": _flag(values.get("override")),
        "lastmodifieddate": date_value(address.modified),
    }
    return [_insert("addressbook", line), _insert("address", place)]


def _drop_addresses(customer_id: int) -> list[Statement]:
    return [
        ("DELETE FROM m_addressbook WHERE entity = ?", (customer_id,)),
        ("DELETE FROM m_address WHERE recordowner = ?", (customer_id,)),
    ]


def _insert(table: str, row: Mapping[str, Any]) -> Statement:
    marks = ", ".join("?" * len(row))
    columns = ", ".join(row)
    parts = ("INSERT OR REPLACE INTO", f"m_{table}", f"({columns})", "VALUES", f"({marks})")
    return " ".join(parts), [*row.values()]


def _flag(value: object) -> str:
    return "T" if value else "F"
