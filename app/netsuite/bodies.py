"""What is sent of a payload: on create, on update, and what tells whether it was sent before."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.errors import RecordRejected
from app.models import AddressLine, Payload
from app.netsuite.names import folded

_DEFAULTS = ("defaultBilling", "defaultShipping")


def for_create(payload: Payload) -> dict[str, object]:
    """The body of a create: with what is sent once, without what is empty or for updates only.

    Raises:
        RecordRejected: the name was left out, and no Customer can be without; or a value that a
            create needs does not fit, such as a subsidiary that is not known.
    """
    if payload.hindrance:
        raise RecordRejected(payload.hindrance)
    body = {
        key: _filled(value)
        for key, value in payload.body.items()
        if value is not None and key not in payload.updates_only
    }
    body |= payload.once
    if not body.get("companyName"):
        raise RecordRejected(
            "Name was left out because it does not fit, and a new Customer has to have one: "
            "shorten it in Salesforce."
        )
    return body


def for_update(payload: Payload, lines: Sequence[AddressLine]) -> dict[str, object]:
    """The body of an update: None clears.

    `lines` is the Customer's address book. NetSuite appends an address line that comes without its
    id, each time it is sent; so ours get the id of the line that bears their label, of several the
    oldest. Neither case nor spaces tell labels apart: finance may have typed it anew. Which address
    is the default is said once, with a new line: finance may choose another.
    """
    body = dict(payload.body)
    if "addressBook" in body:
        ids = {
            folded(line.label): line.id
            for line in sorted(lines, key=lambda line: (len(line.id), line.id), reverse=True)
        }
        body["addressBook"] = {
            "items": [
                {"id": ids[folded(label)]} | {k: v for k, v in item.items() if k not in _DEFAULTS}
                if folded(label) in ids
                else _filled(item)
                for label, item in _items(body["addressBook"])
            ]
        }
    return body


def appends_lines(body: Mapping[str, object]) -> bool:
    """Whether an update adds to the address book, and would do so each time that it is sent."""
    return any("id" not in item for _, item in _items(body.get("addressBook")))


def without_addresses(payload: Payload) -> Payload:
    """The same, but that it leaves the address book alone."""
    return replace(payload, body=_without_book(payload.body))


def digest(payload: Payload) -> str:
    """Three hashes joined by dots: of the body without its addresses (16 hexadecimal digits), of
    the addresses (12), of the further subsidiaries (8); a hyphen for a part that is empty. The
    order of keys does not count.
    """
    book = payload.body.get("addressBook")
    parts = ((_without_book(payload.body), 16), (book, 12), (payload.subsidiaries, 8))
    return ".".join(_hash(part, digits) if part else "-" for part, digits in parts)


def _hash(value: object, digits: int) -> str:
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:digits]


def _without_book(body: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in body.items() if key != "addressBook"}


def _items(book: object) -> list[tuple[str, dict[str, object]]]:
    """The lines of an `addressBook` that `map_customer` made, each with its label."""
    items = book["items"] if isinstance(book, dict) else []
    return [(str(item["label"]), item) for item in items]


def _filled(value: object) -> object:
    """The value without what is None anywhere in it."""
    if isinstance(value, dict):
        return {key: _filled(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_filled(inner) for inner in value]
    return value
