"""The Accounts and Opportunities that every Salesforce developer knows."""

import json
from dataclasses import dataclass, field
from importlib.resources import files

from workers.demo.people import Salesperson


@dataclass(frozen=True)
class Entered:
    """Ids of what was entered in Salesforce."""

    accounts: dict[str, str] = field(default_factory=dict)
    """By name."""
    opportunities: dict[str, str] = field(default_factory=dict)
    """By name; of several with one name, the last."""


def developer_edition() -> dict[str, list[dict[str, object]]]:
    """`accounts` and `opportunities`, field values as Salesforce ships them."""
    text = (files("workers.demo") / "developer_edition.json").read_text()
    data: dict[str, list[dict[str, object]]] = json.loads(text)
    return data


def won_accounts() -> set[str]:
    """The names of those that have an Opportunity at Closed Won from the beginning."""
    return {
        str(opportunity["Account"])
        for opportunity in developer_edition()["opportunities"]
        if opportunity["StageName"] == "Closed Won"
    }


def enter(salesperson: Salesperson) -> Entered:
    """Types all of it into Salesforce, Accounts first."""
    data, entered = developer_edition(), Entered()
    for account in data["accounts"]:
        given = {name: value for name, value in account.items() if value is not None}
        entered.accounts[str(account["Name"])] = salesperson.create("Account", **given)
    for opportunity in data["opportunities"]:
        name = str(opportunity["Name"])
        account_id = entered.accounts[str(opportunity["Account"])]
        stage = str(opportunity["StageName"])
        entered.opportunities[name] = salesperson.open_opportunity(account_id, name, stage)
    return entered
