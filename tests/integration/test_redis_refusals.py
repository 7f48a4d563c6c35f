"""What becomes of a row whose move Redis refuses: what may pass is no letter, a bug is one."""

import pytest
from celery.utils.threads import LocalStack
from redis import RedisError
from redis.exceptions import ConnectionError as Gone
from redis.exceptions import DataError, ResponseError

from app.services import Services
from app.terms import Held
from tests.integration.ledger_desk import Desk
from tests.integration.listening import Scene
from workers.stage import StageTask

A = "001000000000001AAA"


@pytest.mark.parametrize(
    ("refusal", "state"),
    [
        (ResponseError("WRONGTYPE Operation against a key of another kind"), "dead"),
        (DataError("Invalid input of type: 'NoneType'."), "dead"),
        (ResponseError("MISCONF Redis is configured to save, but cannot."), "running"),
        (Gone("Redis is gone."), "running"),
    ],
)
def test_only_a_refusal_that_never_passes_is_a_letter(
    scene: Scene,
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
    refusal: RedisError,
    state: str,
) -> None:
    monkeypatch.setattr(StageTask, "request_stack", LocalStack())  # as Celery's tasks have one
    desk = Desk(scene.redis)
    held = desk.open_and_take(A, "upsert")

    def refused(held: Held, services: Services) -> str:
        raise refusal

    with pytest.raises(type(refusal)):
        StageTask()._work(held, services, refused)

    assert desk.row(A)["state"] == state
    assert desk.row(A).get("cause") == (type(refusal).__name__ if state == "dead" else None)
