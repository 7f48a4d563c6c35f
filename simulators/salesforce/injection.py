"""Events on command: whatever the platform may send, without a write behind it."""

import base64
import binascii
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from simulators.salesforce.avro import CHANGE_TYPES
from simulators.salesforce.bus import Event
from simulators.salesforce.events import ChangeEvent, Header, event_name
from simulators.salesforce.org import Org
from simulators.salesforce.schema import SObject

_KEYS: Mapping[str, type | tuple[type, ...]] = {
    "entity": str,
    "change_type": str,
    "record_ids": list,
    "changed_fields": list,
    "nulled_fields": list,
    "diff_fields": list,
    "body": dict,
    "change_origin": str,
    "commit_user": str,
    "commit_timestamp": int,
    "commit_number": int,
    "transaction_key": str,
    "sequence_number": int,
    "same_replay_id_as_previous": bool,
    "count_as": int,
    "payload": str,
    "schema_id": str,
}


def inject(org: Org, items: Sequence[Any]) -> list[str]:
    """Publish these events as one transaction; answers their replay ids in hex.

    Raises:
        ValueError: an unknown key, or an event that does not fit its schema; nothing is published.
    """
    key = str(uuid.uuid4())
    with org.lock:
        commit = org.next_commit()
        events = [_event(org, item, n, key, commit) for n, item in enumerate(items, start=1)]
        return [replay_id.hex() for replay_id in org.bus.publish(events)]


def _event(org: Org, item: Any, number: int, key: str, commit: int) -> Event:
    _check(item)
    sobject = org.schema.objects.get(item.get("entity", ""))
    if sobject is None or sobject.name not in ("Account", "Opportunity"):
        raise ValueError("entity must be Account or Opportunity")
    change = ChangeEvent(
        entity=sobject.name,
        change_type=item.get("change_type", "UPDATE"),
        record_ids=item.get("record_ids", []),
        changed=_names(sobject, item.get("changed_fields", [])),
        nulled=_names(sobject, item.get("nulled_fields", [])),
        diffs=_names(sobject, item.get("diff_fields", [])),
        body={_name(sobject, name): value for name, value in item.get("body", {}).items()},
    )
    header = Header(
        origin=item.get("change_origin", ""),
        transaction_key=item.get("transaction_key", key),
        commit_timestamp=item.get("commit_timestamp", int(time.time()) * 1000),
        commit_number=item.get("commit_number", commit),
        commit_user=item.get("commit_user", org.user_id),
    )
    schema = org.schemas.current(sobject)
    made = change.to_event(header, item.get("sequence_number", number), schema)
    return replace(
        made,
        payload=_payload(item) or made.payload,
        schema_id=item.get("schema_id", made.schema_id),
        same_replay_id_as_previous=item.get("same_replay_id_as_previous", False),
        weight=item.get("count_as", 1),
    )


def _check(item: Any) -> None:
    if not isinstance(item, dict):
        raise ValueError("an event must be a JSON object")
    problems = [f"unknown key {key!r}" for key in item if key not in _KEYS]
    for key, kind in _KEYS.items():
        if key in item and not isinstance(item[key], kind):
            problems.append(f"{key} has the wrong type")
    if item.get("change_type", "UPDATE") not in CHANGE_TYPES:
        problems.append(f"change_type is one of {', '.join(CHANGE_TYPES)}")
    if not item.get("record_ids"):
        problems.append("record_ids is missing")
    if problems:
        raise ValueError("; ".join(problems))


def _payload(item: Mapping[str, Any]) -> bytes | None:
    """A raw payload (base64) in place of the encoded one: broken on purpose, or captured."""
    if "payload" not in item:
        return None
    try:
        return base64.b64decode(item["payload"], validate=True)
    except binascii.Error as error:
        raise ValueError(f"payload is not base64: {error}") from error


def _names(sobject: SObject, names: Sequence[str]) -> list[str]:
    return [_name(sobject, name) for name in names]


def _name(sobject: SObject, name: str) -> str:
    """``BillingStreet`` and ``BillingAddress.Street`` are the same."""
    return (event_name(sobject, name) or name) if name in sobject.fields else name
