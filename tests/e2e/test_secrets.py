"""Secrets and personal data appear nowhere but where they belong."""

from redis import Redis

from tests.e2e.system import System


def everything_in(redis: Redis) -> str:
    """Every key of every kind, with what it holds: ledger, queues, messages, cursors."""
    return "\n".join(str(redis.dump(key)) + str(key) for key in redis.scan_iter(count=1000))


def tokens_issued(system: System) -> list[str]:
    """The tokens that the simulators gave out while the test ran: fetched anew for the purpose."""
    return [system.salesforce.token]
