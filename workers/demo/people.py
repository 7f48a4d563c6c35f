"""The people of the story: a salesperson in Salesforce, somebody of finance in NetSuite."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx

from app.salesforce.auth import Credentials, SalesforceAuth

_TIMEOUT_SECONDS = 10.0
_API = "/services/data/v66.0/"
_RECORDS_PER_CALL = 200


class Salesperson:
    """Works on Accounts and Opportunities through Salesforce's REST API, as any app does.

    Raises (every method): httpx.HTTPError when Salesforce refuses or does not answer.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        """`environment`: the variables that name the org and the way into it."""
        credentials = Credentials(
            login_url=environment["SALESFORCE_LOGIN_URL"],
            client_id=environment["SALESFORCE_CLIENT_ID"],
            username=environment["SALESFORCE_USERNAME"],
            private_key_file=Path(environment["SALESFORCE_PRIVATE_KEY_FILE"]),
        )
        self._tokens = httpx.Client(timeout=_TIMEOUT_SECONDS, trust_env=False)
        auth = SalesforceAuth(credentials, self._tokens)
        base = urljoin(auth.session().instance_url, _API)
        self._client = httpx.Client(
            base_url=base, auth=auth, timeout=_TIMEOUT_SECONDS, trust_env=False
        )

    def close(self) -> None:
        """Gives the connections back."""
        self._client.close()
        self._tokens.close()

    def create(self, sobject: str, **fields: object) -> str:
        """→ the new record's id."""
        answer = self._client.post(f"sobjects/{sobject}", json=fields)
        answer.raise_for_status()
        return str(answer.json()["id"])

    def create_many(self, sobject: str, records: Sequence[Mapping[str, object]]) -> list[str]:
        """As a data loader does, 200 a call → the new records' ids, in their order."""
        return self._save("POST", [{"attributes": {"type": sobject}, **r} for r in records])

    def edit_many(self, sobject: str, changes: Mapping[str, Mapping[str, object]]) -> None:
        """As a data loader does, 200 a call. `changes`: record id to its new values."""
        typed = {"attributes": {"type": sobject}}
        self._save("PATCH", [{**typed, "id": id_, **fields} for id_, fields in changes.items()])

    def edit(self, sobject: str, record: str, **fields: object) -> None:
        self._client.patch(f"sobjects/{sobject}/{record}", json=fields).raise_for_status()

    def win(self, opportunity: str) -> None:
        """Moves it to Closed Won."""
        self.edit("Opportunity", opportunity, StageName="Closed Won")

    def open_opportunity(self, account: str, name: str, stage: str) -> str:
        """An Opportunity that is to be decided within the month → its id."""
        return self.create(
            "Opportunity",
            AccountId=account,
            Name=name,
            StageName=stage,
            CloseDate=(date.today() + timedelta(days=30)).isoformat(),
        )

    def _save(self, method: str, records: Sequence[Mapping[str, object]]) -> list[str]:
        """All records of a call are saved, or none."""
        ids: list[str] = []
        for start in range(0, len(records), _RECORDS_PER_CALL):
            body = {"allOrNone": True, "records": records[start : start + _RECORDS_PER_CALL]}
            answer = self._client.request(method, "composite/sobjects", json=body)
            answer.raise_for_status()
            ids += [_saved(result) for result in answer.json()]
        return ids


def _saved(result: dict[str, Any]) -> str:
    """
    Raises:
        httpx.HTTPError: the record was not saved.
    """
    if not result["success"]:
        raise httpx.HTTPError(f"Salesforce did not save a record: {result['errors']}")
    return str(result["id"])


class Finance:
    """Works on NetSuite's Customers by hand: the simulator's admin plane stands in for its pages.

    Raises (every method): httpx.HTTPError when it refuses or does not answer.
    """

    def __init__(self, netsuite_url: str) -> None:
        self._client = httpx.Client(
            base_url=f"{netsuite_url}/_simulator/", timeout=_TIMEOUT_SECONDS, trust_env=False
        )

    def close(self) -> None:
        """Gives the connections back."""
        self._client.close()

    def create(self, **fields: object) -> str:
        """→ the new Customer's internal id."""
        answer = self._client.post("customers", json=fields)
        answer.raise_for_status()
        return str(answer.json()["id"])

    def merge(self, customer: str, into: str) -> None:
        """Makes one Customer of two: the first is gone."""
        body = {"into": int(into)}
        self._client.post(f"customers/{customer}/merge", json=body).raise_for_status()

    def customers(self) -> list[dict[str, Any]]:
        """Every Customer, whole, as NetSuite's record API shows it."""
        answer = self._client.get("customers")
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()["customers"]
        return found
