"""Targets: what Salesforce answers, to logins and to every call, over the wire."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from hypothesis import strategies as st
from pydantic import SecretStr

from app.flow import Qualification
from app.models import Account
from app.netsuite.bodies import for_create, for_update
from app.netsuite.mapping import external_id, map_customer, needed_fields
from app.salesforce.accounts import Accounts, Reading
from app.salesforce.auth import Credentials
from app.salesforce.batches import read_accounts
from app.salesforce.client import SalesforceClient
from app.transport import run_of
from proof.faults.fuzz.feeding import Check, fed
from proof.faults.fuzz.odd import json_bytes
from proof.faults.fuzz.salesforce_inputs import ACCOUNT, CALLS, FLOW, LOGIN, OTHER
from proof.faults.fuzz.surroundings import LOGIN_PATH, login_to
from proof.faults.fuzz.target import FuzzTarget, Nonsense
from proof.faults.fuzz.wire import Wire, wire_answers

_SECONDS = 10.0
"""A run's: whatever takes longer goes round in circles."""


@contextmanager
def _logins() -> Iterator[Check]:
    with Wire() as wire, _client(wire) as client:

        def check(answer: bytes) -> None:
            wire.answer = lambda method, path: answer
            client.log_in_anew()
            session = client.session
            spelt = (session.token, session.instance_url, session.organization)
            if not all(part.isascii() and part.isprintable() and part.strip() for part in spelt):
                raise Nonsense("a login with a part that no header can carry is taken")

        yield check


@contextmanager
def _answers() -> Iterator[Check]:
    with Wire() as wire, _client(wire) as client:
        login = login_to(wire)
        calls = _calls(client)

        def check(given: tuple[str, bytes]) -> None:
            call, answer = given
            wire.answer = lambda method, path: login if path == LOGIN_PATH else answer
            with run_of(_SECONDS):
                calls[call]()

        yield check


@contextmanager
def _client(wire: Wire) -> Iterator[SalesforceClient]:
    credentials = Credentials(wire.url, "closedwon", client_secret=SecretStr("s"))
    client = SalesforceClient(credentials, "66.0", timeout_seconds=5.0)
    try:
        yield client
    finally:
        client.close()


def _calls(client: SalesforceClient) -> dict[str, Callable[[], object]]:
    """By the name of what is answered."""
    accounts = Accounts(client, needed_fields(FLOW))
    ids = [ACCOUNT, OTHER]
    return {
        "readings": lambda: _ensure_readings(accounts.read_many(ids, Qualification())),
        "account": lambda: _ensure_account(accounts.read(ACCOUNT), ACCOUNT),
        "owners": lambda: _ensure_ids(accounts.of_opportunities(["006000000000001"])),
        "names": lambda: _ensure_ids(accounts.names(ids)),
        "ancestors": lambda: accounts.ancestors(ACCOUNT),
        "glance": lambda: accounts.glance(ACCOUNT),
        "records": lambda: _ensure_accounts(read_accounts(client, accounts.fields, ids)),
        "description": lambda: client.describe("Opportunity"),
        "count": lambda: client.count("SELECT COUNT() FROM Account"),
        "limits": client.ask_usage,
        "update": lambda: client.update("Account", ACCOUNT, {"NetSuite_ID__c": "12"}),
    }


def _ensure_readings(found: dict[str, Any]) -> None:
    for account, reading in found.items():
        if isinstance(reading, Reading):
            _ensure_account(reading.account, account)
        else:
            raise reading


def _ensure_accounts(found: dict[str, Account]) -> None:
    for wanted, account in found.items():
        _ensure_account(account, wanted)


def _ensure_account(account: Account | None, wanted: str) -> None:
    """
    Raises:
        Nonsense: it is another Account, or makes a body that NetSuite cannot be sent.
        RecordRejected: its values do not fit, which is said.
    """
    if account is None:
        return
    if account.id[:15] != wanted[:15]:
        raise Nonsense("another Account than was asked for is taken")
    payload = map_customer(
        account, FLOW, external_id=external_id(wanted, FLOW), parent=None, currencies={"USD": "1"}
    )
    for body in (for_update(payload, []), for_create(payload)):
        try:
            json.dumps(body, allow_nan=False, ensure_ascii=False).encode()
        except ValueError:
            raise Nonsense("an Account makes a body that is no JSON") from None


def _ensure_ids(found: dict[str, str]) -> None:
    if not all(key.isascii() and key.isalnum() for key in found):
        raise Nonsense("an id that is none is taken")


LOGINS = FuzzTarget(
    "Salesforce logins",
    "answers of the token endpoint",
    fed(
        "Salesforce logins", wire_answers(json_bytes(st.just(LOGIN))), _logins, lambda a, f: f(a), 2
    ),
    share=0.7,
)
ANSWERS = FuzzTarget(
    "Salesforce answers",
    "answers to queries, retrievals, descriptions, limits and updates",
    fed(
        "Salesforce answers",
        st.sampled_from(sorted(CALLS)).flatmap(
            lambda call: st.tuples(st.just(call), wire_answers(json_bytes(st.just(CALLS[call]))))
        ),
        _answers,
        lambda given, altered: (given[0], altered(given[1])),
        most=2,
    ),
    share=2.5,
)
