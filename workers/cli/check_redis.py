"""Is Redis there, new enough, and does it keep what it is told?"""

import re
from collections.abc import Iterator

from redis.exceptions import RedisError

from app.saved_criteria import CriteriaUnreadable
from app.services import Services
from workers.cli.at_hand import ensure_redis
from workers.cli.finding import Finding

_SEE = " See docs/operations.md, Redis."
START_IT = "Start Redis or correct REDIS_URL." + _SEE
_OLDEST = (6, 2)


def look(services: Services) -> Iterator[Finding]:
    """One finding, whose advice is START_IT, where it does not answer."""
    try:
        ensure_redis(services.settings)
        about = services.redis.info()
    except RedisError as failed:
        yield Finding("Redis", f"does not answer: {failed}", START_IT)
        return
    version = str(about["redis_version"])
    recent = is_recent(version)
    yield Finding("Redis", f"version {version}", "" if recent else "Use Redis 6.2 or newer." + _SEE)
    durable = bool(about.get("aof_enabled"))
    yield Finding(
        "Redis keeps what it is told",
        "append-only file on" if durable else "append-only file off",
        "" if durable else "Set 'appendonly yes', or a crash of Redis loses changes." + _SEE,
    )
    policy = str(about.get("maxmemory_policy", "unknown"))
    yield Finding(
        "Redis evicts nothing",
        policy,
        "" if policy == "noeviction" else "Set 'maxmemory-policy noeviction'." + _SEE,
    )
    yield from _criteria(services)


def _criteria(services: Services) -> Iterator[Finding]:
    """Nothing where those that are published, if any are, can be read."""
    try:
        services.criteria.published()
    except CriteriaUnreadable as unreadable:
        yield Finding("Criteria", "published, but not readable", str(unreadable))


def is_recent(version: str) -> bool:
    """Whether a version such as `10.0.1` is 6.2 or newer."""
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2]) >= _OLDEST
