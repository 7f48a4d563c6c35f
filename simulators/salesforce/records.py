"""What a user may do to records: create, update, delete, undelete, merge; and what is refused."""

from collections.abc import Mapping
from typing import Any

from simulators.salesforce.errors import ApiError
from simulators.salesforce.org import Org
from simulators.salesforce.schema import Field, SObject
from simulators.salesforce.stages import stage_named
from simulators.salesforce.store import Record
from simulators.salesforce.transaction import Transaction
from simulators.salesforce.values import accept

WRITABLE = frozenset({"Account", "Opportunity"})


def create(transaction: Transaction, sobject: SObject, data: Mapping[str, Any]) -> str:
    """A new record; answers its id.

    Raises:
        ApiError: as the platform refuses.
    """
    org = transaction.org
    values = _accepted(org, sobject, data, creating=True)
    missing = [f.name for f in _required(sobject) if values.get(f.name) is None]
    if missing:
        raise _missing(missing)
    record_id = org.ids.next(sobject.prefix)
    record: dict[str, Any] = {
        "Id": record_id,
        **_defaults(org, sobject, values),
        **values,
        **org.audit(),
        "IsDeleted": False,
    }
    _check_parent(org, sobject, record_id, values)
    transaction.write(sobject, record_id, record, "CREATE")
    return record_id


def update(
    transaction: Transaction, sobject: SObject, record_id: str, data: Mapping[str, Any]
) -> None:
    """Change a record's fields.

    Raises:
        ApiError: as the platform refuses.
    """
    org = transaction.org
    record = live(org, sobject, record_id)
    values = _accepted(org, sobject, data, creating=False)
    missing = [f.name for f in _required(sobject) if f.name in values and values[f.name] is None]
    if missing:
        raise _missing(missing)
    _check_parent(org, sobject, record_id, values)
    if (
        sobject.name == "Opportunity"
        and values.get("StageName", record["StageName"]) != (record["StageName"])
    ):
        stage = stage_named(org.store, values["StageName"])
        values = {"Probability": stage["DefaultProbability"], **values}
        values["LastStageChangeDate"] = transaction.now
    transaction.write(sobject, record_id, transaction.stamped(record, values), "UPDATE")


def live(org: Org, sobject: SObject, record_id: str) -> Record:
    """A record that is not deleted.

    Raises:
        ApiError: ENTITY_IS_DELETED or NOT_FOUND.
    """
    record = org.store.get(sobject.name, record_id)
    if record is None:
        raise ApiError("NOT_FOUND")
    if record.get("IsDeleted"):
        raise ApiError("ENTITY_IS_DELETED", fields=[])
    return record


def _accepted(
    org: Org, sobject: SObject, data: Mapping[str, Any], *, creating: bool
) -> dict[str, Any]:
    """The given values in stored form, by canonical name."""
    if sobject.name not in WRITABLE:
        raise ApiError(
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
            f"entity type {sobject.name} does not support {'create' if creating else 'update'}",
        )
    values: dict[str, Any] = {}
    refused = []
    for name, value in data.items():
        if name == "attributes":
            continue
        field = sobject.field(name)
        if field is None:
            raise ApiError(
                "INVALID_FIELD", f"No such column '{name}' on sobject of type {sobject.name}"
            )
        if field.readonly or (field.createonly and not creating):
            refused.append(field.name)
            continue
        values[field.name] = accept(field, value)
        _check_choice(org, field, values[field.name])
    if refused:
        verb = "create" if creating else "update"
        raise ApiError(
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            f"Unable to {verb} fields: {', '.join(refused)}. Please check the security settings of "
            "this field and verify that it is read/write for your profile or permission set.",
            fields=refused,
        )
    for name, value in values.items():
        _check_reference(org, sobject.fields[name], value)
    return values


def _check_choice(org: Org, field: Field, value: Any) -> None:
    if field.name != "CurrencyIsoCode" or value in org.settings["currencies"]:
        return
    raise ApiError(
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        f"Currency ISO Code: bad value for restricted picklist field: {value}",
        fields=[field.name],
    )


def _check_reference(org: Org, field: Field, value: Any) -> None:
    if field.type != "reference" or value is None:
        return
    if field.to is None:
        raise _no_access(field)
    if not value.startswith(org.schema.objects[field.to].prefix):
        raise ApiError(
            "FIELD_INTEGRITY_EXCEPTION",
            f"{field.name}: id value of incorrect type: {value}",
            fields=[field.name],
        )
    target = org.store.get(field.to, value)
    if target is None or target.get("IsDeleted"):
        raise _no_access(field)


def _check_parent(org: Org, sobject: SObject, record_id: str, values: Mapping[str, Any]) -> None:
    """Refuse an account that would become its own ancestor."""
    if sobject.name != "Account":
        return
    ancestor = values.get("ParentId")
    while ancestor is not None:
        if ancestor == record_id:
            raise ApiError(
                "CIRCULAR_DEPENDENCY",
                "attempt to violate hierarchy constraints",
                fields=["ParentId"],
            )
        ancestor = (org.store.get("Account", ancestor) or {}).get("ParentId")


def _defaults(org: Org, sobject: SObject, values: Mapping[str, Any]) -> dict[str, Any]:
    defaults: dict[str, Any] = {"OwnerId": org.user_id}
    if "CurrencyIsoCode" in sobject.fields:
        defaults["CurrencyIsoCode"] = org.settings["currencies"][0]
    for field in sobject.fields.values():
        if field.type == "boolean" and not field.readonly:
            defaults[field.name] = False
    if sobject.name == "Opportunity":
        stage = stage_named(org.store, values["StageName"])
        defaults["Probability"] = stage["DefaultProbability"]
    return defaults


def _required(sobject: SObject) -> list[Field]:
    given = ("OwnerId", "CurrencyIsoCode")
    return [
        f
        for f in sobject.fields.values()
        if not (f.nillable or f.readonly or f.type == "boolean" or f.name in given)
    ]


def _missing(names: list[str]) -> ApiError:
    text = f"Required fields are missing: [{', '.join(names)}]"
    return ApiError("REQUIRED_FIELD_MISSING", text, fields=names)


def _no_access(field: Field) -> ApiError:
    return ApiError(
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
        "insufficient access rights on cross-reference id",
        fields=[field.name],
    )
