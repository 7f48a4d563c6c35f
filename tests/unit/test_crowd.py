"""When a query waits for others to ride in it."""

from itertools import chain, repeat

from app.salesforce.readings import Crowd


def at(*seconds: float) -> Crowd:
    """Its clock shows these times, one after the other, and then the last one for ever."""
    times = chain(seconds, repeat(seconds[-1]))
    return Crowd(lambda: next(times))


def test_who_comes_first_or_after_others_that_came_alone_waits_for_nobody() -> None:
    crowd = at(100.0)
    first = crowd.window()

    crowd.rode(1)

    assert (first, crowd.window()) == (0.0, 0.0)


def test_after_a_query_that_several_share_the_next_waits_for_others() -> None:
    crowd = at(100.0, 100.5)

    crowd.rode(2)

    assert crowd.window() == 0.1


def test_a_crowd_that_is_gone_is_waited_for_no_more() -> None:
    crowd = at(100.0, 101.5)

    crowd.rode(30)

    assert crowd.window() == 0.0
