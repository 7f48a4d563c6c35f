"""What describe tells of objects and their fields."""

from typing import Any

from simulators.salesforce.org import Org
from simulators.salesforce.records import WRITABLE
from simulators.salesforce.schema import NUMBER_TYPES, TEXT_TYPES, Field, SObject
from simulators.salesforce.values import label


def summary(sobject: SObject, version: str) -> dict[str, Any]:
    """The object, without fields."""
    base = f"/services/data/v{version}/sobjects/{sobject.name}"
    writable = sobject.name in WRITABLE
    return {
        "name": sobject.name,
        "label": sobject.label,
        "labelPlural": sobject.plural,
        "keyPrefix": sobject.prefix,
        "custom": False,
        "queryable": True,
        "retrieveable": True,
        "createable": writable,
        "updateable": writable,
        "deletable": writable,
        "undeletable": writable,
        "mergeable": sobject.name == "Account",
        "replicateable": True,
        "urls": {"sobject": base, "describe": f"{base}/describe", "rowTemplate": f"{base}/{{ID}}"},
    }


def describe(org: Org, sobject: SObject, version: str) -> dict[str, Any]:
    """The object with its fields and child relationships."""
    children = [
        {
            "childSObject": child.name,
            "field": field.name,
            "relationshipName": field.children,
            "cascadeDelete": field.cascade,
        }
        for child, field in org.schema.references_to(sobject.name)
    ]
    fields = [_field(org, sobject, field) for field in sobject.fields.values()]
    return {**summary(sobject, version), "fields": fields, "childRelationships": children}


def _field(org: Org, sobject: SObject, field: Field) -> dict[str, Any]:
    writable = sobject.name in WRITABLE and not field.readonly
    long_text = field.type == "textarea" and field.length > 255
    return {
        "name": field.name,
        "label": label(field),
        "type": field.type,
        "length": field.length,
        "byteLength": field.length * 3,
        "precision": 18 if field.type in NUMBER_TYPES - {"int"} else 0,
        "scale": 2 if field.type == "currency" else 0,
        "nillable": field.nillable,
        "createable": writable,
        "updateable": writable and not field.createonly,
        "custom": field.custom,
        "calculated": False,
        "externalId": False,
        "unique": False,
        "idLookup": field.type == "id",
        "nameField": field.name == "Name",
        "filterable": not (long_text or field.type == "address"),
        "sortable": field.type != "address",
        "groupable": field.type in (TEXT_TYPES | {"id", "reference", "boolean", "date", "int"})
        and not long_text,
        "referenceTo": [field.to] if field.to else [],
        "relationshipName": field.relationship,
        "compoundFieldName": field.compound,
        "defaultedOnCreate": field.type == "boolean" or field.name == "OwnerId",
        "restrictedPicklist": field.name == "CurrencyIsoCode",
        "picklistValues": _choices(org, sobject, field),
    }


def _choices(org: Org, sobject: SObject, field: Field) -> list[dict[str, Any]]:
    choices: list[tuple[str, str, bool]] = []
    if field.name == "CurrencyIsoCode":
        choices = [(code, code, True) for code in org.settings["currencies"]]
    elif (sobject.name, field.name) == ("Opportunity", "StageName"):
        stages = org.store.table("OpportunityStage").values()
        choices = [(s["ApiName"], s["MasterLabel"], s["IsActive"]) for s in stages]
    return [
        {"value": value, "label": text, "active": active, "defaultValue": False}
        for value, text, active in choices
    ]
