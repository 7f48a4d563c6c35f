"""A Salesforce org as a client sees it: REST over httpx, the Pub/Sub API over a gRPC channel."""

import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import grpc
import httpx
import jwt

from tests.contract.subscription import Subscription
from tests.keys import parsed
from tests.tls import trust

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
DATA = "/services/data/v60.0"


class SalesforceOrg:
    """Logged in with a JWT bearer assertion; what it creates is deleted at the end."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.login_url = environ["SALESFORCE_LOGIN_URL"]
        self._created: list[tuple[str, str]] = []
        self.session = self.ask_token(grant_type=JWT_BEARER, assertion=self.assertion()).json()
        self.http = httpx.Client(
            base_url=self.session["instance_url"],
            headers={"Authorization": f"Bearer {self.session['access_token']}"},
            timeout=30,
            verify=trust(),
        )
        self.channel = _channel(environ["SALESFORCE_PUBSUB_ENDPOINT"])
        self.id: str = self.rows("SELECT Id FROM Organization")[0]["Id"]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for sobject, record_id in reversed(self._created):
            self.http.delete(f"{DATA}/sobjects/{sobject}/{record_id}")
        self.channel.close()
        self.http.close()

    # Logging in

    def assertion(self, key: bytes | None = None, **changes: Any) -> str:
        """A JWT bearer assertion as it should be, with some claims changed (None: left out)."""
        claims = {
            "iss": self.environ["SALESFORCE_CLIENT_ID"],
            "sub": self.environ["SALESFORCE_USERNAME"],
            "aud": self.login_url,
            "exp": int(time.time()) + 180,
            **changes,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        signing_key = key or Path(self.environ["SALESFORCE_PRIVATE_KEY_FILE"]).read_bytes()
        return jwt.encode(claims, parsed(signing_key), "RS256")

    def ask_token(self, **form: str) -> httpx.Response:
        """The token endpoint's answer."""
        url = f"{self.login_url}/services/oauth2/token"
        return httpx.post(url, data=form, timeout=30, verify=trust())

    # REST

    def create(self, sobject: str, **fields: Any) -> str:
        """Create a record that is deleted after the test; answers its id."""
        answer = self.http.post(f"{DATA}/sobjects/{sobject}", json=fields)
        assert answer.status_code == 201, answer.text
        record_id: str = answer.json()["id"]
        self._created.append((sobject, record_id))
        return record_id

    def account(self, name: str | None = None, **fields: Any) -> str:
        """An Account, with a name of its own unless one is given."""
        return self.create("Account", Name=name or unique("Contract"), **fields)

    def opportunity(self, account: str | None, stage: str = "Closed Won", **fields: Any) -> str:
        """An Opportunity of the Account."""
        given = {"Name": "A deal", "StageName": stage, "CloseDate": "2026-12-31", **fields}
        return self.create("Opportunity", AccountId=account, **given)

    def get(self, sobject: str, record_id: str, *fields: str) -> httpx.Response:
        """GET a record."""
        parameters = {"fields": ",".join(fields)} if fields else {}
        return self.http.get(f"{DATA}/sobjects/{sobject}/{record_id}", params=parameters)

    def update(self, sobject: str, record_id: str, **fields: Any) -> httpx.Response:
        """PATCH a record."""
        return self.http.patch(f"{DATA}/sobjects/{sobject}/{record_id}", json=fields)

    def delete(self, sobject: str, record_id: str) -> httpx.Response:
        """DELETE a record."""
        return self.http.delete(f"{DATA}/sobjects/{sobject}/{record_id}")

    def query(
        self, soql: str, *, deleted: bool = False, batch: int | None = None
    ) -> httpx.Response:
        """GET query, or queryAll."""
        headers = {} if batch is None else {"Sforce-Query-Options": f"batchSize={batch}"}
        resource = "queryAll" if deleted else "query"
        return self.http.get(f"{DATA}/{resource}", params={"q": soql}, headers=headers)

    def rows(self, soql: str, *, deleted: bool = False) -> list[dict[str, Any]]:
        """The records of a query, without their attributes."""
        answer = self.query(soql, deleted=deleted)
        assert answer.status_code == 200, answer.text
        return [_bare(record) for record in answer.json()["records"]]

    # Pub/Sub

    def metadata(self, **changes: str) -> tuple[tuple[str, str], ...]:
        """The three entries that every RPC carries, some of them changed (empty: left out)."""
        entries = {
            "accesstoken": self.session["access_token"],
            "instanceurl": self.session["instance_url"],
            "tenantid": self.id,
            **changes,
        }
        return tuple((key, value) for key, value in entries.items() if value)

    def subscribe(self, topic: str, **request: Any) -> Subscription:
        """A stream of the topic; ``request`` are fields of the first FetchRequest."""
        return Subscription(self.channel, self.metadata(), topic, **request)


def unique(words: str) -> str:
    """A text that no other test has."""
    return f"{words} {uuid.uuid4().hex[:12]}"


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """Status and error code of a refusal, which must have the platform's form."""
    (error,) = answer.json()
    assert set(error) <= {"message", "errorCode", "fields"}
    assert isinstance(error["message"], str)
    return answer.status_code, error["errorCode"]


def _bare(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    shown = {key: _bare(part) for key, part in value.items() if key != "attributes"}
    if isinstance(shown.get("records"), list):
        return [_bare(record) for record in shown["records"]]
    return shown


def _channel(endpoint: str) -> grpc.Channel:
    if endpoint.startswith(("127.0.0.1:", "localhost:")):
        return grpc.insecure_channel(endpoint)
    return grpc.secure_channel(endpoint, grpc.ssl_channel_credentials())
