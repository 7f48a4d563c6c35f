"""Dead letters by the hundred thousand, planted by the ledger's own scripts."""

import json
from collections.abc import Sequence
from importlib.resources import files

from redis import Redis

from app.terms import Timing

BEGAN_MS = 1_795_000_000_000
_BATCH = 1000
_SHARED = ("audit", "row", "customer", "ending")
_PLANT = """
for n, id in ipairs(input.accounts) do
  now = input.at + math.floor((n - 1) / input.alike)
  local row = load(id)
  write(row, {stage = 'upsert'})
  local letter = input.letters[(n - 1) % #input.letters + 1]
  die(row, {cause = letter.cause, words = letter.words .. ' (' .. id .. ')',
    service_words = letter.said, task = 'task of ' .. id})
end
"""


def account(number: int) -> str:
    return f"001{number:012}AAA"


def plant(
    redis: Redis, count: int, letters: Sequence[dict[str, str]], *, first: int = 0, alike: int = 1
) -> list[str]:
    """Kills so many accounts, `alike` of them in the same millisecond → their ids, the first dead
    first. `letters`: cause, words and said, in turns.
    """
    shared = "".join((files("app") / "lua" / f"{name}.lua").read_text() for name in _SHARED)
    accounts = [account(number) for number in range(first, first + count)]
    for start in range(0, count, _BATCH):
        given = {
            "salt": "planted",
            "accounts": accounts[start : start + _BATCH],
            "at": BEGAN_MS + (first + start) // alike,
            "alike": alike,
            "letters": letters,
            **Timing().for_scripts(),
        }
        redis.eval(shared + _PLANT, 0, json.dumps(given))
    return accounts
