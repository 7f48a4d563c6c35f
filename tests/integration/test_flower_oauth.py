"""Flower with OAuth and TLS: sessions are cookies that Flower signs."""

from collections.abc import Iterator, Mapping

import httpx
import pytest
from tornado.web import create_signed_value

from tests.integration.notifications.postroom import certificate
from tests.integration.pages import API, FlowerServer, serving
from tests.keys import pem
from workers.redis_server import RedisServer

SECRET = "a-cookie-secret-of-more-than-32-letters"
GIVEN = {
    "FLOWER_BASIC_AUTH": None,
    "FLOWER_ADMINS": "Ada@example.com",
    "FLOWER_AUTH": ".*@example.com",
    "FLOWER_AUTH_PROVIDER": "flower.views.auth.GoogleAuth2LoginHandler",
    "FLOWER_OAUTH2_KEY": "the-client",
    "FLOWER_OAUTH2_SECRET": "the-client-secret",
    "FLOWER_OAUTH2_REDIRECT_URI": "https://127.0.0.1/login",
    "FLOWER_COOKIE_SECRET": SECRET,
}


@pytest.fixture(scope="module")
def with_oauth(
    clouds: Mapping[str, str],
    redis_server: RedisServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[FlowerServer]:
    directory = tmp_path_factory.mktemp("oauth")
    (directory / "key.pem").write_bytes(pem("secp256r1"))
    (directory / "certificate.pem").write_bytes(certificate())
    given = GIVEN | {
        "FLOWER_CERTFILE": str(directory / "certificate.pem"),
        "FLOWER_KEYFILE": str(directory / "key.pem"),
    }
    with serving(clouds, redis_server.url, directory, **given) as started:
        yield started


def cookie(email: str, *, secret: str = SECRET, name: str = "user", at: float = 0.0) -> str:
    """Signed now, or at a time of long ago."""
    clock = (lambda: at) if at else None
    return create_signed_value(secret, name, email, clock=clock).decode()


def ask(flower: FlowerServer, path: str, user: str, **headers: str) -> httpx.Response:
    given = {"Cookie": f"user={user}", "X-Xsrftoken": "", **headers}
    return flower.stranger.get(path, headers=given)


@pytest.mark.parametrize(
    ("email", "role"), [("ada@example.com", "admin"), ("olga@example.com", "operator")]
)
def test_the_cookie_says_who_it_is(email: str, role: str, with_oauth: FlowerServer) -> None:
    session = ask(with_oauth, f"{API}/session", cookie(email)).json()

    assert (session["user"], session["role"]) == (email, role)
    assert ask(with_oauth, "/tasks", cookie(email)).status_code == 200
    assert ask(with_oauth, "/api/workers", cookie(email)).status_code == 200


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "ada@example.com",
        cookie("ada@example.com", secret="another-secret-of-more-than-32-letters"),
        cookie("ada@example.com", name="oauth_state"),
        cookie("ada@example.com", at=1e9),
        cookie("eve@example.org"),
        cookie("ada@example.com").replace("2|", "1|", 1),
    ],
)
def test_no_other_cookie_opens_anything(forged: str, with_oauth: FlowerServer) -> None:
    api = ask(with_oauth, f"{API}/session", forged)
    page = ask(with_oauth, "/static/js/flower.js", forged)

    assert (api.status_code, api.json()["error"]) == (401, "NotLoggedIn")
    assert "WWW-Authenticate" not in api.headers
    assert page.status_code == 401


def test_a_browser_is_led_to_the_providers_login(with_oauth: FlowerServer) -> None:
    led = ask(with_oauth, "/dead-letters?cause=x", "", Accept="text/html,*/*")
    login = ask(with_oauth, "/login", "")

    assert (led.status_code, led.headers["Location"]) == (302, "/login?next=/dead-letters")
    assert login.status_code == 302
    assert login.headers["Location"].startswith("https://accounts.google.com/")
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(login.headers["Set-Cookie"].split("; "))


@pytest.mark.parametrize("path", ["/flow", "/workers"])
def test_every_page_leads_to_the_log_out(with_oauth: FlowerServer, path: str) -> None:
    answer = ask(with_oauth, path, cookie("ada@example.com"))

    assert 'href="/logout"' in answer.text


def test_whoever_logs_out_is_nobody(with_oauth: FlowerServer) -> None:
    answer = ask(with_oauth, "/logout", cookie("ada@example.com"))

    assert answer.status_code == 200
    assert 'user=""' in answer.headers["Set-Cookie"]


@pytest.mark.parametrize(
    ("email", "token", "status"),
    [
        ("ada@example.com", "the-same", 200),
        ("ada@example.com", "another", 403),
        ("ada@example.com", "", 403),
        ("olga@example.com", "the-same", 403),
        ("eve@example.org", "the-same", 401),
    ],
)
def test_an_action_wants_an_admins_cookie_and_the_token(
    email: str, token: str, status: int, with_oauth: FlowerServer
) -> None:
    headers = {"Cookie": f"user={cookie(email)}; _xsrf=the-same", "X-Xsrftoken": token}

    ours = with_oauth.stranger.post(f"{API}/flow/on", json={}, headers=headers)
    flowers = with_oauth.stranger.post("/api/worker/shutdown/nobody", headers=headers)

    assert ours.status_code == status
    assert flowers.status_code == (404 if status == 200 else status)


def test_a_password_is_no_way_in(with_oauth: FlowerServer) -> None:
    assert with_oauth.admin.get("/").status_code == 401
