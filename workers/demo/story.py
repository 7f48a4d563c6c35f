"""What people do in the demo, step by step, and what must come of it."""

from collections.abc import Callable
from dataclasses import dataclass

from workers.demo.seed import developer_edition, enter, won_accounts
from workers.demo.world import World

PARENT = "United Oil & Gas Corp."
CHILDREN = ("United Oil & Gas, UK", "United Oil & Gas, Singapore")
DICKENSON, EDGE = "Dickenson plc", "Edge Communications"
IN_NETSUITE_ALREADY = "Pyramid Construction Inc."
IN_NETSUITE_TWICE = "Northern Trail Outfitters"
LEFT_TO_YOU = "Summit Ridge Outdoors"
EDGES_NEW_PHONE = "(512) 757-6500"
DEATH = "Northern Trail is won, but in NetSuite twice: a dead letter"
ACCOUNTS = (*(str(a["Name"]) for a in developer_edition()["accounts"]), IN_NETSUITE_TWICE)


@dataclass(frozen=True)
class Step:
    """`play` returns when what it began has come about.

    Raises (play): NotAsTold when it does not.
    """

    title: str
    play: Callable[[World], None]


def _enter(world: World) -> None:
    world.finance.create(companyName=IN_NETSUITE_ALREADY, phone="(014) 427-4427")
    world.entered = enter(world.salesperson)


def _seven_are_won(world: World) -> None:
    world.await_state(won_accounts(), "synced")
    world.await_state(world.entered.accounts.keys() - won_accounts(), "skipped")


def _dickenson_is_won(world: World) -> None:
    world.salesperson.win(world.entered.opportunities["Dickenson Mobile Generators"])
    world.await_state([DICKENSON], "synced")


def _children_get_their_parent(world: World) -> None:
    for child in CHILDREN:
        account = world.entered.accounts[child]
        world.salesperson.edit("Account", account, ParentId=world.entered.accounts[PARENT])
        world.salesperson.open_opportunity(account, f"{child}: Generators", "Closed Won")
    world.await_state(CHILDREN, "synced")


def _edges_phone_is_edited(world: World) -> None:
    account = world.entered.accounts[EDGE]
    world.salesperson.edit("Account", account, Phone=EDGES_NEW_PHONE)

    def arrived() -> bool:
        phones = [c.get("phone") for c in world.finance.customers() if c["companyName"] == EDGE]
        return phones == [EDGES_NEW_PHONE]

    world.wait(arrived, lambda: f"the phone of {EDGE} is not {EDGES_NEW_PHONE} in NetSuite")


def _pyramid_is_matched(world: World) -> None:
    world.salesperson.win(world.entered.opportunities["Pyramid Emergency Generators"])
    world.await_state([IN_NETSUITE_ALREADY], "synced")


def _one_fails(world: World) -> None:
    _win_what_is_there_twice(world, IN_NETSUITE_TWICE, "(415) 555-0142")


def leave_a_letter(world: World) -> str:
    """One more that fails, for whoever looks at the pages → the Account's id.

    Raises:
        NotAsTold: it did not fail.
    """
    return _win_what_is_there_twice(world, LEFT_TO_YOU, "(503) 555-0187")


def _win_what_is_there_twice(world: World, name: str, phone: str) -> str:
    world.finance.create(companyName=name, phone=phone)
    world.finance.create(companyName=name)
    account = world.salesperson.create("Account", Name=name, Phone=phone)
    world.entered.accounts[name] = account
    world.salesperson.open_opportunity(account, "Tents for the season", "Closed Won")
    world.await_state([name], "dead")
    return account


def _it_is_corrected_and_requeued(world: World) -> None:
    letters = world.command("dead-letters", "list")
    first, second = (
        c["id"] for c in world.finance.customers() if c["companyName"] == IN_NETSUITE_TWICE
    )
    world.finance.merge(second, into=first)
    world.command("dead-letters", "requeue", *(letter["account"] for letter in letters))
    world.await_state([IN_NETSUITE_TWICE], "synced")


STEPS = (
    Step("Eleven Accounts and their Opportunities are entered in Salesforce", _enter),
    Step("Seven have a Closed Won and become Customers, four do not", _seven_are_won),
    Step("Dickenson gets a Closed Won", _dickenson_is_won),
    Step(
        "United Oil's UK and Singapore companies get their parent and a Closed Won",
        _children_get_their_parent,
    ),
    Step("Edge's phone is edited", _edges_phone_is_edited),
    Step("Pyramid, by its name in NetSuite already, gets a Closed Won", _pyramid_is_matched),
    Step(DEATH, _one_fails),
    Step(
        "Finance merges the two; an admin finds the letter and requeues it",
        _it_is_corrected_and_requeued,
    ),
    Step("Everything comes to rest", World.await_rest),
)
