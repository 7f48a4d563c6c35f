"""Our pages inside Flower's, what browsers are told of them, and what nobody gets through them."""

from html.parser import HTMLParser

import httpx
import pytest
from celery import Celery
from celery.events import EventDispatcher
from redis import Redis

from tests.eventually import eventually
from tests.integration.pages import API, FlowerServer
from workers.flower.page_functions import TABS
from workers.redis_server import RedisServer

ACCOUNT = "001Ws00003abcdeIAA"
SCRIPT = "<script>alert(1)</script>"
PLACES = (
    "/etc/passwd",
    "../settings.py",
    "..%2fsettings.py",
    "%2e%2e/settings.py",
    "..%252fsettings.py",
    "....//settings.py",
    "%2fetc%2fpasswd",
    "..\\settings.py",
    "nav.js%00",
)


class Links(HTMLParser):
    """Address to text of each link, and what scripts there are: their attributes."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__()
        self.links: dict[str, str] = {}
        self.scripts: list[dict[str, str | None]] = []
        self._open = ""
        self.feed(answer.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._open = dict(attrs).get("href") or ""
        if tag == "script":
            self.scripts.append(dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        self._open = "" if tag == "a" else self._open

    def handle_data(self, data: str) -> None:
        if self._open:
            self.links[self._open] = (self.links.get(self._open, "") + data).strip()


@pytest.mark.parametrize("path", ["/", "/tasks", "/broker", "/dead-letters", "/accounts", "/flow"])
def test_every_page_leads_to_ours(path: str, flower_server: FlowerServer) -> None:
    links = Links(flower_server.operator.get(path)).links

    assert {f"/{path}": title for path, title in TABS.items()}.items() <= links.items()


@pytest.mark.parametrize(
    "path", ["/", "/tasks", "/nowhere", "/dead-letters", f"/accounts/{ACCOUNT}", f"{API}/session"]
)
def test_browsers_are_told_to_run_our_scripts_only_and_to_keep_nothing(
    path: str, flower_server: FlowerServer
) -> None:
    answer = flower_server.operator.get(path)

    policy = dict(
        part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";")
    )
    nonce = policy["script-src"].removeprefix("'self' 'nonce-").removesuffix("'")
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Server" not in answer.headers
    assert len(nonce) >= 20
    for script in Links(answer).scripts:
        assert script.get("nonce") == nonce or (script.get("src") or "").startswith("/")


def test_each_answer_has_a_nonce_of_its_own(flower_server: FlowerServer) -> None:
    policies = {
        flower_server.operator.get("/flow").headers["Content-Security-Policy"] for _ in range(3)
    }

    assert len(policies) == 3


def test_a_refusal_has_the_same_headers(flower_server: FlowerServer) -> None:
    answer = flower_server.stranger.get("/")

    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("folder", ["/closedwon/static", "/static"])
@pytest.mark.parametrize("place", PLACES)
def test_only_our_static_files_are_served(
    place: str, folder: str, flower_server: FlowerServer
) -> None:
    address = httpx.URL(flower_server.url).copy_with(raw_path=f"{folder}/{place}".encode())

    answer = flower_server.operator.get(address)

    assert answer.status_code in (400, 403, 404)
    assert "FlowerSettings" not in answer.text
    assert "root:" not in answer.text


@pytest.mark.parametrize("place", [SCRIPT, "%2e%2e", "x" * 300, f"{ACCOUNT}{SCRIPT}", "001"])
def test_what_is_no_account_has_no_page(place: str, flower_server: FlowerServer) -> None:
    answer = flower_server.operator.get(f"/accounts/{place}")

    assert answer.status_code == 404
    assert SCRIPT not in answer.text


@pytest.mark.parametrize("short", [ACCOUNT, ACCOUNT[:15]])
def test_an_account_has_a_page_by_either_form_of_its_id(
    short: str, flower_server: FlowerServer
) -> None:
    assert flower_server.operator.get(f"/accounts/{short}").status_code == 200


def test_the_page_of_a_failed_task_leads_to_its_account(
    flower_server: FlowerServer, redis_server: RedisServer, redis: Redis
) -> None:
    tell(redis_server, "failed-1", name="upsert", args=f"['{ACCOUNT}', 'changed', 't.1']")
    page = failed(flower_server, "failed-1")

    links = Links(page).links

    assert links[f"/accounts/{ACCOUNT}"] == f"Account {ACCOUNT}"


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("sweep", f"['{ACCOUNT}', 'changed', 't.1']"),
        ("upsert", f"['{ACCOUNT[:-1]}X', 'changed', 't.1']"),
        ("upsert", f"['x', '{ACCOUNT}']"),
        ("upsert", f"['{ACCOUNT}{SCRIPT}', 'changed', 't.1']"),
        ("upsert", SCRIPT),
    ],
)
def test_the_page_of_any_other_task_leads_nowhere_and_runs_nothing(
    name: str, args: str, flower_server: FlowerServer, redis_server: RedisServer, redis: Redis
) -> None:
    task = f"other-{abs(hash((name, args)))}"
    tell(redis_server, task, name=name, args=args)
    page = failed(flower_server, task)

    assert not [link for link in Links(page).links if link.startswith("/accounts/")]
    assert SCRIPT not in page.text


def tell(redis_server: RedisServer, task: str, *, name: str, args: str) -> None:
    """Sends the events of a task that failed, as a worker would."""
    with (
        Celery(broker=redis_server.url, set_as_current=False) as app,
        app.connection() as broker,
        EventDispatcher(broker, "celery@tests", app=app) as events,
    ):
        events.send("task-received", uuid=task, name=name, args=args, kwargs="{}")
        events.send("task-failed", uuid=task, exception="RecordRejected('no')", traceback="")


def failed(flower_server: FlowerServer, task: str) -> httpx.Response:
    """The task's page, once Flower has heard that it failed."""

    def page() -> httpx.Response:
        return flower_server.operator.get(f"/task/{task}")

    eventually(lambda: page().is_success and "FAILURE" in page().text, "Flower to hear of it")
    return page()
