"""Targets: what NetSuite answers, to logins and to every call, over the wire."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import strategies as st
from pydantic import SecretStr
from redis import Redis

from app.breaker import Breaker, probing
from app.models import AddressLine, Candidates, Customer
from app.netsuite.address_books import AddressBooks
from app.netsuite.auth import Credentials, NetSuiteAuth
from app.netsuite.client import NetSuiteClient
from app.netsuite.customers import Customers
from app.netsuite.details import read_details
from app.netsuite.errors import ReferenceRejected
from app.netsuite.governor import Governor
from app.netsuite.lookups import Lookups
from app.netsuite.metadata import customer_schema, problems
from app.netsuite.reach import Reach
from app.netsuite.relationships import Relationships
from app.netsuite.standings import Standings
from app.netsuite.tba import TokenBasedAuth, TokenCredentials
from app.pauses import Pauses
from app.retry import Backoff
from app.transport import run_of
from proof.faults.fuzz.feeding import Check, fed
from proof.faults.fuzz.netsuite_inputs import ACCOUNT, CALLS, CUSTOMER, LOGIN, PAGE
from proof.faults.fuzz.odd import json_bytes
from proof.faults.fuzz.salesforce_inputs import FLOW
from proof.faults.fuzz.surroundings import redis_of_our_own
from proof.faults.fuzz.target import FuzzTarget, Nonsense
from proof.faults.fuzz.wire import Wire, wire_answers

_SECONDS = 10.0


class _Calm(Governor):
    """Slots as ever, but a refusal of one input slows none of the others down."""

    def refused(self, retry_after: float | None) -> None:
        return


@contextmanager
def _logins() -> Iterator[Check]:
    with (
        redis_of_our_own() as (_, redis),
        Wire() as wire,
        tempfile.TemporaryDirectory() as directory,
    ):
        key = Path(directory) / "key.pem"
        key.write_bytes(
            ec.generate_private_key(ec.SECP256R1()).private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        auth = NetSuiteAuth(Credentials(wire.url, "closedwon", "cert", key), 5.0, redis)

        def check(answer: bytes) -> None:
            wire.answer = lambda method, path: answer
            redis.flushall()
            auth.log_in()

        yield check
        auth.close()


@contextmanager
def _answers() -> Iterator[Check]:
    with redis_of_our_own() as (_, redis), Wire() as wire:
        secret = SecretStr("s")
        login = TokenBasedAuth(
            TokenCredentials(wire.url, "1234567", "key", secret, "token", secret), 5.0
        )
        client = NetSuiteClient(
            wire.url,
            login,
            _Calm(redis, 4, patience_seconds=5.0),
            Breaker("netsuite", Pauses(redis), 15.0),
            5.0,
            backoff=Backoff(0.0, 0.0),
        )
        calls = _calls(client, redis)

        def check(given: tuple[str, bytes]) -> None:
            call, answer = given
            wire.answer = lambda method, path: answer
            with probing(), run_of(_SECONDS):
                calls[call]()

        yield check
        client.close()


def _calls(client: NetSuiteClient, redis: Redis) -> dict[str, Callable[[], object]]:
    """By the name of what is answered."""
    lookups = Lookups(client, page=PAGE)
    customers = Customers(client, lookups, AddressBooks(redis, client, lookups, 1.0), None)
    relationships = Relationships(client)
    reach = Reach(client, relationships)
    body: dict[str, object] = {"companyName": "Acme", "addressBook": {"items": []}}
    refused = ReferenceRejected("A parent is refused.")
    return {
        "candidates": lambda: _ensure_candidates(lookups.candidates(f"SF-{ACCOUNT}", "Acme")),
        "many candidates": lambda: _ensure_candidates(lookups.candidates(f"SF-{ACCOUNT}", None)),
        "customer": lambda: _ensure_customer(lookups.customer(CUSTOMER)),
        "lines": lambda: _ensure_lines(customers.address_lines(CUSTOMER, doubtful=False)),
        "book": lambda: _ensure_lines(customers.address_lines(CUSTOMER, doubtful=True)),
        "currencies": lambda: _ensure_ids(_currencies(client)),
        "details": lambda: read_details(client, [CUSTOMER], ["url"], has_subsidiaries=True),
        "standings": lambda: Standings(client, FLOW).read([CUSTOMER]),
        "subsidiaries": lambda: relationships.ensure(CUSTOMER, ["1", "2"]),
        "reach": lambda: reach.explained(refused, "7", {"subsidiary": {"id": "9"}}, CUSTOMER),
        "schema": lambda: problems(FLOW, customer_schema(client)),
        "create": lambda: _ensure_id(customers.create(f"SF-{ACCOUNT}", dict(body))),
        "update": lambda: customers.update(CUSTOMER, dict(body)),
        "refused create": lambda: customers.create(f"SF-{ACCOUNT}", dict(body)),
        "refused update": lambda: customers.update(CUSTOMER, dict(body)),
        "refused query": client.ask_anything,
    }


def _currencies(client: NetSuiteClient) -> dict[str, str]:
    """Asked anew: they are kept otherwise."""
    return Lookups(client, page=PAGE).currencies()


def _ensure_ids(found: dict[str, str]) -> None:
    for internal_id in found.values():
        _ensure_id(internal_id)


def _ensure_candidates(found: Candidates) -> None:
    for customer in (*found.by_id, *found.by_name):
        _ensure_customer(customer)


def _ensure_customer(customer: Customer | None) -> None:
    if customer is not None:
        _ensure_id(customer.id)


def _ensure_lines(lines: list[AddressLine]) -> None:
    for line in lines:
        _ensure_id(line.id)
        _ensure_stored(line.label)


def _ensure_id(internal_id: Any) -> None:
    """
    Raises:
        Nonsense: nothing in NetSuite has it.
    """
    if not (internal_id.isascii() and internal_id.isdigit() and 0 < len(internal_id) <= 18):
        raise Nonsense("an internal id that is none is taken")


def _ensure_stored(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Nonsense("a text that cannot be sent is taken") from None


LOGINS = FuzzTarget(
    "NetSuite logins",
    "answers of the token endpoint",
    fed("NetSuite logins", wire_answers(json_bytes(st.just(LOGIN))), _logins, lambda a, f: f(a), 2),
    share=0.7,
)
ANSWERS = FuzzTarget(
    "NetSuite answers",
    "answers to SuiteQL, records, metadata, creates and updates, and errors",
    fed(
        "NetSuite answers",
        st.sampled_from(sorted(CALLS)).flatmap(
            lambda call: st.tuples(
                st.just(call),
                wire_answers(json_bytes(st.just(CALLS[call][1])), good=CALLS[call][0]),
            )
        ),
        _answers,
        lambda given, altered: (given[0], altered(given[1])),
        most=2,
    ),
    share=1.3,
)
