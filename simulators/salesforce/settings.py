"""The switches of the simulated org."""

from typing import Any

from simulators.salesforce.schema import CUSTOM_TYPES
from simulators.settings import Settings, Switch

_FIELD_KEYS = frozenset({"name", "type", "length", "nillable", "after", "to", "relationship"})
_CUSTOM_FIELDS = {
    "Account": [
        {"name": "Subsidiary__c", "type": "string", "length": 255},
        {"name": "NetSuite_Id__c", "type": "string", "length": 255},
    ],
    "Opportunity": [],
}


def check_field(field: Any) -> None:
    """Whether this JSON defines a field that an admin may add.

    Raises:
        ValueError: it does not; says why.
    """
    if not isinstance(field, dict) or not field.keys() <= _FIELD_KEYS:
        raise ValueError(f"a field is an object with the keys {', '.join(sorted(_FIELD_KEYS))}")
    if not isinstance(field.get("name"), str) or not field["name"].isidentifier():
        raise ValueError("a field needs a name")
    if field.get("type") not in CUSTOM_TYPES:
        raise ValueError(f"a field's type is one of {', '.join(sorted(CUSTOM_TYPES))}")


def _check_custom_fields(value: dict[str, Any]) -> None:
    for name, fields in value.items():
        if name not in _CUSTOM_FIELDS:
            raise ValueError(f"{name} takes no custom fields")
        if not isinstance(fields, list):
            raise ValueError(f"the fields of {name} must be a list")
        for field in fields:
            check_field(field)


def _check_entities(value: list[Any]) -> None:
    if not set(value) <= {"Account", "Opportunity"}:
        raise ValueError("entities are Account and Opportunity")


def create_settings() -> Settings:
    """All switches at their defaults."""
    return Settings(
        {
            "session_seconds": Switch(
                7200.0, float, "How long an access token lives.", minimum=0.0
            ),
            "daily_limit": Switch(15_000, int, "REST calls a day.", minimum=0),
            "min_batch_size": Switch(200, int, "The least page of a query.", minimum=1),
            "multi_currency": Switch(True, bool, "Whether records have CurrencyIsoCode."),
            "currencies": Switch(
                ["USD", "EUR", "GBP", "CAD", "AUD", "CHF", "JPY", "SGD"],
                list,
                "Active currencies; the first is the org's own.",
            ),
            "custom_fields": Switch(
                _CUSTOM_FIELDS, dict, "Added fields by object.", check=_check_custom_fields
            ),
            "cdc_entities": Switch(
                ["Account", "Opportunity"],
                list,
                "Objects selected for Change Data Capture.",
                check=_check_entities,
            ),
            "merged_events": Switch(
                False, bool, "Whether records changed alike in one transaction share an event."
            ),
            "geocoding": Switch(False, bool, "Whether an address change makes a second event."),
            "keepalive_seconds": Switch(270.0, float, "Silence before an empty answer.", 0.01),
            "idle_seconds": Switch(
                60.0, float, "How long a stream with nothing pending lives.", 0.01
            ),
            "silent": Switch(False, bool, "Streams stay open and send nothing, as a dead link."),
            "retention_seconds": Switch(259_200.0, float, "How long events are kept.", 0.0),
            "replay_id_length": Switch(10, int, "Bytes of a replay id; 8 to 10 were seen.", 8),
            "delivery_limit": Switch(None, int, "Events delivered in 24 hours.", 0, nullable=True),
            "max_events_per_response": Switch(100, int, "Events in one FetchResponse.", 1),
        }
    )
