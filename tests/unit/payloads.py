"""Accounts and the payloads they become, for the tests of the mapping."""

from app.flow import Flow
from app.flow_features import Subsidiaries
from app.flow_mapping import DEFAULT_FIELDS, FieldRule, Mapping
from app.models import Account, Payload, Scalar
from app.netsuite.mapping import Keep, map_customer

ID = "001D000000IRFmaIAH"
CURRENCIES = {"USD": "1", "EUR": "4"}
EMPTY: dict[str, Scalar] = {rule.account: None for rule in DEFAULT_FIELDS[1:] if rule.account}
ONE_WORLD = Subsidiaries(
    field="Region__c", values={"Europe": "3", "Asia": "4"}, further_field="Also__c"
)


def account(name: str = "Acme", currency: str | None = None, **fields: Scalar) -> Account:
    return Account(ID, name, currency=currency, fields={**EMPTY, **fields})


def mapped(source: Account, flow: Flow | None = None, parent: str | Keep | None = None) -> Payload:
    return map_customer(
        source, flow or Flow(), external_id=f"SF-{ID}", parent=parent, currencies=CURRENCIES
    )


def with_rules(*rules: FieldRule) -> Flow:
    """The default flow and more rules."""
    return Flow(mapping=Mapping(fields=(*DEFAULT_FIELDS, *rules)))
