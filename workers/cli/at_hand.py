"""What commands work with, once Redis is known to answer."""

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.services import Services
from app.settings import Settings, get_settings
from workers.stage import get_services

_PATIENCE_SECONDS = 5


def ensure_redis(settings: Settings) -> None:
    """Asks once: a person who waits should not wait for the processes' tries and tries again.

    Raises:
        redis.exceptions.RedisError: it does not answer.
    """
    url = settings.redis_url.get_secret_value()
    once = Retry(NoBackoff(), 0)
    with Redis.from_url(
        url, socket_timeout=_PATIENCE_SECONDS, socket_connect_timeout=_PATIENCE_SECONDS, retry=once
    ) as redis:
        redis.ping()


def services_at_hand() -> Services:
    """This process's services.

    Raises:
        ConfigurationError: settings or flow file are wrong.
        redis.exceptions.RedisError: Redis does not answer.
    """
    ensure_redis(get_settings())
    return get_services()
