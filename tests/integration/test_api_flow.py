"""The flow over HTTP: the page asks for it every few seconds."""

from redis import Redis

from tests.integration.pages import API, FlowerServer


def test_of_many_customers_left_behind_the_newest_are_told(
    flower_server: FlowerServer, redis: Redis
) -> None:
    accounts = [f"001{number:012}AAA" for number in range(250)]
    redis.zadd("cw:left", {account: 1000 * at for at, account in enumerate(accounts)})

    answer = flower_server.operator.get(f"{API}/flow")

    left = answer.json()["left_customers"]
    assert left["count"] == 250
    assert [one["account"] for one in left["newest"]] == accounts[:149:-1]
