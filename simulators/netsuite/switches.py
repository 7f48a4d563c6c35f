"""The switches of the simulated NetSuite account: features, limits, the integration's role."""

import re
from typing import Any

from simulators.settings import Settings, Switch

CUSTOM_FIELD_TYPES = ("string", "boolean", "number", "integer", "date", "date-time")
_CUSTOM_FIELD = re.compile(r"custentity_?[a-z0-9_]{1,60}")


def create_settings() -> Settings:
    """All switches at their defaults: OneWorld, many currencies, numbers given by NetSuite."""
    return Settings(
        {
            **_feature_switches(),
            **_field_switches(),
            **_limit_switches(),
            **_role_switches(),
        }
    )


def _feature_switches() -> dict[str, Switch]:
    return {
        "one_world": Switch(True, bool, "subsidiaries exist; without, no such field or record"),
        "multi_currency": Switch(True, bool, "currencies exist; without, no such field"),
        "multi_subsidiary_customer": Switch(
            True, bool, "a customer may belong to further subsidiaries"
        ),
        "payment_through_top_level": Switch(
            False, bool, "parent and child need the same subsidiaries and currencies"
        ),
        "auto_numbering": Switch(True, bool, "NetSuite gives entityId; off: it is the name"),
        "allow_entity_id_override": Switch(
            False, bool, "entityId may be set although numbering is automatic"
        ),
    }


def _field_switches() -> dict[str, Switch]:
    return {
        "phone_max_length": Switch(21, int, "characters in phone and fax numbers", minimum=7),
        "custom_fields": Switch(
            {}, dict, "custentity_* field to its type", check=_check_custom_fields
        ),
        "customer_subsidiary_column": Switch(
            False, bool, "SuiteQL's customer has a subsidiary column"
        ),
        "location_on_update": Switch(True, bool, "PATCH and PUT of a known customer say Location"),
    }


def _limit_switches() -> dict[str, Switch]:
    return {
        "concurrency": Switch(15, int, "requests at a time for the whole account", minimum=1),
        "concurrency_status": Switch(
            429, int, "status of a refusal for concurrency (429 or 400)", check=_check_refusal
        ),
        "latency_seconds": Switch(0.0, float, "time every governed call takes", minimum=0),
        "suiteql_lag_seconds": Switch(
            0.0, float, "writes are unseen by SuiteQL so long", minimum=0
        ),
        "token_seconds": Switch(3600, int, "life of an access token", minimum=1),
    }


def _role_switches() -> dict[str, Switch]:
    return {
        "refuse_credentials": Switch(
            False, bool, "the integration is blocked: no tokens, and those given are refused"
        ),
        "tba_enabled": Switch(
            True, bool, "signed requests get in (Token-Based Authentication); ends in 2028"
        ),
        "visible_subsidiaries": Switch(
            None, list, "ids the role sees; null: all", nullable=True, check=_check_ids
        ),
    }


def _check_custom_fields(given: dict[Any, Any]) -> None:
    for name, kind in given.items():
        if not isinstance(name, str) or not _CUSTOM_FIELD.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a custom entity field (custentity_...)")
        if kind not in CUSTOM_FIELD_TYPES:
            raise ValueError(f"{name}: the type must be one of {', '.join(CUSTOM_FIELD_TYPES)}")


def _check_ids(given: list[Any]) -> None:
    if not all(type(item) is int for item in given):
        raise ValueError("must be a list of internal ids (integers)")


def _check_refusal(given: int) -> None:
    if given not in (400, 429):
        raise ValueError("must be 429 or 400")
