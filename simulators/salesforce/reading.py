"""A record's value of a field as a reader sees it: stored, or derived at this moment."""

from collections.abc import Callable, Mapping
from typing import Any

from simulators.salesforce.schema import SObject
from simulators.salesforce.stages import stage_named
from simulators.salesforce.store import Record, Store

_FROM_STAGE = {
    "IsClosed": "IsClosed",
    "IsWon": "IsWon",
    "ForecastCategory": "ForecastCategory",
    "ForecastCategoryName": "ForecastCategory",
}


def _expected_revenue(record: Record) -> float | None:
    amount, probability = record.get("Amount"), record.get("Probability")
    if amount is None or probability is None:
        return None
    return float(round(amount * probability / 100, 2))


def _fiscal(record: Record) -> str:
    close = record["CloseDate"]
    return f"{close.year} {(close.month + 2) // 3}"


_COMPUTED: Mapping[str, Callable[[Record], Any]] = {
    "ExpectedRevenue": _expected_revenue,
    "Fiscal": _fiscal,
    "FiscalYear": lambda record: record["CloseDate"].year,
    "FiscalQuarter": lambda record: (record["CloseDate"].month + 2) // 3,
    "HasOpportunityLineItem": lambda record: False,
    "PushCount": lambda record: 0,
}


def read(store: Store, sobject: SObject, record: Record, name: str) -> Any:
    """The value of the field called exactly ``name``; an address is a dict or None."""
    if sobject.name == "Opportunity":
        if name in _FROM_STAGE:
            return stage_named(store, record["StageName"])[_FROM_STAGE[name]]
        if name in _COMPUTED:
            return _COMPUTED[name](record)
    if name.endswith("Address") and sobject.fields[name].type == "address":
        return _address(sobject, record, name)
    if sobject.name == "Account" and name == "PhotoUrl":
        return f"/services/images/photo/{record['Id']}"
    return record.get(name)


def _address(sobject: SObject, record: Record, name: str) -> dict[str, Any] | None:
    parts = {
        (field.component or "")[:1].lower() + (field.component or "")[1:]: record.get(field.name)
        for field in sobject.components(name)
    }
    return parts if any(part is not None for part in parts.values()) else None
