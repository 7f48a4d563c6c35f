"""The calls to both clouds, each made by itself: one record, one request.

One pooled client per cloud and process: a new one for each call would cost more than the call. A
call that NetSuite refuses because too many are under way is tried again, later each time; nothing
else is, as nobody knows what became of a create that was not answered.
"""

import random
import time
from typing import Any

import httpx

from proof.speed.rivals.login import (
    Bearer,
    Variables,
    log_in_to_netsuite,
    log_in_to_salesforce,
)
from proof.speed.rivals.mapping import FIELDS, Account, Customer
from proof.speed.rivals.tally import Count, Tally

_QUERY = "/services/data/v66.0/query"
_SUITEQL = "/services/rest/query/v1/suiteql"
_CUSTOMER = "/services/rest/record/v1/customer"
_WON = "(SELECT Id FROM Opportunities WHERE IsWon = true LIMIT 1)"
_TOO_MANY = "CONCURRENCY_LIMIT_EXCEEDED"
_TIMEOUT_SECONDS = 60.0
_TRIES = 12
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.1, 3.0


class _Cloud:
    """Raises (every call): httpx.HTTPError when it refuses or does not answer."""

    def __init__(self, name: Count, url: str, bearer: Bearer, threads: int, tally: Tally) -> None:
        self._name, self._tally = name, tally
        self._client = httpx.Client(
            base_url=url,
            auth=bearer,
            timeout=_TIMEOUT_SECONDS,
            limits=httpx.Limits(max_connections=threads, max_keepalive_connections=threads),
            trust_env=False,
        )

    def close(self) -> None:
        self._client.close()

    def _call(self, method: str, path: str, **given: Any) -> httpx.Response:
        for refusals in range(_TRIES):
            self._tally.add(self._name)
            answer = self._client.request(method, path, **given)
            if not _is_crowded(answer):
                break
            self._tally.add("refused")
            longest = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2**refusals)
            time.sleep(random.uniform(longest / 2, longest))
        answer.raise_for_status()
        return answer


class Salesforce(_Cloud):
    """Threads share it."""

    def __init__(self, variables: Variables, threads: int, tally: Tally) -> None:
        bearer = Bearer(lambda: log_in_to_salesforce(variables))
        url = variables["SALESFORCE_LOGIN_URL"]
        super().__init__("salesforce", url, bearer, threads, tally)

    def account(self, account: str) -> Account | None:
        """The fields of the mapping; None: there is no such Account."""
        return self._one(FIELDS, account)

    def won_account(self, account: str) -> Account | None:
        """The same, and None, too, if it has no Opportunity that is won."""
        found = self._one((*FIELDS, _WON), account)
        return found if found and found["Opportunities"] else None

    def has_won(self, account: str) -> bool:
        """Whether the Account has an Opportunity that is won."""
        found = self._one(("Id", _WON), account)
        return bool(found and found["Opportunities"])

    def parent(self, account: str) -> str | None:
        """The Account's parent."""
        found = self._one(("ParentId",), account)
        return found["ParentId"] if found else None

    def _one(self, fields: tuple[str, ...], account: str) -> Account | None:
        if not (account.isascii() and account.isalnum()):
            raise ValueError(f"{account!r} is no Account id.")
        soql = f"SELECT {', '.join(fields)} FROM Account WHERE Id = '{account}'"
        found: list[Account] = self._call("GET", _QUERY, params={"q": soql}).json()["records"]
        return found[0] if found else None


class NetSuite(_Cloud):
    """Threads share it."""

    def __init__(self, variables: Variables, threads: int, tally: Tally) -> None:
        bearer = Bearer(lambda: log_in_to_netsuite(variables))
        super().__init__("netsuite", variables["NETSUITE_BASE_URL"], bearer, threads, tally)

    def named(self, name: str) -> list[Customer]:
        """The Customers of that name, the oldest first."""
        return self._customers("companyname = ?", [name])

    def known(self, external_ids: list[str], name: str) -> list[Customer]:
        """The Customers of those external ids, and those of the name; the oldest first."""
        marks = ", ".join("?" * len(external_ids))
        where = f"externalid IN ({marks}) OR companyname = ?"
        return self._customers(where, [*external_ids, name])

    def create(self, body: dict[str, object]) -> None:
        self._call("POST", _CUSTOMER, json=body)

    def update(self, customer: str, body: dict[str, object]) -> None:
        """Lines of the address book replace those that are there: otherwise they would pile up."""
        replaced = {"replace": "addressBook"} if "addressBook" in body else None
        self._call("PATCH", f"{_CUSTOMER}/{customer}", params=replaced, json=body)

    def _customers(self, where: str, values: list[str]) -> list[Customer]:
        select = f"SELECT id, externalid, companyname FROM customer WHERE {where} ORDER BY id"
        query = {"q": select, "params": values}
        answer = self._call("POST", _SUITEQL, json=query, headers={"Prefer": "transient"})
        found: list[Customer] = answer.json()["items"]
        return found


def _is_crowded(answer: httpx.Response) -> bool:
    """429, or 400 where an account answers with that (Oracle documents both)."""
    return answer.status_code == 429 or (answer.status_code == 400 and _TOO_MANY in answer.text)
