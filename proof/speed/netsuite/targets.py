"""What each scenario must show."""

from collections.abc import Iterator

from proof.report.targets import Target


def _throughput(creates: str, updates: str, allowance: float) -> Iterator[Target]:
    """Of the limit that concurrency and latency set, `allowance` less is enough."""
    yield Target(creates, "share_of_limit", "at least", 0.90 - allowance)
    yield Target(updates, "share_of_limit", "at least", 0.95 - allowance)
    for scenario in (creates, updates):
        yield Target(scenario, "refused", "exactly", 0)
        yield from _all_synced(scenario)


def _thrift(creates: str, updates: str) -> Iterator[Target]:
    """How few requests are enough. Several processes share neither look-ups nor readings."""
    yield Target(creates, "netsuite_requests_per_customer", "at most", 1.10)
    yield Target(updates, "netsuite_requests_per_customer", "at most", 1.02)
    for scenario in (creates, updates):
        yield Target(scenario, "salesforce_requests_per_account", "at most", 0.15)


def _all_synced(scenario: str) -> Iterator[Target]:
    yield Target(scenario, "letters", "exactly", 0)
    yield Target(scenario, "not_synced", "exactly", 0)


TARGETS = (
    *_throughput("creates", "updates", 0.0),
    *_thrift("creates", "updates"),
    *_throughput("creates-together", "updates-together", 0.05),
    Target("unchanged", "netsuite_writes", "exactly", 0),
    Target("unchanged", "netsuite_requests", "exactly", 0),
    *_all_synced("unchanged"),
    Target("drop", "missing_customers", "exactly", 0),
    Target("drop", "surplus_customers", "exactly", 0),
    Target("drop", "dropped_share", "at least", 0.2),
    *_all_synced("drop"),
    Target("outage", "share_under_way_at_outage", "at least", 0.95),
    Target("outage", "letters_ever", "exactly", 0),
    Target("outage", "seconds_to_first_write", "at most", 20),
    *_all_synced("outage"),
)
