"""Flow control: never more than 100 events owed, and no stream left to die of silence."""

from hypothesis import given
from hypothesis import strategies as st

from app.salesforce.fetch_requests import FetchRequests
from app.salesforce.pubsub_pb2 import LATEST, FetchRequest


def _requests(idle_seconds: float = 3600.0, wanted: int = 100) -> FetchRequests:
    first = FetchRequest(topic_name="/data/AccountChangeEvent", replay_preset=LATEST)
    return FetchRequests(first, idle_seconds, wanted)


def test_the_first_request_names_topic_and_place_and_asks_for_a_hundred() -> None:
    requests = _requests()

    first = next(requests)

    assert first == FetchRequest(
        topic_name="/data/AccountChangeEvent", replay_preset=LATEST, num_requested=100
    )


def test_more_is_asked_for_once_half_is_used_up_and_the_consumer_is_ready() -> None:
    requests = _requests()
    next(requests)

    requests.received(60, 40)
    requests.ready()

    assert next(requests) == FetchRequest(num_requested=60)


def test_who_takes_little_at_first_may_ask_for_the_rest_at_once() -> None:
    requests = _requests(wanted=1)
    first = next(requests)

    requests.ready()

    assert first.num_requested == 1
    assert next(requests) == FetchRequest(num_requested=99)


@given(received=st.integers(0, 100))
def test_it_is_known_whether_the_consumer_should_be_asked(received: int) -> None:
    requests = _requests()
    before = requests.low
    next(requests)

    requests.received(received, 100 - received)
    low = requests.low
    requests.ready()

    assert not before, "the first request is still to be sent"
    assert low is (received >= 50)
    assert not requests.low


@given(st.lists(st.integers(1, 100), max_size=40))
def test_no_more_than_a_hundred_events_are_ever_owed(batches: list[int]) -> None:
    requests = _requests()
    owed = next(requests).num_requested

    for batch in batches:
        received = min(batch, owed)
        owed -= received
        requests.received(received, owed)
        requests.ready()
        if owed <= 50:
            owed += next(requests).num_requested
        assert 50 < owed <= 100


def test_a_busy_consumer_has_one_event_fetched_before_salesforce_closes_the_stream() -> None:
    requests = _requests(idle_seconds=0.05)
    next(requests)

    requests.received(100, 0)

    assert next(requests) == FetchRequest(num_requested=1)


def test_an_empty_response_that_says_that_nothing_is_owed_is_believed() -> None:
    requests = _requests()
    next(requests)

    requests.received(0, 0)
    requests.ready()

    assert next(requests) == FetchRequest(num_requested=100)


def test_closing_ends_the_requests() -> None:
    requests = _requests()
    next(requests)

    requests.close()

    assert list(requests) == []
