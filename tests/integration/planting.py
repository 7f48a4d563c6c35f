"""Customers that stand in the simulated NetSuite before a test, and what look-ups find of them."""

from collections.abc import Callable
from typing import Any

import httpx

from app.models import Candidates

Plant = Callable[..., str]
"""A company's name and further fields → the internal id."""


def planting(netsuite: httpx.Client) -> Plant:
    """`netsuite`: the admin plane."""

    def made(name: str, **fields: Any) -> str:
        answer = netsuite.post("customers", json={"companyName": name, **fields})
        assert answer.is_success, answer.text
        return str(answer.json()["id"])

    return made


def queries(netsuite: httpx.Client) -> int:
    """How many SuiteQL queries came so far."""
    return int(netsuite.get("requests/count", params={"call": "suiteql"}).json()["count"])


def ids(found: Candidates) -> tuple[list[str], list[str]]:
    return [c.id for c in found.by_id], [c.id for c in found.by_name]
