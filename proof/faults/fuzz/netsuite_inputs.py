"""What NetSuite answers on a good day, by the call that asks for it."""

from typing import Any

ACCOUNT, CUSTOMER = "001000000000001AAA", "12"
LOGIN = {"access_token": "eyJ0.token.sig", "expires_in": "3600", "token_type": "bearer"}
PAGE = 3
"""Rows in one answer."""


def _rows(*rows: dict[str, Any]) -> dict[str, Any]:
    return {
        "links": [],
        "count": len(rows),
        "hasMore": False,
        "items": [{"links": []} | row for row in rows],
        "offset": 0,
        "totalResults": len(rows),
    }


def _customer(number: int, **fields: object) -> dict[str, Any]:
    return {
        "id": str(number),
        "companyname": "Acme",
        "isinactive": "F",
        "isperson": "F",
        "externalid": f"SF-{ACCOUNT}",
        "searchstage": "Customer",
    } | fields


_LINE = {
    "internalid": "31",
    "entity": CUSTOMER,
    "label": "Billing (Salesforce)",
    "addr1": "1 Road",
    "defaultbilling": "T",
}
_BOOK = {
    "addressBook": {
        "items": [{"id": "31", "label": "Billing (Salesforce)", "defaultBilling": True}],
        "totalResults": 1,
    }
}
_ERROR = {
    "type": "https://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html#sec10.4.1",
    "title": "Bad Request",
    "status": 400,
    "o:errorDetails": [
        {
            "detail": "Error while accessing a resource. Invalid Field Value 99 for the following "
            "field: currency. Error ID: m4k3-1",
            "o:errorCode": "USER_ERROR",
            "o:errorPath": "currency",
        }
    ],
}
_SCHEMA = {
    "type": "object",
    "properties": {
        "companyName": {"type": "string", "title": "Company Name", "nullable": True},
        "isInactive": {"type": "boolean"},
        "creditLimit": {"type": "number", "format": "double"},
        "salesRep": {
            "type": "object",
            "$ref": "/services/rest/record/v1/metadata-catalog/employee",
        },
        "category": {"type": "object", "properties": {"id": {"enum": ["1"]}}},
        "addressBook": {"type": "object", "properties": {"items": {"type": "array"}}},
        "custentity_day": {"type": "string", "format": "date"},
    },
}

CALLS: dict[str, tuple[int, Any]] = {
    "candidates": (200, _rows(_customer(12), _customer(14, externalid=None))),
    "many candidates": (200, _rows(_customer(12), _customer(13), _customer(14))),
    "customer": (200, _rows(_customer(12))),
    "lines": (200, _rows(_LINE, _LINE | {"internalid": "32"})),
    "book": (200, _BOOK),
    "currencies": (200, _rows({"id": "1", "symbol": "USD"}, {"id": "2", "symbol": "EUR"})),
    "details": (200, _rows(_LINE | _customer(12, parent="7", phone="1"))),
    "standings": (200, _rows(_LINE | {"id": CUSTOMER, "companyname": "Acme", "subsidiary": "1"})),
    "subsidiaries": (200, _rows({"id": "1", "entity": CUSTOMER, "subsidiary": "1"})),
    "reach": (200, _rows({"subsidiary": "1", "name": "Sub"})),
    "schema": (200, _SCHEMA),
    "create": (204, {}),
    "update": (204, {}),
    "refused create": (400, _ERROR),
    "refused update": (400, _ERROR),
    "refused query": (400, _ERROR),
}
"""Status and body. A create's answer has its Location among the odd headers."""
