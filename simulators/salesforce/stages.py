"""The opportunity stages: what each means is looked up when a record is read."""

import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

from simulators.salesforce.store import Record, Store

_UNKNOWN: Record = {
    "IsClosed": False,
    "IsWon": False,
    "ForecastCategory": "Pipeline",
    "DefaultProbability": 0.0,
}
_KINDS: Mapping[str, type] = {
    "MasterLabel": str,
    "IsActive": bool,
    "IsClosed": bool,
    "IsWon": bool,
    "DefaultProbability": float,
    "ForecastCategory": str,
}


def shipped_stages() -> list[dict[str, Any]]:
    """The ten stages of a Developer Edition org, without id and audit fields."""
    file = resources.files("simulators.salesforce") / "stages.json"
    return [
        {
            "MasterLabel": stage["ApiName"],
            "IsActive": True,
            "SortOrder": order,
            "IsClosed": stage["ForecastCategory"] in ("Closed", "Omitted"),
            "IsWon": stage["ForecastCategory"] == "Closed",
            "ForecastCategoryName": stage["ForecastCategory"],
            **stage,
        }
        for order, stage in enumerate(json.loads(file.read_text()), start=1)
    ]


def stage_named(store: Store, name: str | None) -> Record:
    """The stage's record; an opportunity may hold a stage that no longer exists: open, not won."""
    for stage in store.table("OpportunityStage").values():
        if stage["ApiName"] == name:
            return stage
    return _UNKNOWN


def classify(store: Store, name: str, changes: Mapping[str, Any]) -> Record:
    """Change a stage as an admin in Setup would. No event tells of it, there neither.

    Raises:
        KeyError: there is no such stage.
        ValueError: a field that a stage has not, or a value of another type.
    """
    stage = stage_named(store, name)
    if stage is _UNKNOWN:
        raise KeyError(name)
    for key, value in changes.items():
        if key not in _KINDS:
            raise ValueError(f"{key}: a stage has {', '.join(_KINDS)}")
        if type(value) is not _KINDS[key]:
            raise ValueError(f"{key} must be {_KINDS[key].__name__}")
    merged = {**stage, **changes}
    if merged["IsWon"] and not merged["IsClosed"]:
        raise ValueError("a won stage is closed too")
    store.put("OpportunityStage", stage["Id"], merged)
    return merged
