"""What every stage's task shares: claim, work, and what becomes of a failure."""

import logging
from collections.abc import Callable, Sequence
from functools import cache

from celery import Celery, Task
from celery.exceptions import Retry

from app import retry
from app.errors import AuthenticationFailed, NoAnswer, SyncError, may_have_acted
from app.ledger import Ledger
from app.models import Account, StageName
from app.salesforce.accounts import Reading
from app.services import Services, build_services, open_redis
from app.settings import get_flow, get_settings
from app.stages.departure import let_go
from app.stages.hierarchy import Parent, await_parent
from app.terms import Held, Letter, Nudge, Order
from app.transport import run_of
from workers import following
from workers.celery import celery
from workers.holding import LEASE_SECONDS, Holding
from workers.redis_errors import redis_may_pass

log = logging.getLogger(__name__)
Work = Callable[[Held, Services], str]

_MARGIN_SECONDS = 10.0
"""Between the last moment of a run's calls and its end: for the ledger's own moves."""
_LEASES_PATIENCE_SECONDS = 2.0
"""As long as Redis may take to renew them."""


def publish(nudges: Sequence[Nudge], sender: Celery = celery) -> None:
    """Sends the ledger's nudges. What is lost here, the sweeper publishes again.

    `sender`: whoever has another broker than this process's settings name, gives its application.

    Raises:
        kombu.exceptions.OperationalError: Redis does not answer.
    """
    for nudge in nudges:
        sender.send_task(
            nudge.stage,
            args=[nudge.account, nudge.reason, nudge.ticket],
            queue=nudge.stage,
            countdown=nudge.delay or None,
        )


@cache
def get_services() -> Services:
    """This process's services, put together on first use."""
    return build_services(get_settings(), get_flow(), publish)


@cache
def get_holding() -> Holding:
    """What this process holds."""
    settings = get_settings()
    redis = open_redis(settings, seconds=_LEASES_PATIENCE_SECONDS, retries=0)
    return Holding(Ledger(redis, publish, settings.timing))


class StageTask(Task):
    """A task of the pipeline. Its body says what it does with the row it holds."""

    abstract = True

    def hold(self, account: str, ticket: str, work: Work) -> str:
        """Claims the row and does the work → what became of it, in words, for Flower.

        Raises:
            celery.exceptions.Retry: it will be tried again (Flower shows RETRY).
            SyncError, or any other: a letter was written (Flower shows FAILURE).
            RedisError, OperationalError: Redis cannot serve just now. The row is handed back once
                it can, counted against nobody; but if the answer to a claim was lost (`go_on`,
                too), nobody knows of the claim, and its lease runs out as a lost worker's does.
        """
        services = get_services()
        seconds = services.settings.run_seconds
        with run_of(seconds - _MARGIN_SECONDS):
            verdict, held = "", following.take(self.name, account)
            if held is None:
                verdict, held = services.ledger.claim(self.name, account, ticket, LEASE_SECONDS)
            if held is None:
                return f"dropped: {verdict}"
            with get_holding().keep(held, seconds):
                return self._work(held, services, work)

    def _work(self, held: Held, services: Services, work: Work) -> str:
        became = ""
        try:
            became = work(held, services)
            return became
        except SyncError as error:
            self._fail(held, services, error)
            raise
        except Exception as bug:
            if not redis_may_pass(bug):
                verdict = services.ledger.dead(held, self._letter(bug), look=held.permitted)
                _note(services, held, verdict)
            raise
        finally:
            if held.stage == "upsert" or became != "advanced":
                services.readings.drop(held.token)

    def _fail(self, held: Held, services: Services, error: SyncError) -> None:
        """Retries what may pass, else returns with the letter written."""
        settings, ledger, letter = services.settings, services.ledger, self._letter(error)
        backoff = retry.Backoff(settings.retry_backoff_seconds, settings.retry_backoff_max_seconds)
        if isinstance(error, AuthenticationFailed):
            services.pauses.credentials_refused(error, settings.credentials_pause_seconds)
        past = retry.Past(held.attempts, held.throttled, held.doubted, held.spared)
        again = retry.after(error, past, backoff)
        unanswered = isinstance(error, NoAnswer) or (held.permitted and may_have_acted(error))
        if again is None:
            _note(services, held, ledger.dead(held, letter, look=unanswered))
            return
        verdict = ledger.retry(
            held, again.delay, counter=again.counter, letter=letter, look=unanswered
        )
        _note(services, held, verdict)
        if verdict == "retrying":
            raise Retry(str(error), error, again.delay) from None

    def _letter(self, error: BaseException) -> Letter:
        return Letter.of(error, task=self.request.id or "")


def pass_on(held: Held, services: Services, to: StageName, words: str = "") -> str:
    """On to the next stage: by this thread, where its process works at that stage, too; else by a
    message → advanced, paused, fenced.
    """
    if not following.works_at(to, celery):
        return services.ledger.advance(held, to, words)
    verdict, ahead = services.ledger.go_on(held, to, LEASE_SECONDS, words)
    if ahead is None:
        return verdict
    following.leave(ahead, get_holding().give_back)
    return "advanced"


def reading_of(held: Held, services: Services) -> Reading:
    """The Account as it is now, or as it was when this run began (app/salesforce/readings.py); the
    holder knows up to when it has seen its changes.
    """
    readings, write_back = services.readings, services.upsert.write_back
    reading = readings.read(held.token, held.account, afresh=held.stage == "qualification")
    if reading.account and held.stage == "upsert" and write_back.doubts(held, reading.account):
        reading = readings.read(held.token, held.account, afresh=True)
    held.seen = reading.account.seen if reading.account else None
    return reading


def read(held: Held, services: Services) -> Account | None:
    """The same, where its Opportunities do not matter."""
    return reading_of(held, services).account


def with_parent(
    held: Held,
    services: Services,
    work: Callable[[Held, Services, Account, Parent], str],
) -> str:
    """Reads the Account and settles the question of its parent; goes on to `work` if it may."""
    account = read(held, services)
    if account is None or account.is_deleted:
        return let_go(held, account, services.ledger)
    parent = await_parent(held, account, services.ledger, services.flow.hierarchy)
    return work(held, services, account, parent) if parent.settled else parent.verdict


def heed_fence(services: Services, account: str) -> None:
    """A holder was disowned after it tried to write: NetSuite's state is not what we believe."""
    order = Order(account, "written by a worker that was disowned meanwhile", rewrite=True)
    services.ledger.open([order])


def _note(services: Services, held: Held, verdict: str) -> None:
    if verdict == "fenced" and held.stage == "upsert":
        heed_fence(services, held.account)
