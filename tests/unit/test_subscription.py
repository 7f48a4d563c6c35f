"""The stream's reading side: how it ends is for the one who takes."""

from collections.abc import Iterator

import pytest

from app.errors import ServiceUnavailable
from app.salesforce.fetch_requests import FetchRequests
from app.salesforce.pubsub_pb2 import FetchRequest, FetchResponse
from app.salesforce.subscription import Subscription


class _Call:
    """One response, and then its end."""

    def __init__(self, end: Exception | None) -> None:
        self._end = end

    def __iter__(self) -> Iterator[FetchResponse]:
        yield FetchResponse(latest_replay_id=b"1")
        if self._end:
            raise self._end

    def cancel(self) -> None:
        """It has ended by itself."""


@pytest.mark.parametrize(
    ("end", "raised"), [(None, ServiceUnavailable), (ZeroDivisionError(), ZeroDivisionError)]
)
def test_a_bug_is_told_from_a_stream_that_salesforce_closed(
    end: Exception | None, raised: type[Exception]
) -> None:
    requests = FetchRequests(FetchRequest(topic_name="/data/AccountChangeEvent"), 3600.0)

    with Subscription(_Call(end), requests, 300.0) as subscription:
        taken = subscription.take(20)

        with pytest.raises(raised):
            subscription.take(20)
    assert [response.latest_replay_id for response in taken] == [b"1"]
    assert list(requests) == []
