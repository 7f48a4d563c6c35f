"""The API does what its description says, whatever schemathesis makes of it."""

from collections.abc import Iterator
from typing import Any, TypeAlias

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from redis import Redis
from schemathesis.checks import positive_data_acceptance
from schemathesis.specs.openapi.checks import unsupported_method

from tests.integration.pages import ADMIN, API, OPERATOR, FlowerServer
from workers.flower.api.openapi import describe
from workers.flower.api.table import ENDPOINTS

_TOKEN = "a-token-of-its-own"
_BRIEFLY = settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)

Case: TypeAlias = schemathesis.Case[Any]


def without_login(description: dict[str, Any]) -> dict[str, Any]:
    """Login and token are no matter of chance here: every request brings them."""
    for operations in description["paths"].values():
        for operation in operations.values():
            operation["parameters"] = [p for p in operation["parameters"] if p["in"] != "header"]
    return {name: value for name, value in description.items() if name != "security"}


_REFUSED = {"negative_data_rejection": {"expected-statuses": ["400", "403", "404", "409", "413"]}}
described = schemathesis.openapi.from_dict(
    without_login(describe(ENDPOINTS, "", oauth=False)),
    config=schemathesis.Config.from_dict({"checks": _REFUSED}),
)


@pytest.fixture
def tidied(redis: Redis) -> Iterator[None]:
    """What one operation did, the next does not find."""
    yield
    redis.flushall()


@pytest.mark.parametrize("login", [ADMIN, OPERATOR], ids=["admin", "operator"])
@described.parametrize()
@_BRIEFLY
def test_every_answer_is_one_that_is_described(
    case: Case, login: tuple[str, str], flower_server: FlowerServer, tidied: None
) -> None:
    response = case.call(
        base_url=f"{flower_server.url}{API}",
        auth=login,
        headers={"X-Xsrftoken": _TOKEN},
        cookies={"_xsrf": _TOKEN},
    )

    # A description cannot say which ids exist; and an operator is not told which methods do.
    excluded = [positive_data_acceptance, *([unsupported_method] if login is OPERATOR else [])]
    case.validate_response(response, excluded_checks=excluded)
