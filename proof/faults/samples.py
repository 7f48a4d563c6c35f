"""What a running system uses of memory and of Redis, looked at from outside."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import psutil
from redis import Redis

from proof.report.targets import Figures

_MIB = 2**20
_AT_A_TIME = 1000
_BY_THE_MINUTE = re.compile(r"^cw:(?:rate|lag):(?:.*:)?\d+$")
"""Counts of one minute each, kept for two hours and a half (app/series.py, app/lag.py): until then
there are more every minute, whatever the system does.
"""
_IDS = re.compile(r"^[0-9a-zA-Z]{15}(?:[A-Z0-5]{3})?$|^\d+$|[-0-9a-f]{32,}")


def sample_process(name: str, pid: int | None) -> Figures:
    """Memory in MiB, open files, threads, of the process and its children; none if it is gone."""
    try:
        whole = [psutil.Process(pid)] if pid else []
        whole += [child for process in whole for child in process.children(recursive=True)]
        return {
            f"{name}_mib": sum(one.memory_info().rss for one in whole) / _MIB if whole else None,
            f"{name}_files": sum(one.num_fds() for one in whole) if whole else None,
            f"{name}_threads": sum(one.num_threads() for one in whole) if whole else None,
        }
    except psutil.NoSuchProcess:
        return {}


def sample_redis(redis: Redis) -> Figures:
    """Memory in MiB, and keys: all, and what of them grows until it is old or full.

    Raises:
        redis.exceptions.RedisError: Redis does not answer.
    """
    asked: Any = redis  # its types cannot say that this is no coroutine
    told = asked.info("memory") | asked.info("persistence") | asked.info("clients")
    used, keys = told["used_memory"] / _MIB, asked.dbsize()
    kinds = key_sizes(redis)
    minutes, minutes_bytes = kinds.get("by the minute", (0, 0))
    stories_bytes = kinds.get("cw:story:*", (0, 0))[1]
    return {
        "redis_mib": used,
        "minutes_mib": minutes_bytes / _MIB,
        "stories_mib": stories_bytes / _MIB,
        "others_mib": used - (minutes_bytes + stories_bytes) / _MIB,
        "keys": keys,
        "minutes_keys": minutes,
        "others_keys": keys - minutes,
        "aof_mib": told["aof_current_size"] / _MIB,
        "clients": told["connected_clients"],
    }


def key_sizes(redis: Redis) -> dict[str, tuple[int, int]]:
    """Kind of key to how many there are and what they take, in bytes."""
    asked: Any = redis
    found: dict[str, list[int]] = defaultdict(list)
    for names in _in_pieces(asked.scan_iter(count=_AT_A_TIME)):
        with asked.pipeline(transaction=False) as pipeline:
            for name in names:
                pipeline.memory_usage(name, samples=0)
            for name, size in zip(names, pipeline.execute(), strict=True):
                found[kind_of(name)].append(size or 0)  # none: it has gone meanwhile
    return {kind: (len(sizes), sum(sizes)) for kind, sizes in sorted(found.items())}


def kind_of(name: str) -> str:
    """What keys have in common that differ by an id."""
    if _BY_THE_MINUTE.match(name):
        return "by the minute"
    return ":".join("*" if _IDS.search(part) else part for part in name.split(":"))


def _in_pieces(names: Iterator[str] | Iterable[str]) -> Iterator[list[str]]:
    ahead = iter(names)
    while piece := list(islice(ahead, _AT_A_TIME)):
        yield piece
