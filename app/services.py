"""Puts the parts together, once per process."""

from dataclasses import dataclass
from functools import partial

from redis import Redis
from redis.backoff import ExponentialBackoff
from redis.retry import Retry

from app.audit import Audit
from app.breaker import Breaker
from app.criteria import Criteria
from app.flow import Flow
from app.journal import Journal
from app.ledger import Ledger
from app.letters import Letters
from app.links import Links
from app.netsuite.address_books import AddressBooks
from app.netsuite.auth import Credentials as NetSuiteCredentials
from app.netsuite.auth import Login, NetSuiteAuth
from app.netsuite.client import NetSuiteClient
from app.netsuite.customers import Customers
from app.netsuite.governor import Governor
from app.netsuite.lookups import Lookups
from app.netsuite.mapping import needed_fields
from app.netsuite.names import Names
from app.netsuite.posts import Posts
from app.netsuite.reach import Reach
from app.netsuite.relationships import Relationships
from app.netsuite.tba import TokenBasedAuth, TokenCredentials
from app.passes import Passes
from app.pauses import Pauses
from app.probes import Probe, Probes
from app.reconciliation.budget import Budget
from app.reconciliation.foreground import Foreground
from app.reconciliation.reading import Reader
from app.reconciliation.reconciler import Reconciler
from app.reconciliation.schedule import Schedule
from app.reconciliation.turns import Turns
from app.salesforce.accounts import Accounts
from app.salesforce.auth import Credentials as SalesforceCredentials
from app.salesforce.client import SalesforceClient
from app.salesforce.readings import Readings
from app.salesforce.usage import Usage
from app.settings import Settings
from app.stages.upsert import Upsert
from app.stages.write_back import WriteBack
from app.stages.writing import Writing
from app.terms import Publish


@dataclass(frozen=True, slots=True)
class Services:
    """What a process works with. Threads share all of it."""

    settings: Settings
    flow: Flow
    criteria: Criteria
    redis: Redis
    ledger: Ledger
    pauses: Pauses
    probes: Probes
    journal: Journal
    letters: Letters
    audit: Audit
    salesforce: SalesforceClient
    accounts: Accounts
    readings: Readings
    governor: Governor
    netsuite: NetSuiteClient
    lookups: Lookups
    customers: Customers
    upsert: Upsert
    usage: Usage
    passes: Passes
    schedule: Schedule
    reconciler: Reconciler
    foreground: Foreground

    def close(self) -> None:
        """Gives every connection back."""
        self.salesforce.close()
        self.netsuite.close()
        self.governor.close()
        self.redis.close()


def open_redis(settings: Settings, seconds: float = 5.0, retries: int = 2) -> Redis:
    """A client that gives a hung Redis up after so long rather than wait for ever."""
    return Redis.from_url(
        settings.redis_url.get_secret_value(),
        decode_responses=True,
        socket_timeout=seconds,
        socket_connect_timeout=min(3, seconds),
        socket_keepalive=True,
        health_check_interval=15,
        retry=Retry(ExponentialBackoff(cap=1, base=0.05), retries),
    )


