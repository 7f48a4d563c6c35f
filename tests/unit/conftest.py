"""What tests of gathered calls stand on."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.gathering import Gathering
from tests.unit.gathering_station import Source, Station


@pytest.fixture
def source() -> Iterator[Source]:
    made = Source()
    yield made
    made.answer(1000)


@pytest.fixture
def station(source: Source) -> Iterator[Station]:
    with ThreadPoolExecutor(50) as pool:
        yield Station(source, Gathering(source.fetch, "nothing", most=100), pool)
