"""What every stage's task shares: claim, work, and what becomes of a failure."""

import logging
from collections.abc import Callable, Sequence
from functools import cache

from celery import Task
from celery.exceptions import Retry
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from app import retry
from app.errors import SyncError
from app.services import Services, build_services
from app.settings import get_flow, get_settings
from app.terms import Held, Letter, Nudge, Order
from workers.celery import celery

log = logging.getLogger(__name__)
Work = Callable[[Held, Services], str]


def publish(nudges: Sequence[Nudge]) -> None:
    """Sends the ledger's nudges. What is lost here, the sweeper publishes again.

    Raises:
        kombu.exceptions.OperationalError: Redis does not answer.
    """
    for nudge in nudges:
        celery.send_task(
            nudge.stage,
            args=[nudge.account, nudge.reason, nudge.ticket],
            queue=nudge.stage,
            countdown=nudge.delay or None,
        )


@cache
def get_services() -> Services:
    """This process's services, put together on first use."""
    return build_services(get_settings(), get_flow(), publish)


class StageTask(Task):
    """A task of the pipeline. Its body says what it does with the row it holds."""

    abstract = True

    def hold(self, account: str, ticket: str, work: Work) -> str:
        """Claims the row and does the work → what became of it, in words, for Flower.

        Raises:
            celery.exceptions.Retry: it will be tried again (Flower shows RETRY).
            SyncError, or any other: a letter was written (Flower shows FAILURE).
            RedisError, OperationalError: the row stays under way and the sweeper finds it.
        """
        services = get_services()
        lease = services.settings.lease_seconds
        verdict, held = services.ledger.claim(self.name, account, ticket, lease)
        if held is None:
            return f"dropped: {verdict}"
        try:
            return work(held, services)
        except (RedisError, OperationalError):
            raise
        except SyncError as error:
            self._fail(held, services, error)
            raise
        except Exception as bug:
            _note(services, held, services.ledger.dead(held, self._letter(bug)))
            raise

    def _fail(self, held: Held, services: Services, error: SyncError) -> None:
        """Retries what may pass, else returns with the letter written."""
        settings, ledger, letter = services.settings, services.ledger, self._letter(error)
        backoff = retry.Backoff(settings.retry_backoff_seconds, settings.retry_backoff_max_seconds)
        again = retry.after(error, held.attempts, backoff, settings.credentials_pause_seconds)
        if again is None:
            _note(services, held, ledger.dead(held, letter))
            return
        if again.pause:
            log.error("%s is paused for %.0f s: %s", again.pause, again.delay, error)
            ledger.pause(again.pause, str(error), again.delay)
        verdict = ledger.retry(held, again.delay, counted=again.counted, letter=letter)
        _note(services, held, verdict)
        if verdict == "retrying":
            raise Retry(str(error), error, again.delay) from None

    def _letter(self, error: BaseException) -> Letter:
        return Letter.of(error, task=self.request.id or "")


def heed_fence(services: Services, account: str) -> None:
    """A holder was disowned after it tried to write: NetSuite's state is not what we believe."""
    order = Order(account, "written by a worker that was disowned meanwhile", rewrite=True)
    services.ledger.open([order])


def _note(services: Services, held: Held, verdict: str) -> None:
    if verdict == "fenced" and held.stage == "upsert":
        heed_fence(services, held.account)
