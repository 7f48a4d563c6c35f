"""The simulated account as a state machine: REST's records and SuiteQL's rows never differ."""

from typing import Any

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from simulators.netsuite.customer import (
    WriteOptions,
    delete_customer,
    upsert_target,
    write_customer,
)
from simulators.netsuite.errors import ApiError
from simulators.netsuite.records import Customer
from simulators.netsuite.store import Store
from simulators.netsuite.suiteql import SuiteQL
from simulators.netsuite.switches import create_settings

NAMES = st.text("abcßÖ '", min_size=1, max_size=8)
EXTERNAL_IDS = st.sampled_from(["A", "B", "C", "D"])


class AccountMachine(RuleBasedStateMachine):
    """Creates, upserts, moves and deletes customers; refusals must leave no trace."""

    keys = Bundle("keys")

    def __init__(self) -> None:
        super().__init__()
        settings = create_settings()
        self.store = Store(settings)
        self.suiteql = SuiteQL(self.store, settings)

    @rule(target=keys, external_id=EXTERNAL_IDS, name=NAMES, street=NAMES)
    def upsert(self, external_id: str, name: str, street: str) -> Any:
        line = {"addressBookAddress": {"addr1": street}, "defaultBilling": True}
        body = {"companyName": name, "subsidiary": {"id": 1}, "addressBook": {"items": [line]}}
        current = upsert_target(self.store, external_id)
        lines = len(current.addresses) if current else 0

        options = WriteOptions(external_id=external_id)
        customer, dropped = write_customer(self.store, current, body, options)

        assert dropped == []
        assert len(customer.addresses) == lines + 1
        return customer.id if current is None else multiple()

    @rule(child=keys, parent=keys)
    def move(self, child: int, parent: int) -> None:
        body = {"parent": {"id": parent}, "comments": "moved"}
        current = self.store.customers[child]
        above = {parent, *self.store.ancestors(self.store.customers[parent])}
        before = dict(current.values)

        refusal = self._refusal(current, body)

        assert (refusal is not None) is (child in above)
        if refusal is not None:
            assert refusal.code == "USER_ERROR"
            assert self.store.customers[child].values == before

    @rule(key=keys, external_id=EXTERNAL_IDS)
    def rename(self, key: int, external_id: str) -> None:
        owner = self.store.owner(external_id)
        current = self.store.customers[key]

        refusal = self._refusal(current, {"externalId": external_id})

        assert (refusal is None) is (owner in (None, key))
        assert refusal is None or "already exists" in refusal.detail

    @rule(target=keys, key=consumes(keys))
    def delete(self, key: int) -> Any:
        customer = self.store.customers[key]

        try:
            delete_customer(self.store, customer)
        except ApiError:
            assert self.store.children(key)
            return key
        assert not self.store.children(key)
        return multiple()

    def _refusal(self, current: Customer, body: dict[str, Any]) -> ApiError | None:
        try:
            write_customer(self.store, current, body, WriteOptions())
        except ApiError as error:
            return error
        return None

    @invariant()
    def suiteql_sees_the_records(self) -> None:
        rows = self.suiteql.run(
            "SELECT id, companyname, externalid, parent, toplevelparent FROM customer ORDER BY id",
            [],
        )
        expected = []
        for number, customer in sorted(self.store.customers.items()):
            parent = customer.reference("parent")
            row = {
                "id": str(number),
                "companyname": customer.values["companyName"],
                "externalid": customer.external_id,
                "parent": str(parent) if parent else None,
                "toplevelparent": str(self.store.top_level_parent(customer)),
            }
            expected.append({name: value for name, value in row.items() if value is not None})
        assert rows == expected

    @invariant()
    def one_address_is_the_default(self) -> None:
        for customer in self.store.customers.values():
            defaults = [address for address in customer.addresses if address.default_billing]
            assert len(defaults) == 1
        lines = self.suiteql.run("SELECT COUNT(*) AS n FROM customeraddressbook", [])
        total = sum(len(customer.addresses) for customer in self.store.customers.values())
        assert lines == [{"n": str(total)}]


TestAccount = AccountMachine.TestCase
TestAccount.settings = hypothesis_settings(max_examples=60, stateful_step_count=25, deadline=None)
