"""The table of matching: every case by its name, and what is said of it (docs/matching.md).

In `says`: account, its 18-character id; key, the external id that its Customer is to bear, or what
stands in for it in `matching.id_field`; label, what that is called; id, stage, the Customer found;
owner, the Account that is linked to it; listed, count, the Customers found; lost, the former link.
Nobody's name: what is said is stored.
"""

from enum import Enum
from typing import NamedTuple


class Does(Enum):
    """What follows of a case."""

    UPDATES = "updates it"
    CREATES = "creates one"
    LETTER = "dead letter"


class Case(NamedTuple):
    """A row of the table. `says` goes into the account's story, or is the letter."""

    name: str
    when: str
    does: Does
    says: str


LINKED = Case("LINKED", "the Account is linked to a Customer", Does.UPDATES, "linked")
BY_ID = Case("BY_ID", "one Customer bears the Account's id", Does.UPDATES, "found by {label}")
PERSON = Case(
    "PERSON",
    "the one that bears the Account's id is a person",
    Does.LETTER,
    "Customer {id} bears the {label} {key}, but is a person, and an Account is a company: clear it "
    "there in NetSuite, or give it to the company's Customer, then requeue.",
)
MANY_BY_ID = Case(
    "MANY_BY_ID",
    "several Customers bear the Account's id (in a custom field: external ids are unique)",
    Does.LETTER,
    "{count} Customers bear the {label} {key}: {listed}. Clear it in NetSuite on all but the right "
    "one, then requeue.",
)
BY_NAME = Case(
    "BY_NAME",
    "one Customer has the name, and bears no id or the Account's, or is linked",
    Does.UPDATES,
    "found by name",
)
OURS_BY_NAME = Case(
    "OURS_BY_NAME",
    "several Customers have the name, and one of them bears the Account's id or is linked",
    Does.UPDATES,
    "found by name, the Account's own of {count}",
)
ACTIVE_BY_NAME = Case(
    "ACTIVE_BY_NAME",
    "several Customers have the name; one alone is active, and it bears no id",
    Does.UPDATES,
    "found by name, the one active of {count}",
)
NAME_TAKEN = Case(
    "NAME_TAKEN",
    "the Customer that has the name bears another id",
    Does.LETTER,
    "The Customer that has this Account's name belongs to another record: {listed}. Rename the "
    "Account, or clear that {label}, then requeue; or take it over: closedwon link {account} {id} "
    "--force",
)
TAKEN = Case(
    "TAKEN",
    "the one that is found is linked to another Account, whatever a look-up shows",
    Does.LETTER,
    "Customer {id} is linked to Account {owner}, and two Accounts would write to it in turns. "
    "Rename this one, or merge the two in Salesforce, then requeue; or, if {owner} is gone from "
    "there, take the Customer over: closedwon link {account} {id} --force",
)
MANY_BY_NAME = Case(
    "MANY_BY_NAME",
    "several Customers have the name, and none of the rows above tells them apart",
    Does.LETTER,
    "{count} Customers have this Account's name: {listed}. Merge or rename them in NetSuite, then "
    "requeue; or say which it is: closedwon link {account} ID",
)
SPLIT = Case(
    "SPLIT",
    "the name finds one Customer, and the Account's id is on another (`name` before `external_id`)",
    Does.LETTER,
    "Customer {id} has this Account's name, but the {label} {key} is on another: {listed}. Merge "
    "the two in NetSuite, or clear that {label}, then requeue.",
)
LEAD = Case(
    "LEAD",
    "a lead or prospect is found, and `matching.leads` is review",
    Does.LETTER,
    "Customer {id} is a {stage}: make it a customer in NetSuite, then requeue; or let the sync do "
    "so: matching.leads in the flow file.",
)
CREATE = Case("CREATE", "none is found", Does.CREATES, "none was found")
LOST = Case(
    "LOST",
    "the linked Customer was deleted, merged or hidden since, and no other is found",
    Does.LETTER,
    "Customer {lost}, to which this Account is linked, is gone from NetSuite or hidden from our "
    "role: restore it, then requeue; or name the one that took its place: closedwon link {account} "
    "ID",
)
HIDDEN = Case(
    "HIDDEN",
    "NetSuite refuses the write because such an entity exists, and a look-up shows none",
    Does.LETTER,
    "NetSuite has an entity with the {label} {key} or with this Account's name, but does not show "
    "it: either a Customer in a subsidiary that is hidden from our role: let the role see it; or a "
    "record of another type (vendor, contact, employee…): change its external id or name. Then "
    "requeue.",
)
TABLE = (
    LINKED,
    BY_ID,
    PERSON,
    MANY_BY_ID,
    BY_NAME,
    OURS_BY_NAME,
    ACTIVE_BY_NAME,
    NAME_TAKEN,
    TAKEN,
    MANY_BY_NAME,
    SPLIT,
    LEAD,
    CREATE,
    LOST,
    HIDDEN,
)


class Remark(NamedTuple):
    """What is said of a Customer besides how it was found."""

    name: str
    when: str
    says: str


INACTIVE = Remark("INACTIVE", "it is inactive, and stays so", ", inactive")
CONVERTED = Remark(
    "CONVERTED",
    "it is a lead or prospect, and `matching.leads` is convert: the update sends "
    "`matching.customer_status`",
    ", a {stage} that becomes a customer",
)
LEFT = Remark(
    "LEFT",
    "it is a lead or prospect, and `matching.leads` is leave",
    ", a {stage} that stays one",
)
GONE = Remark(
    "GONE",
    "the linked Customer was deleted, merged or hidden since, and this one was found instead",
    "; {lost}, linked until now, is gone",
)
REMARKS = (INACTIVE, CONVERTED, LEFT, GONE)
