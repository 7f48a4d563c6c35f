"""What Salesforce answers on a good day, by the call that asks for it."""

from typing import Any

from app.flow import Flow

ACCOUNT, OTHER = "001000000000001AAA", "001000000000002AAA"
FLOW = Flow.model_validate(
    {
        "mapping": {
            "fields": [
                {"account": "Name", "customer": "companyName", "limit": 83, "misfit": "reject"},
                {"account": "Phone", "customer": "phone", "kind": "phone", "limit": 21},
                {"account": "Website", "customer": "url", "kind": "url", "limit": 100},
                {"account": "Description", "customer": "comments", "limit": 4000},
                {"account": "Mail__c", "customer": "email", "kind": "email", "limit": 200},
                {"account": "Size__c", "customer": "custentity_size", "kind": "number"},
                {"account": "Day__c", "customer": "custentity_day", "kind": "date"},
                {"account": "Is__c", "customer": "custentity_is", "kind": "boolean"},
                {"account": "Rep__c", "customer": "salesRep", "kind": "reference"},
                {
                    "account": "Kind__c",
                    "customer": "category",
                    "kind": "reference",
                    "values": {"A": "1", "": "2"},
                },
            ]
        },
        "currencies": {"enabled": True, "further_field": "Currencies__c"},
    }
)
"""A rule of every kind."""

_MADE = {"attributes": {"type": "Account", "url": "/services/data/v66.0/sobjects/Account/x"}}
_ADDRESS = {"Street": "1 Road\nHouse", "City": "Leeds", "State": None, "PostalCode": "LS1 4AP"}
_RECORD: dict[str, Any] = {
    **_MADE,
    "Id": ACCOUNT,
    "Name": "Acme GmbH",
    "IsDeleted": False,
    "MasterRecordId": None,
    "SystemModstamp": "2026-02-03T04:05:06.000+0000",
    "ParentId": OTHER,
    **{f"Billing{part}": value for part, value in _ADDRESS.items()},
    **{f"Shipping{part}": value for part, value in _ADDRESS.items()},
    "BillingCountry": "United Kingdom",
    "ShippingCountry": None,
    "Phone": "+31 10 1234567",
    "Website": "https://example.com",
    "Description": "A customer",
    "Mail__c": "a@example.com",
    "Size__c": 12.5,
    "Day__c": "2026-01-31",
    "Is__c": True,
    "Rep__c": "12",
    "Kind__c": "A",
    "CurrencyIsoCode": "USD",
    "Currencies__c": "USD",
}
_WON = {"totalSize": 1, "done": True, "records": [{"Id": "006000000000001AAA"}]}
_NEXT = "/services/data/v66.0/query/01g-2000"

LOGIN = {
    "access_token": "00D000000000001!AQ.token",
    "instance_url": "https://acme.my.salesforce.com",
    "id": "https://login.salesforce.com/id/00D000000000001EAA/005000000000001AAA",
    "token_type": "Bearer",
    "issued_at": "1770000000000",
    "signature": "c2ln",
}


def _page(*records: dict[str, Any], done: bool = True) -> dict[str, Any]:
    page = {"totalSize": len(records), "done": done, "records": list(records)}
    return page if done else page | {"nextRecordsUrl": _NEXT}


CALLS: dict[str, Any] = {
    "readings": _page(
        _RECORD | {"Opportunities": _WON}, _RECORD | {"Id": OTHER, "Opportunities": None}
    ),
    "account": _page(_RECORD),
    "owners": _page({**_MADE, "Id": "006000000000001AAA", "AccountId": ACCOUNT}),
    "names": _page({"Id": ACCOUNT, "Name": "Acme"}, {"Id": OTHER, "Name": "Other"}, done=False),
    "ancestors": _page(_RECORD),
    "glance": _page(
        {
            "Id": ACCOUNT,
            "Name": "Acme",
            "IsDeleted": False,
            "ParentId": OTHER,
            "Parent": {**_MADE, "Name": "Other"},
        }
    ),
    "records": [_RECORD, None],
    "description": {"name": "Opportunity", "fields": [{"name": "IsWon", "calculated": False}]},
    "count": {"totalSize": 12, "done": True, "records": []},
    "limits": {"DailyApiRequests": {"Max": 15000, "Remaining": 14998}},
    "update": {},
}
