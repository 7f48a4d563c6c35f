"""How our pages are joined to Flower's, and what the tables of endpoints must say."""

from dataclasses import dataclass, replace
from types import NoneType
from typing import get_args, get_origin, get_type_hints

import pytest

from app.errors import ConfigurationError
from workers.flower.api.endpoint import Asked, Endpoint
from workers.flower.api.openapi import describe
from workers.flower.api.table import ENDPOINTS
from workers.flower.loader import INSERTIONS, Insertion, Loader
from workers.flower.page_functions import account_of
from workers.flower.pages import PAGES

ACCOUNT = "001Ws00003abcdeIAA"


@dataclass
class Task:
    name: str | None
    args: str | None


def named(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.path}"


def test_this_flower_is_the_one_that_our_pages_fit() -> None:
    loader = Loader()

    for page in PAGES:
        loader.load(page.template)


@pytest.mark.parametrize("insertion", INSERTIONS, ids=lambda insertion: insertion.template)
@pytest.mark.parametrize("times", [0, 2])
def test_another_flower_is_refused_in_a_sentence(insertion: Insertion, times: int) -> None:
    with pytest.raises(ConfigurationError, match=f"{insertion.template} has {times} times"):
        insertion.into(insertion.anchor * times)


def test_a_line_is_put_before_or_after_its_anchor() -> None:
    after = Insertion("some.html", "<ul>", "<li>")
    before = replace(after, before=True)

    assert after.into("a<ul>b") == "a<ul><li>b"
    assert before.into("a<ul>b") == "a<li><ul>b"


@pytest.mark.parametrize("args", [f"['{ACCOUNT}', 'changed', 't.1']", f"('{ACCOUNT}', 'a', 'b')"])
@pytest.mark.parametrize("name", ["ingest", "qualification", "hierarchy", "upsert"])
def test_a_task_of_the_pipeline_names_its_account(name: str, args: str) -> None:
    assert account_of(Task(name, args)) == ACCOUNT


@pytest.mark.parametrize(
    "task",
    [
        Task("sweep", "[]"),
        Task("upsert", None),
        Task("upsert", ""),
        Task("upsert", f"['{ACCOUNT}']"),
        Task("upsert", f"['{ACCOUNT[:15]}', 'changed', 't.1']"),
        Task("upsert", f"['{ACCOUNT[:-1]}B', 'changed', 't.1']"),
        Task("upsert", f"['{ACCOUNT}\"><script>', 'changed', 't.1']"),
        Task("upsert", f"x['{ACCOUNT}', 'changed', 't.1']"),
        Task(None, f"['{ACCOUNT}', 'changed', 't.1']"),
    ],
)
def test_any_other_task_names_none(task: Task) -> None:
    assert account_of(task) is None


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=named)
def test_an_endpoints_function_takes_and_gives_what_its_table_says(endpoint: Endpoint) -> None:
    hints = get_type_hints(endpoint.call)

    assert hints["return"] is endpoint.answer
    assert get_origin(hints["asked"]) is Asked
    assert get_args(hints["asked"]) == (endpoint.query, endpoint.body or NoneType)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=named)
def test_whatever_is_no_get_is_for_admins(endpoint: Endpoint) -> None:
    assert endpoint.for_admins == (endpoint.method != "GET")
    assert endpoint.summary
    assert set(endpoint.parameters) <= {"account", "recovery"}


def test_no_two_endpoints_answer_the_same() -> None:
    assert len({named(endpoint) for endpoint in ENDPOINTS}) == len(ENDPOINTS)


@pytest.mark.parametrize("oauth", [True, False])
def test_the_description_leads_to_the_api_below_the_prefix(oauth: bool) -> None:
    description = describe(ENDPOINTS, "/ops", oauth=oauth)

    assert description["servers"] == [{"url": "/ops/api/closedwon"}]
    assert list(description["components"]["securitySchemes"]) == ["session" if oauth else "login"]
    operations = [one for path in description["paths"].values() for one in path.values()]
    assert len({one["operationId"] for one in operations}) == len(ENDPOINTS)
