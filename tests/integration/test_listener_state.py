"""What a channel says of itself, when more than one listener has something to say."""

from redis import Redis

from workers.channel_state import ChannelState

CHANNEL = "/data/AccountChangeEvent"
KEY = f"cw:listener:{CHANNEL}"


def test_who_listens_is_shown_whoever_else_says_what(redis: Redis) -> None:
    live, failing = ChannelState(redis, CHANNEL), ChannelState(redis, CHANNEL)

    said = []
    for state, words in ((failing, "again in 1 s"), (live, ""), (failing, "stopped: no key")):
        state.say(words) if words else state.connected()
        said.append(redis.hget(KEY, "state"))

    assert said == ["again in 1 s", "listening", "listening"]


def test_who_ends_is_replaced_by_the_next(redis: Redis) -> None:
    first, second = ChannelState(redis, CHANNEL), ChannelState(redis, CHANNEL)
    first.connected()

    first.disconnected()
    first.say("ended")
    second.say("again in 1 s")

    assert redis.hget(KEY, "state") == "again in 1 s"


def test_what_holds_and_what_is_missing_is_said_beside_listening(redis: Redis) -> None:
    state, said = ChannelState(redis, CHANNEL), []
    state.note("gap since yesterday")
    state.connected()

    said.append(redis.hgetall(KEY))
    state.held(1234)
    said.append(redis.hgetall(KEY))
    state.note("")
    said.append(redis.hgetall(KEY))
    state.held(None)
    said.append(redis.hgetall(KEY))

    held = "listening; held back, since 1,234 accounts are to be dealt with first"
    assert [each["state"] for each in said] == [
        "listening; gap since yesterday",
        f"{held}; gap since yesterday",
        held,
        "listening",
    ]
    assert [each.get("backlog") for each in said] == [None, "1234", "1234", None]
