"""Who may do what in Flower: our pages and API, and Flower's own."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest
from redis import Redis

from tests.integration.pages import ADMIN, API, OPERATOR, FlowerServer, serving
from workers.redis_server import RedisServer

READS = (
    "/",
    "/tasks",
    "/broker",
    "/metrics",
    "/api/workers",
    "/api/tasks",
    "/static/js/flower.js",
    "/dead-letters",
    "/accounts",
    "/accounts/001Ws00003abcde",
    "/flow",
    "/criteria",
    "/closedwon/static/nav.js",
    f"{API}/session",
    f"{API}/summary",
    f"{API}/openapi.json",
)
NOWHERE = ("/nowhere", f"{API}/nowhere", "/favicon.ico", "//healthcheck", "/healthcheck/")
ACTIONS = (
    ("POST", f"{API}/flow/off"),
    ("POST", f"{API}/letters/requeue"),
    ("PUT", f"{API}/criteria/draft"),
    ("DELETE", f"{API}/criteria/draft"),
    ("POST", "/api/worker/shutdown/celery@somewhere"),
    ("POST", "/api/worker/pool/grow/celery@somewhere"),
    ("POST", "/api/task/apply/upsert"),
    ("POST", "/api/task/async-apply/upsert"),
    ("POST", "/api/task/send-task/upsert"),
    ("POST", "/api/task/revoke/some-task"),
    ("POST", "/api/task/rate-limit/upsert"),
    ("POST", "/nowhere"),
    ("PATCH", "/tasks"),
)


@pytest.fixture(scope="module")
def read_only(
    clouds: Mapping[str, str],
    redis_server: RedisServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[FlowerServer]:
    """One that refuses all actions, below a prefix, with a token for metrics."""
    given = {
        "FLOWER_READ_ONLY": "true",
        "FLOWER_URL_PREFIX": "ops/flower",
        "FLOWER_METRICS_TOKEN": "a-token-for-prometheus",
    }
    directory = tmp_path_factory.mktemp("read-only")
    with serving(clouds, redis_server.url, directory, **given) as started:
        yield started


def error(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


@pytest.mark.parametrize("path", [*READS, *NOWHERE])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "TRACE", "NONSENSE"])
def test_nobody_gets_anything_without_a_login(
    method: str, path: str, flower_server: FlowerServer
) -> None:
    answer = flower_server.stranger.request(method, f"{flower_server.url}{path}")

    assert answer.status_code in (401, 405)
    assert answer.status_code == 401 or method in ("TRACE", "NONSENSE")
    if answer.status_code == 401:
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")
    if method not in ("HEAD", "NONSENSE", "TRACE"):
        assert error(answer) == (401, "NotLoggedIn")


def test_whether_flower_lives_may_be_asked_by_anyone(flower_server: FlowerServer) -> None:
    alive = flower_server.stranger.get("/healthcheck")
    pushed = flower_server.stranger.post("/healthcheck")

    assert (alive.status_code, alive.text) == (200, "OK")
    assert pushed.status_code == 401


@pytest.mark.parametrize("path", READS)
def test_an_operator_reads_everything(path: str, flower_server: FlowerServer) -> None:
    assert flower_server.operator.get(path).status_code == 200


@pytest.mark.parametrize(("method", "path"), ACTIONS)
def test_an_operator_changes_nothing(method: str, path: str, flower_server: FlowerServer) -> None:
    answer = flower_server.operator.request(method, path, json={})

    assert error(answer) == (403, "NotAllowed")


def test_the_table_of_tasks_is_read_by_post(flower_server: FlowerServer) -> None:
    asked = {"draw": 1, "start": 0, "length": 10, "order[0][column]": 0, "columns[0][data]": "name"}

    answer = flower_server.operator.post("/tasks/datatable", data=asked)
    forged = flower_server.operator.post(
        "/tasks/datatable", data=asked, headers={"X-Xsrftoken": ""}
    )

    assert answer.status_code == 200
    assert error(forged) == (403, "TokenMissing")


@pytest.mark.parametrize(("method", "path"), ACTIONS)
@pytest.mark.parametrize("token", ["", "another-token", "2|00000000|0000|1"])
def test_an_action_without_the_token_is_not_done(
    token: str, method: str, path: str, flower_server: FlowerServer, redis: Redis
) -> None:
    answer = flower_server.admin.request(method, path, json={}, headers={"X-Xsrftoken": token})

    assert error(answer) == (403, "TokenMissing")
    assert redis.keys("cw:*") == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
    ],
)
@pytest.mark.parametrize(("method", "path"), ACTIONS[:5])
def test_what_another_site_sends_is_not_done(
    method: str, path: str, headers: dict[str, str], flower_server: FlowerServer, redis: Redis
) -> None:
    answer = flower_server.admin.request(method, path, json={}, headers=headers)

    assert error(answer) == (403, "ForeignOrigin")
    assert redis.keys("cw:*") == []


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "same-origin"}])
def test_an_admin_acts(headers: dict[str, str], flower_server: FlowerServer, redis: Redis) -> None:
    own = {"Origin": flower_server.url, **headers}

    answer = flower_server.admin.post(f"{API}/flow/off", json={"why": "a test"}, headers=own)

    assert (answer.status_code, answer.json()["flow"]) == (200, "off")
    (entry,) = flower_server.operator.get(f"{API}/audit").json()["entries"]
    assert (entry["who"], entry["what"], entry["why"]) == (ADMIN[0], "flow off", "a test")


def test_an_admin_may_use_flowers_own_actions(flower_server: FlowerServer) -> None:
    answer = flower_server.admin.post("/api/worker/shutdown/celery@nowhere")

    assert (answer.status_code, answer.text) == (404, "Unknown worker 'celery@nowhere'")


@pytest.mark.parametrize(("method", "path"), ACTIONS)
def test_a_read_only_flower_refuses_its_admins_too(
    method: str, path: str, read_only: FlowerServer
) -> None:
    assert error(read_only.admin.request(method, path, json={})) == (403, "ReadOnly")


@pytest.mark.parametrize("path", READS)
def test_all_pages_stand_below_the_prefix(path: str, read_only: FlowerServer) -> None:
    above = httpx.URL(read_only.url).copy_with(path=path)

    assert read_only.operator.get(path).status_code == 200
    assert httpx.get(above, auth=ADMIN).status_code == 404
    assert httpx.get(above).status_code == 401


def test_a_prefix_is_found_without_its_slash_and_life_without_the_prefix(
    read_only: FlowerServer,
) -> None:
    bare = httpx.URL(read_only.url).copy_with(path="/ops/flower")
    top = httpx.URL(read_only.url).copy_with(path="/healthcheck")

    led = httpx.get(bare, auth=ADMIN)

    assert (led.status_code, led.headers["Location"]) == (302, "/ops/flower/")
    assert httpx.get(bare).status_code == 401
    assert read_only.stranger.get("/healthcheck").text == "OK"
    assert httpx.get(top).text == "OK"


def test_metrics_may_be_read_by_their_token_and_nothing_else(read_only: FlowerServer) -> None:
    def status(path: str, token: str) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return read_only.stranger.get(path, headers=headers).status_code

    assert status("/metrics", "a-token-for-prometheus") == 200
    assert status("/metrics", "another-token") == 401
    assert status("/tasks", "a-token-for-prometheus") == 401


@pytest.mark.parametrize("size", [64 * 1024 + 1, 3_000_000])
@pytest.mark.parametrize("path", [f"{API}/letters/requeue", "/api/task/apply/upsert", "/nowhere"])
def test_a_body_that_is_too_large_is_refused(
    path: str, size: int, flower_server: FlowerServer
) -> None:
    answer = flower_server.admin.post(path, content=b" " * size)
    of_a_stranger = flower_server.stranger.post(path, content=b" " * size)

    assert error(answer) == (413, "BodyTooLarge")
    assert error(of_a_stranger) == (413, "BodyTooLarge")


def test_a_body_of_unknown_length_is_refused(flower_server: FlowerServer) -> None:
    answer = flower_server.admin.post(f"{API}/flow/off", content=iter([b"{", b"}"]))

    assert error(answer) == (411, "LengthRequired")


def test_whoever_guesses_passwords_is_slowed_down_and_others_are_not(
    clouds: Mapping[str, str], redis_server: RedisServer, tmp_path: Path
) -> None:
    with serving(clouds, redis_server.url, tmp_path, FLOWER_XHEADERS="true") as flower:

        def asks(address: str, password: str, user: str = ADMIN[0]) -> httpx.Response:
            headers, login = {"X-Real-Ip": address}, (user, password)
            return flower.stranger.get(f"{API}/session", headers=headers, auth=login)

        guesses = [asks("198.51.100.7", f"guess {n}").status_code for n in range(21)]
        right, elsewhere = asks("198.51.100.7", ADMIN[1]), asks("198.51.100.8", ADMIN[1])

        assert guesses == [401] * 20 + [429]
        assert error(right) == (429, "TooManyFailures")
        assert int(right.headers["Retry-After"]) > 0
        assert elsewhere.status_code == 200
        assert asks("198.51.100.7", OPERATOR[1], OPERATOR[0]).status_code == 200
        assert not any(secret in flower.said() for secret in (ADMIN[1], "guess"))
