"""What pages cost where there are very many letters: by what they look at, and, in the long test,
by the clock. Run that with -s to see the figures.
"""

import statistics
import sys
import time
from collections.abc import Mapping

import pytest
from redis import Redis

from app.letters import LetterFilter, LetterPage, Letters
from tests.integration.planted_letters import BEGAN_MS, account, plant

LIMIT = 200
REJECTED = {
    "cause": "RecordRejected",
    "words": "NetSuite refuses the values: correct them in Salesforce, then requeue. " * 3,
    "said": '{"title":"Bad Request","status":400,"o:errorDetails":[{"detail":"Invalid value."}]}'
    * 3,
}
AMBIGUOUS = {"cause": "AmbiguousMatch", "words": "Two Customers have that name.", "said": ""}


def kinds(count: int) -> Mapping[str, tuple[LetterFilter, str | None]]:
    """Every kind of page: a filter, and the place from which on."""
    deep = f"{BEGAN_MS + count // 100}.{account(count // 100)}"
    gone = f"{BEGAN_MS + count // 2}.{account(count + 1)}"
    some = [account(n) for n in range(0, count, count // 1000)]
    return {
        "newest": (LetterFilter(), None),
        "deepest": (LetterFilter(), deep),
        "after one that has left": (LetterFilter(), gone),
        "of a cause": (LetterFilter("AmbiguousMatch"), deep),
        "dead and on trial": (LetterFilter(state="all"), deep),
        "of 1,000 accounts": (LetterFilter(accounts=some), None),
        "text, found often": (LetterFilter(text="invalid VALUE"), None),
        "text, found once": (LetterFilter(text=account(count // 2)), None),
        "text, never found": (LetterFilter(text="überhaupt nicht"), None),
        "stage, never found": (LetterFilter(stage="ingest"), None),
        "nobody's on trial": (LetterFilter("WorkerLost", state="again"), None),
    }


def asked(redis: Redis, wanted: LetterFilter, after: str | None) -> tuple[LetterPage, int]:
    """→ the page, and how many scripts it took."""
    letters = Letters(redis)
    letters.page(wanted, after, LIMIT)  # Redis knows the script from here on
    redis.config_resetstat()
    page = letters.page(wanted, after, LIMIT)
    return page, int(redis.info("commandstats")["cmdstat_evalsha"]["calls"])


@pytest.mark.parametrize("alike", [1, 5000])
def test_a_page_is_one_round_trip_at_any_depth_and_looks_at_no_more_than_it_shows(
    redis: Redis, alike: int
) -> None:
    plant(redis, 5000, [REJECTED, AMBIGUOUS], alike=alike)

    for name in ("newest", "deepest", "after one that has left", "of a cause", "dead and on trial"):
        page, scripts = asked(redis, *kinds(5000)[name])
        stats = redis.info("commandstats")

        assert (scripts, page.looked_at) == (1, len(page.letters)), name
        assert int(stats["cmdstat_hgetall"]["calls"]) == len(page.letters), name
        assert int(stats["cmdstat_zrevrange"]["calls"]) <= 50, name


def test_a_search_reads_whole_only_what_it_finds(redis: Redis) -> None:
    plant(redis, 5000, [REJECTED, AMBIGUOUS])
    wanted, after = LetterFilter(text=account(2500)), None
    found, looked_at, pages = [], 0, 0
    redis.config_resetstat()

    while after or not pages:
        page = Letters(redis).page(wanted, after, LIMIT)
        found += page.letters
        after, looked_at, pages = page.next, looked_at + page.looked_at, pages + 1

    assert ([letter.account for letter in found], looked_at) == ([account(2500)], 5000)
    assert int(redis.info("commandstats")["cmdstat_hgetall"]["calls"]) == 1


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_page_of_a_hundred_thousand_letters_takes_less_than_300_ms(redis: Redis) -> None:
    plant(redis, 100_000, [REJECTED, AMBIGUOUS])
    letters, seconds = Letters(redis), {}

    for name, (wanted, after) in kinds(100_000).items():
        taken = []
        for _ in range(9):
            began = time.perf_counter()
            page = letters.page(wanted, after, LIMIT)
            taken.append(time.perf_counter() - began)
        seconds[name] = statistics.median(taken)
        sys.stdout.write(
            f"{name:26} {1000 * seconds[name]:6.1f} ms, {len(page.letters)} of {page.looked_at:,}\n"
        )

    assert max(seconds.values()) < 0.3, seconds
