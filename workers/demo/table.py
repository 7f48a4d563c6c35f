"""How the story ended: a row per Account, held against both the ledger and NetSuite."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from workers.demo import story
from workers.demo.world import World

_PHONES = {story.EDGE: story.EDGES_NEW_PHONE}
_PARENTS = dict.fromkeys(story.CHILDREN, story.PARENT)


@dataclass(frozen=True)
class Outcome:
    """`why`: the last words of the Account's story. `wrong`: what is not as the story says."""

    account: str
    id: str
    state: str
    customer: str | None
    parent: str | None
    phone: str | None
    why: str
    wrong: list[str]


def outcomes(world: World) -> list[Outcome]:
    """One for each Account of the story, and one for each Customer that nobody asked for."""
    customers = world.finance.customers()
    rows = [_outcome(world, name, customers) for name in story.ACCOUNTS]
    strangers = [c for c in customers if c["id"] not in {row.customer for row in rows}]
    return [*rows, *map(_stranger, strangers)]


def _outcome(world: World, name: str, customers: list[dict[str, Any]]) -> Outcome:
    account = world.entered.accounts.get(name, "")
    row = world.journal.row(account)
    told = world.journal.story(account)
    customer = next((c for c in customers if c["id"] == row.customer), {})
    parent = next((c["companyName"] for c in customers if c["id"] == _parent_id(customer)), None)
    return Outcome(
        account=name,
        id=account,
        state=row.state,
        customer=row.customer,
        parent=parent,
        phone=customer.get("phone"),
        why=told[-1].words if told else "",
        wrong=[
            *_differences(name, account, row.state, customer, parent),
            *_doubles(name, customers),
        ],
    )


def _differences(
    name: str, account: str, state: str, customer: dict[str, Any], parent: str | None
) -> Iterator[str]:
    if state != "synced":
        yield f"the ledger says {state}, not synced"
    for what, found, expected in (
        ("name", customer.get("companyName"), name),
        ("external id", customer.get("externalId"), f"SF-{account}"),
        ("parent", parent, _PARENTS.get(name)),
    ):
        if found != expected:
            yield f"its Customer's {what} is {found}, not {expected}"
    phone = _PHONES.get(name)
    if phone and customer.get("phone") != phone:
        yield f"its Customer's phone is {customer.get('phone')}, not {phone}"


def _doubles(name: str, customers: list[dict[str, Any]]) -> Iterator[str]:
    count = sum(1 for c in customers if c["companyName"] == name)
    if count != 1:
        yield f"NetSuite has {count} Customers of this name, not one"


def _stranger(customer: dict[str, Any]) -> Outcome:
    return Outcome(
        account=customer["companyName"],
        id="",
        state="",
        customer=customer["id"],
        parent=None,
        phone=customer.get("phone"),
        why="",
        wrong=["no Account of the story has this Customer"],
    )


def _parent_id(customer: dict[str, Any]) -> str | None:
    parent = customer.get("parent")
    return parent["id"] if parent else None
