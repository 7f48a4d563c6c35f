"""The record types SuiteQL knows, as views over the tables, by features and role."""

import json
import sqlite3
from collections.abc import Mapping
from importlib.resources import files
from string import Template
from typing import Any

_CUSTOMER = """
    id entityid companyname externalid isperson firstname middlename lastname altname email altemail
    phone altphone fax url comments accountnumber category parent toplevelparent entitystatus terms
    salesrep pricelevel isinactive searchstage defaultbillingaddress defaultshippingaddress
    datecreated lastmodifieddate
"""
_OWNER_COLUMNS = ("id", "entity", "recordowner")
_RELEVANT = (
    "one_world",
    "multi_currency",
    "custom_fields",
    "customer_subsidiary_column",
    "visible_subsidiaries",
)
_MEMBERS = Template(
    "WHERE $column IN (SELECT entity FROM m_relationship WHERE subsidiary IN ($seen))"
)


def relevant(settings: Mapping[str, Any]) -> str:
    """What the views depend on, to compare."""
    return json.dumps([settings[name] for name in _RELEVANT])


def rebuild(connection: sqlite3.Connection, settings: Mapping[str, Any]) -> frozenset[str]:
    """Replace all views; answers their names."""
    for name in _names(connection):
        connection.execute(f"DROP VIEW {name}")
    template = Template(files("simulators.netsuite").joinpath("views.sql").read_text("utf-8"))
    connection.executescript(template.substitute(_parts(settings)))
    if not settings["multi_currency"]:
        connection.execute("DROP VIEW currency")
    if not settings["one_world"]:
        connection.execute("DROP VIEW subsidiary")
        connection.execute("DROP VIEW customersubsidiaryrelationship")
    return frozenset(_names(connection))


def _names(connection: sqlite3.Connection) -> list[str]:
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchall()
    return [name for (name,) in found]


def _parts(settings: Mapping[str, Any]) -> dict[str, str]:
    columns = _CUSTOMER.split()
    if settings["multi_currency"]:
        columns.append("currency")
    if settings["one_world"] and settings["customer_subsidiary_column"]:
        columns.append("subsidiary")
    for name in settings["custom_fields"]:
        columns.append(f"json_extract(custom, '$.{name}') AS {name}")
    parts = {"customer_columns": ", ".join(columns), "subsidiary_seen": ""}
    role = settings["visible_subsidiaries"]
    if role is None:
        return {**parts, **{f"{column}_seen": "" for column in _OWNER_COLUMNS}}
    seen = ", ".join(str(int(number)) for number in role)
    parts["subsidiary_seen"] = f"AND id IN ({seen})"
    for column in _OWNER_COLUMNS:
        parts[f"{column}_seen"] = _MEMBERS.substitute(column=column, seen=seen)
    return parts
