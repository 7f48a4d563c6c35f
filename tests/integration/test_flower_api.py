"""The API as a whole: how it refuses what cannot be, and what its answers never hold."""

from collections.abc import Mapping
from http import HTTPStatus

import httpx
import pytest
from redis import Redis

from tests.integration.pages import API, FlowerServer

ACCOUNT = "001Ws00003abcdeIAA"
SCRIPT = "<img src=x onerror=alert(1)>"
ODD = (
    SCRIPT,
    "'; DROP TABLE Account; --",
    "' OR Name LIKE '%",
    "../../etc/passwd",
    "{{ handler.settings }}",
    "\r\nSet-Cookie: user=eve",
    "\x00",
    "😀" * 50,
    "x" * 5000,
)
TEXTS = (
    ("GET", "/letters?text={}"),
    ("GET", "/letters?cause={}"),
    ("GET", "/letters?stage={}"),
    ("GET", "/letters?assigned={}"),
    ("GET", "/letters?after={}"),
    ("GET", "/accounts?q={}"),
    ("GET", "/accounts/names?ids={}"),
    ("GET", "/audit?account={}"),
    ("GET", "/audit?what={}"),
    ("GET", "/audit?after={}"),
    ("GET", "/accounts/{}"),
    ("GET", "/accounts/{}/candidates"),
    ("POST", "/letters/{}/assign"),
    ("POST", "/recoveries/{}/stop"),
    ("GET", "/{}"),
)


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """Its status and kind; that it has a sentence and nothing else is looked at, too."""
    given = answer.json()
    assert given.keys() == {"error", "message"}
    assert given["message"].endswith((".", ")"))
    return answer.status_code, given["error"]


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(("method", "path"), TEXTS)
def test_no_text_in_an_address_does_harm(
    method: str, path: str, odd: str, flower_server: FlowerServer, redis: Redis
) -> None:
    quoted = str(httpx.QueryParams({"x": odd})).removeprefix("x=").replace("+", "%20")

    answer = flower_server.admin.request(method, f"{API}{path.format(quoted)}")

    assert answer.status_code in (200, 400, 404)
    assert answer.headers["Content-Type"].startswith("application/json")
    assert "Set-Cookie" not in answer.headers
    assert "Traceback" not in answer.text
    assert not redis.keys("cw:row:*")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "accounts: Field required."),
        (b"{", "Invalid JSON"),
        (b"\xff", "Invalid JSON"),
        (b"[]", "Input should be an object."),
        (b'{"accounts": []}', "accounts: "),
        (b'{"accounts": ["001"]}', "account 1: "),
        (b'{"accounts": "001Ws00003abcdeIAA"}', "accounts: "),
        (b'{"accounts": ["001Ws00003abcdeIAA"], "force": "yes"}', "force: "),
        (b'{"accounts": ["001Ws00003abcdeIAA"], "more": 1}', "more: Extra inputs"),
        (b'{"accounts": ["001Ws00003abcdeIAA"], "why": "' + b"x" * 501 + b'"}', "why: "),
    ],
)
def test_a_malformed_body_is_refused_with_the_place_that_is_wrong(
    body: bytes, said: str, flower_server: FlowerServer
) -> None:
    headers = {"Content-Type": "application/json"}

    answer = flower_server.admin.post(f"{API}/letters/requeue", content=body, headers=headers)

    assert refusal(answer) == (400, "BadRequest")
    assert said in answer.json()["message"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "json"])
def test_a_body_must_say_that_it_is_json(kind: str, flower_server: FlowerServer) -> None:
    headers = {"Content-Type": kind}

    answer = flower_server.admin.post(f"{API}/flow/off", content=b"{}", headers=headers)

    assert refusal(answer) == (415, "NotJson")


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=x", "limit=1000", "unknown=1", "limit=1&limit=2", "text=%ff"]
)
def test_a_malformed_query_is_refused(query: str, flower_server: FlowerServer) -> None:
    answer = flower_server.operator.get(f"{API}/letters?{query}")

    assert refusal(answer) == (400, "BadRequest")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/session", "GET, HEAD, OPTIONS"),
        ("/flow/off", "POST, OPTIONS"),
        ("/criteria/draft", "PUT, DELETE, OPTIONS"),
    ],
)
def test_an_address_tells_which_methods_it_takes(
    path: str, allowed: str, flower_server: FlowerServer
) -> None:
    asked = flower_server.operator.options(f"{API}{path}")
    wrong = flower_server.admin.patch(f"{API}{path}", json={})

    assert (asked.status_code, asked.headers["Allow"]) == (204, allowed)
    assert refusal(wrong) == (405, "MethodNotAllowed")
    assert wrong.headers["Allow"] == allowed


def test_head_is_get_without_its_body(flower_server: FlowerServer) -> None:
    got = flower_server.operator.get(f"{API}/session")
    head = flower_server.operator.head(f"{API}/session")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Type"] == got.headers["Content-Type"]


@pytest.mark.parametrize("path", ["", "/", "/nowhere", "/session/", "/Session", "/openapi.json/x"])
def test_there_is_nothing_beside_the_endpoints(path: str, flower_server: FlowerServer) -> None:
    answer = flower_server.operator.get(f"{API}{path}")

    assert refusal(answer) == (404, "NotFound")


def test_an_account_that_cannot_be_is_not_found(flower_server: FlowerServer) -> None:
    answer = flower_server.operator.get(f"{API}/accounts/001xyz")

    assert refusal(answer) == (404, "RecordNotFound")


def test_queries_and_credentials_stay_out_of_the_log(flower_server: FlowerServer) -> None:
    marks = {"x": "a-name-that-nobody-logs"}

    flower_server.admin.get(f"{API}/letters", params={"text": marks["x"]})
    flower_server.admin.get("/nowhere", params=marks)
    flower_server.stranger.get(f"{API}/letters", params=marks, auth=("eve", "eves-password"))

    assert marks["x"] not in flower_server.said()
    assert "password" not in flower_server.said()
    assert "Authorization" not in flower_server.said()


def test_the_description_names_every_answer_that_an_endpoint_may_give(
    flower_server: FlowerServer,
) -> None:
    description = flower_server.operator.get(f"{API}/openapi.json").json()

    assert description["openapi"].startswith("3.1")
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            told(path, method, operation)


def told(path: str, method: str, operation: Mapping[str, object]) -> None:
    statuses = operation["responses"]
    assert isinstance(statuses, dict)
    assert operation["summary"], path
    assert {"200", "400", "401", "503"} <= statuses.keys(), path
    assert (str(HTTPStatus.FORBIDDEN.value) in statuses) == (method != "get"), path
