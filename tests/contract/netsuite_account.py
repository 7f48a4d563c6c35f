"""A NetSuite account as the contract tests use it: the simulated one, or a real one."""

import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx
import jwt
import pytest

TOKEN = "/services/rest/auth/oauth2/v1/token"
CUSTOMER = "/services/rest/record/v1/customer"
RELATIONSHIP = "/services/rest/record/v1/customerSubsidiaryRelationship"
SUITEQL = "/services/rest/query/v1/suiteql"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
STRICT = {"X-NetSuite-PropertyNameValidation": "Error"}


def real_environment() -> Mapping[str, str] | None:
    """The environment of a real account, if the tests shall run against one."""
    wanted = os.environ.get("CLOSEDWON_CONTRACT_REAL") == "1"
    return os.environ if wanted and os.environ.get("NETSUITE_ACCOUNT_ID") else None


def open_account(
    request: pytest.FixtureRequest, *, simulated: bool = False
) -> Iterator["NetSuiteAccount"]:
    """The account of a fixture; ``simulated`` skips the test where a real one is asked for."""
    environ = real_environment()
    if environ is not None and simulated:
        pytest.skip("needs the simulator's admin plane")
    real = environ is not None
    if environ is None:
        environ = request.getfixturevalue("simulators")
    with NetSuiteAccount(environ, real=real) as account:
        yield account


def unique(text: str) -> str:
    """A name or external id that no other test has."""
    return f"{text}-{uuid4().hex[:12]}"


