"""Flow control: never more than 100 events owed, and no stream left to die of silence."""

from hypothesis import given
from hypothesis import strategies as st

from app.salesforce.fetch_requests import FetchRequests
from app.salesforce.pubsub_pb2 import EARLIEST, FetchRequest


def _requests(idle_seconds: float = 3600.0) -> FetchRequests:
    first = FetchRequest(topic_name="/data/AccountChangeEvent", replay_preset=EARLIEST)
    return FetchRequests(first, idle_seconds)


def test_the_first_request_names_topic_and_place_and_asks_for_a_hundred() -> None:
    requests = _requests()

    first = next(requests)

    assert first == FetchRequest(
        topic_name="/data/AccountChangeEvent", replay_preset=EARLIEST, num_requested=100
    )


def test_more_is_asked_for_once_half_is_used_up_and_the_consumer_is_ready() -> None:
    requests = _requests()
    next(requests)

    requests.received(60)
    requests.ready()

    assert next(requests) == FetchRequest(num_requested=60)


@given(st.lists(st.integers(1, 100), max_size=40))
def test_no_more_than_a_hundred_events_are_ever_owed(batches: list[int]) -> None:
    requests = _requests()
    owed = next(requests).num_requested

    for batch in batches:
        received = min(batch, owed)
        requests.received(received)
        owed -= received
        requests.ready()
        if owed <= 50:
            owed += next(requests).num_requested
        assert 50 < owed <= 100


def test_a_busy_consumer_has_one_event_fetched_before_salesforce_closes_the_stream() -> None:
    requests = _requests(idle_seconds=0.05)
    next(requests)

    requests.received(100)

    assert next(requests) == FetchRequest(num_requested=1)


def test_closing_ends_the_requests() -> None:
    requests = _requests()
    next(requests)

    requests.close()

    assert list(requests) == []
