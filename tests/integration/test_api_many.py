"""What the list answers over HTTP, and how fast, where there are 100,000 letters. Run it with -s to
see the figures: the median and the worst of many requests.
"""

import statistics
import sys
import time

import pytest
from redis import Redis

from tests.integration.pages import API, FlowerServer
from tests.integration.planted_letters import BEGAN_MS, account, plant

LETTERS, REQUESTS, MOST_SECONDS = 100_000, 30, 0.3
REJECTED = {
    "cause": "RecordRejected",
    "words": "NetSuite refuses the values: correct them in Salesforce, then requeue. " * 3,
    "said": '{"title":"Bad Request","status":400,"o:errorDetails":[{"detail":"Invalid value."}]}'
    * 3,
}
AMBIGUOUS = {"cause": "AmbiguousMatch", "words": "Two Customers have that name.", "said": ""}
LAST = f"{BEGAN_MS + 1000}.{account(1000)}"
ASKED = {
    "newest 50": "/letters",
    "newest 200": "/letters?limit=200",
    "deepest 200": f"/letters?limit=200&after={LAST}",
    "of a cause": f"/letters?cause=AmbiguousMatch&limit=200&after={LAST}",
    "by id": f"/letters?account={account(LETTERS // 2)}",
    "text, found often": "/letters?text=invalid&limit=200",
    "text, found once": f"/letters?text={account(LETTERS // 2)}",
    "text, never found": "/letters?text=nothing+of+the+kind",
    "assigned to nobody": "/letters?assigned=ann",
    "causes": "/letters/causes",
}


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_list_answers_in_300_ms(flower_server: FlowerServer, redis: Redis) -> None:
    plant(redis, LETTERS, [REJECTED, AMBIGUOUS])
    medians = {}

    for what, path in ASKED.items():
        flower_server.operator.get(API + path).raise_for_status()
        taken = []
        for _ in range(REQUESTS):
            began = time.perf_counter()
            flower_server.operator.get(API + path).raise_for_status()
            taken.append(time.perf_counter() - began)
        medians[what] = statistics.median(taken)
        figures = f"median {1000 * medians[what]:6.1f} ms, worst {1000 * max(taken):6.1f} ms"
        sys.stdout.write(f"{what:20} {figures}\n")

    assert max(medians.values()) < MOST_SECONDS, medians