class NetSuiteAccount:
    """An HTTP client that is logged in; what it creates in a real account is deleted at the end.

    ``environ`` has the NETSUITE_* variables, ``real`` says that the account is nobody's toy.
    """

    def __init__(self, environ: Mapping[str, str], *, real: bool) -> None:
        self.environ = environ
        self.real = real
        host = environ["NETSUITE_ACCOUNT_ID"].lower().replace("_", "-")
        default = f"https://{host}.suitetalk.api.netsuite.com"
        self.base = environ.get("NETSUITE_BASE_URL") or default
        self.subsidiary = environ.get("CLOSEDWON_CONTRACT_SUBSIDIARY_ID", "1")
        self.http = httpx.Client(
            base_url=self.base, timeout=60, verify=self.base.startswith("https:")
        )
        self._created: list[str] = []

    def __enter__(self) -> Self:
        if not self.real:
            self.admin("POST", "reset")
        self.log_in()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.real:
            for location in reversed(self._created):
                self.http.delete(location)
        self.http.close()

    # Logging in

    def assertion(
        self,
        *,
        algorithm: str = "ES256",
        key: Any = None,
        header: Mapping[str, str] | None = None,
        **changes: Any,
    ) -> str:
        """A client assertion as it should be, with some claims changed (None: left out)."""
        now = int(time.time())
        claims = {
            "iss": self.environ["NETSUITE_CLIENT_ID"],
            "aud": self.base + TOKEN,
            "scope": ["rest_webservices"],
            "iat": now - 10,
            "exp": now + 300,
            **changes,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        signing_key = key or Path(self.environ["NETSUITE_PRIVATE_KEY_FILE"]).read_bytes()
        kid = {"kid": self.environ["NETSUITE_CERTIFICATE_ID"]}
        return jwt.encode(claims, signing_key, algorithm, headers={**kid, **(header or {})})

    def ask_token(self, assertion: str, **form: str) -> httpx.Response:
        """The token endpoint's answer."""
        fields = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion,
            **form,
        }
        return self.http.post(TOKEN, data=fields)

    def log_in(self) -> None:
        """Take a new token."""
        algorithm = self.environ.get("CLOSEDWON_CONTRACT_SIGNING_ALGORITHM", "ES256")
        answer = self.ask_token(self.assertion(algorithm=algorithm))
        assert answer.status_code == 200, answer.text
        self.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    # Records and queries

    def company(self, **fields: Any) -> dict[str, Any]:
        """A body that creates a company; None leaves a field out."""
        body = {
            "companyName": unique("Contract"),
            "subsidiary": {"id": self.subsidiary},
            **fields,
        }
        return {name: value for name, value in body.items() if value is not None}

    def put(
        self, external_id: str, body: dict[str, Any], *, strict: bool = True, **query: str
    ) -> httpx.Response:
        """PUT by external id."""
        return self._send("PUT", f"{CUSTOMER}/eid:{external_id}", body, strict, query)

    def post(self, body: dict[str, Any], *, strict: bool = True) -> httpx.Response:
        """POST a customer."""
        return self._send("POST", CUSTOMER, body, strict, {})

    def patch(
        self, key: str, body: dict[str, Any], *, strict: bool = True, **query: str
    ) -> httpx.Response:
        """PATCH a customer by internal id or ``eid:…``."""
        return self._send("PATCH", f"{CUSTOMER}/{key}", body, strict, query)

    def create(self, **fields: Any) -> str:
        """Create a company and answer its internal id."""
        answer = self.post(self.company(**fields))
        assert answer.status_code == 204, answer.text
        return last_segment(answer)

    def get(self, key: str, *, expand: bool = True, **query: str) -> dict[str, Any]:
        """A customer's record."""
        parameters = {"expandSubResources": str(expand).lower(), **query}
        answer = self.http.get(f"{CUSTOMER}/{key}", params=parameters)
        assert answer.status_code == 200, answer.text
        record: dict[str, Any] = answer.json()
        return record

    def query(self, text: str, *params: Any, **paging: int) -> httpx.Response:
        """Run SuiteQL."""
        body = {"q": text, "params": list(params)} if params else {"q": text}
        return self.http.post(
            SUITEQL, json=body, params={"limit": 1000, **paging}, headers={"Prefer": "transient"}
        )

    def rows(self, text: str, *params: Any) -> list[dict[str, Any]]:
        """The rows of a query, without their links."""
        answer = self.query(text, *params)
        assert answer.status_code == 200, answer.text
        items = answer.json()["items"]
        return [{k: v for k, v in item.items() if k != "links"} for item in items]

    def relate(self, customer: str, subsidiary: str, **fields: Any) -> httpx.Response:
        """POST a customer-subsidiary relationship."""
        body = {"entity": {"id": customer}, "subsidiary": {"id": subsidiary}, **fields}
        return self.http.post(RELATIONSHIP, json=body)

    def _send(
        self, method: str, path: str, body: dict[str, Any], strict: bool, query: Mapping[str, str]
    ) -> httpx.Response:
        headers = STRICT if strict else {}
        answer = self.http.request(method, path, json=body, params=query, headers=headers)
        if answer.status_code == 204 and method != "PATCH" and "location" in answer.headers:
            self._created.append(answer.headers["location"])
        return answer

    # The simulator's admin plane

    def admin(self, method: str, path: str, body: Any = None) -> Any:
        """A call under ``/_simulator``; answers its JSON."""
        answer = self.http.request(method, f"/_simulator/{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def settings(self, **changes: Any) -> None:
        """Change the simulator's switches."""
        self.admin("PATCH", "settings", changes)

    def plant(self, **fields: Any) -> str:
        """A customer made by hand; answers its internal id."""
        planted = self.admin("POST", "customers", {"companyName": unique("Planted"), **fields})
        return str(planted["id"])


def last_segment(answer: httpx.Response) -> str:
    """The internal id in an answer's Location."""
    return str(answer.headers["location"]).rsplit("/", 1)[-1]


def error(answer: httpx.Response) -> tuple[int, str, str]:
    """Status, code and text of a refusal, whose body must have NetSuite's form."""
    assert answer.headers["content-type"].startswith("application/vnd.oracle.resource+json")
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["type"].startswith("https://www.rfc-editor.org/rfc/")
    assert isinstance(body["title"], str)
    details = body["o:errorDetails"][0]
    return answer.status_code, details["o:errorCode"], details["detail"]


def place(answer: httpx.Response) -> str | None:
    """The ``o:errorPath`` of a refusal."""
    path = answer.json()["o:errorDetails"][0].get("o:errorPath")
    return None if path is None else str(path)
