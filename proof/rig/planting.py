"""Accounts for a benchmark: won, with addresses, each with a company's name that no other has."""

from datetime import date
from itertools import count

from proof.rig.names import company_names
from workers.demo.people import Salesperson


class Planter:
    """Numbers go on from one planting to the next."""

    def __init__(self, salesperson: Salesperson) -> None:
        self._salesperson = salesperson
        self._numbers, self._names = count(1), company_names()

    def plant(self, how_many: int) -> dict[str, str]:
        """New Accounts with an Opportunity at Closed Won each → Account id to name."""
        accounts = [_account(next(self._numbers), next(self._names)) for _ in range(how_many)]
        ids = self._salesperson.create_many("Account", accounts)
        self._salesperson.create_many("Opportunity", [_won(account) for account in ids])
        return {id_: str(fields["Name"]) for id_, fields in zip(ids, accounts, strict=True)}

    def change(self, accounts: list[str]) -> None:
        """Gives each Account a phone that none had before."""
        changes = {account: {"Phone": _phone(next(self._numbers))} for account in accounts}
        self._salesperson.edit_many("Account", changes)


def _account(number: int, name: str) -> dict[str, object]:
    return {
        "Name": name,
        "Phone": _phone(number),
        "Website": f"https://works-{number}.example.com",
        "AccountNumber": f"NW-{number:06}",
        "Description": "Planted by a benchmark.",
        "BillingStreet": f"{number} Harbour Road",
        "BillingCity": "Rotterdam",
        "BillingPostalCode": "3011 AA",
        "BillingCountry": "Netherlands",
        "ShippingStreet": f"{number} Mill Lane",
        "ShippingCity": "Leeds",
        "ShippingPostalCode": "LS1 4AP",
        "ShippingCountry": "United Kingdom",
    }


def _phone(number: int) -> str:
    return f"+31 10 {number:07}"


def _won(account: str) -> dict[str, object]:
    return {
        "Name": "Works",
        "AccountId": account,
        "StageName": "Closed Won",
        "CloseDate": date.today().isoformat(),
    }