def build_services(settings: Settings, flow: Flow, publish: Publish) -> Services:
    """Opens nothing yet: connections are made on first use. `publish` sends the ledger's nudges."""
    redis = open_redis(settings)
    ledger = Ledger(redis, publish, settings.timing)
    usage = Usage(redis)
    governor = Governor(
        open_redis(settings, seconds=1.0, retries=1),  # it must not wait its leases out
        settings.netsuite_concurrency,
        patience_seconds=settings.netsuite_timeout_seconds,
    )
    pauses = Pauses(redis)
    salesforce = _salesforce(settings, usage, _breaker("salesforce", pauses, settings))
    netsuite = _netsuite(settings, redis, governor, _breaker("netsuite", pauses, settings))
    probes = _probes(settings, redis, salesforce, netsuite)
    lookups = Lookups(
        netsuite,
        flow.matching.id_field or "externalid",
        spare_seconds=governor.spare_seconds,
    )
    posts = Posts(redis, settings.run_seconds) if flow.matching.id_field else None
    books = AddressBooks(redis, netsuite, lookups, settings.netsuite_query_lag_seconds)
    customers = Customers(netsuite, lookups, books, posts)
    relationships = Relationships(netsuite)
    criteria = Criteria(redis, flow.qualification)
    reader = Reader(salesforce, redis, criteria.current)
    budget = Budget(redis, usage, salesforce.ask_usage, settings.salesforce_api_share)
    turns = Turns(redis, settings.salesforce_timeout_seconds)
    accounts = Accounts(salesforce, _fields(settings, flow))
    return Services(
        settings=settings,
        flow=flow,
        criteria=criteria,
        redis=redis,
        ledger=ledger,
        pauses=pauses,
        probes=probes,
        journal=Journal(redis),
        letters=Letters(redis),
        audit=Audit(redis),
        salesforce=salesforce,
        accounts=accounts,
        readings=Readings(accounts, criteria.current),
        governor=governor,
        netsuite=netsuite,
        lookups=lookups,
        customers=customers,
        upsert=Upsert(
            ledger,
            Writing(ledger, Links(redis), lookups, customers, Reach(netsuite, relationships), flow),
            Names(redis, settings.run_seconds, settings.netsuite_query_lag_seconds),
            WriteBack(ledger, salesforce, settings.salesforce_customer_field),
        ),
        usage=usage,
        passes=Passes(redis),
        schedule=Schedule(redis, settings.reconcile_minutes, settings.full_comparison_hours),
        reconciler=Reconciler(ledger, reader, budget, turns, settings.credentials_pause_seconds),
        foreground=Foreground(ledger, reader, budget, turns),
    )


def _probes(
    settings: Settings, redis: Redis, salesforce: SalesforceClient, netsuite: NetSuiteClient
) -> Probes:
    probes = Probes(
        redis,
        {
            "salesforce": Probe(salesforce.log_in_anew, salesforce.ask_usage),
            "netsuite": Probe(netsuite.log_in_anew, netsuite.ask_anything),
        },
        settings.outage_probe_seconds,
        settings.credentials_pause_seconds,
    )
    salesforce.suspect_with(partial(probes.suspect, "salesforce"))
    netsuite.suspect_with(partial(probes.suspect, "netsuite"))
    return probes


def _breaker(service: str, pauses: Pauses, settings: Settings) -> Breaker:
    return Breaker(service, pauses, settings.outage_probe_seconds)


def _salesforce(settings: Settings, usage: Usage, breaker: Breaker) -> SalesforceClient:
    return SalesforceClient(
        SalesforceCredentials(
            login_url=settings.salesforce_login_url,
            client_id=settings.salesforce_client_id,
            username=settings.salesforce_username,
            private_key_file=settings.salesforce_private_key_file,
            client_secret=settings.salesforce_client_secret,
            audience=settings.salesforce_audience,
        ),
        settings.salesforce_api_version,
        settings.salesforce_timeout_seconds,
        settings.worker_concurrency,
        usage.note,
        breaker,
    )


def _netsuite(
    settings: Settings, redis: Redis, governor: Governor, breaker: Breaker
) -> NetSuiteClient:
    return NetSuiteClient(
        settings.netsuite_url,
        _netsuite_login(settings, redis),
        governor,
        breaker,
        settings.netsuite_timeout_seconds,
        settings.worker_concurrency,
    )


def _netsuite_login(settings: Settings, redis: Redis) -> Login:
    """The settings hold one way in, and that whole."""
    seconds = settings.netsuite_timeout_seconds
    if settings.netsuite_private_key_file is None:
        token = TokenCredentials(
            base_url=settings.netsuite_url,
            account_id=settings.netsuite_account_id,
            consumer_key=settings.netsuite_consumer_key,
            consumer_secret=settings.netsuite_consumer_secret,
            token_id=settings.netsuite_token_id,
            token_secret=settings.netsuite_token_secret,
        )
        return TokenBasedAuth(token, seconds)
    certificate = NetSuiteCredentials(
        base_url=settings.netsuite_url,
        client_id=settings.netsuite_client_id,
        certificate_id=settings.netsuite_certificate_id,
        private_key_file=settings.netsuite_private_key_file,
    )
    return NetSuiteAuth(certificate, seconds, redis)


def _fields(settings: Settings, flow: Flow) -> tuple[str, ...]:
    """What is read of Accounts besides what is always read."""
    field = settings.salesforce_customer_field
    return (*needed_fields(flow), *([field] if field else []))
