"""The state machine is worth its time only if it finds a rule that is missing: each is taken away.

All of them with CLOSEDWON_LEDGER_MUTANTS=1; otherwise those that are found within a second or two.
"""

import os

import pytest
from redis import Redis

import app.scripts
from tests.integration.test_ledger_machine import profile, run_machine

MUTANTS = {  # what the scripts say, and what they say without the rule
    "claim checks the token": ("row.token ~= input.token or ", ""),
    "claim takes queued and retrying rows only": (
        "(row.state ~= 'queued' and row.state ~= 'retrying')",
        "not UNDER_WAY[row.state]",
    ),
    "qualification alone ends again": (
        "if stage == 'qualification' then\n    fields.again",
        "if true then\n    fields.again",
    ),
    "a pause drops the message": ("if pause then", "if false then"),
    "moves are fenced": (
        "return row.state == 'running' and row.token == input.token and row.stage == input.stage",
        "return true",
    ),
    "a lost token fences": (
        "row.state == 'running' and row.token == input.token",
        "row.state == 'running'",
    ),
    "the check makes written unsure": (
        "write(row, {written = 'unsure'})\nreturn answer('go', {written",
        "return answer('go', {written",
    ),
    "the check knows what was written": ("row.written == input.hash", "false"),
    "written is stored unless a rewrite came": ("how.wrote and is_known(row)", "how.wrote"),
    "a part is stored unless a rewrite came": ("if is_known(row) then write", "do write"),
    "a rewrite outlasts a change": ("(rewrite or not is_known(row))", "rewrite"),
    "a part is stored": ("write(row, {written = input.hash})", ""),
    "settle heeds again": ("if again then\n    write", "if false then\n    write"),
    "force ends with the run": ("if not again then fields.force = false end", ""),
    "force outlasts again": ("if not again then fields.force", "if true then fields.force"),
    "skipped while others wait means dead": ("if outcome == 'skipped' and", "if false and"),
    "synced releases": ("  release(row)\n", ""),
    "a first cycle opens the line": (
        "for _, id in ipairs(line) do open(load",
        "for _, id in ipairs({}) do open(load",
    ),
    "a cycle is counted": ("cycles = number(row, 'cycles') + 1", "cycles = number(row, 'cycles')"),
    "wait sees cycles": ("if at ~= row.id then", "if true then"),
    "wait with again on goes afresh": ("if row.again then\n  queue", "if false then\n  queue"),
    "wait opens the parent": ("parent.state ~= 'dead' and parent.state ~= 'waiting'", "false"),
    "retry replaces the token": ("times}, true, input.delay", "times}, false, input.delay"),
    "attempts have a limit": ("counter == 'attempts' and times > input.limit", "false"),
    "open frees a waiting row": ("    leave_line(row)\n    fields.again", "    fields.again"),
    "open sets the counters back": ("{'again', 'cause', unpack(COUNTERS)}", "{'again', 'cause'}"),
    "discard kills those who wait": (
        "ipairs(waiters(row.id)) do\n  local child",
        "ipairs({}) do\n  local child",
    ),
    "requeue moves the dead only": (
        "row.state == 'dead' then\n    audit(input.by, 'requeue', id, 'dead: ' .. row.cause",
        "true then\n    audit(input.by, 'requeue', id, 'dead'",
    ),
    "a letter stays on trial": (
        "if at then redis.call('ZADD', 'cw:trial'",
        "if false then redis.call('ZADD', 'cw:trial'",
    ),
    "a trial ends with the next death": (
        "redis.call('ZREM', 'cw:trial', row.id)\n  redis.call('ZADD'",
        "redis.call('ZADD'",
    ),
    "who rests is under way no more": ("redis.call('ZREM', was, id)", ""),
    "whatever leaves rest is under way from then on": (
        "if is and since then redis.call('ZADD', is",
        "if false then redis.call('ZADD', is",
    ),
    "a success ends the letter": ("drop_letter(row)\n    count(", "count("),
    "a letter is noted where there is one": (
        "EXISTS', key) == 0 then return",
        "EXISTS', key) == 2 then return",
    ),
    "discard ends force": ("'state', 'stage', 'force', 'cause'", "'state', 'stage', 'cause'"),
    "the sweep replaces the token": (
        "{crashes = crashes}, true)",
        "{crashes = crashes})",
    ),
    "a lease lost at upsert gets a second look": ("if row.stage == 'upsert' then", "if false then"),
    "a second look makes written unsure": (
        "after a lost worker', false, true",
        "after a lost worker', false, false",
    ),
    "the sweep heeds pauses": ("local enough = paused(stage) or late", "local enough = late"),
    "the sweep tells lost from late": ("<= horizons[stage]", "<= 1e9"),
    "the sweep republishes": ("if place == 0 or place <=", "if 1e9 <="),
    "a suspect runs while no other does": ("if suspect() then", "if false then"),
    "a suspect that ends makes way for the next": ("if makes_way then call_suspect() end", ""),
    "only losses as the suspect are held against a row": (
        "if row.alone then lapse_alone(row) else",
        "if number(row, 'crashes') > 0 then lapse_alone(row) else",
    ),
    "a suspect is told from others": ("    fields.alone = 1\n", ""),
    "other losses excuse the suspect": ("write(other, {alone = 'excused'})", ""),
    "an excused loss is held against nobody": (
        "excused = row.alone == 'excused' or",
        "excused =",
    ),
    "losses have a limit": ("and crashes < input.loss_limit", ""),
    "a renewal is fenced": ("known[1] == 'running' and known[2] == held[2]", "true"),
    "who hands back is disowned": ("token = token(), place = 0}", "place = 0}"),
    "who goes on is no holder of the stage before": (
        "state = 'running', stage = stage, place",
        "state = 'running', place",
    ),
}
QUICK = (
    "moves are fenced",
    "written is stored unless a rewrite came",
    "the check makes written unsure",
    "settle heeds again",
    "synced releases",
    "retry replaces the token",
    "open frees a waiting row",
    "the sweep replaces the token",
    "a lease lost at upsert gets a second look",
    "a letter stays on trial",
    "a suspect runs while no other does",
    "only losses as the suspect are held against a row",
    "a renewal is fenced",
)
_EXAMPLES = {"a part is stored unless a rewrite came": 6000}
"""What shows itself only where much comes together; 400 are enough for the others."""
MOVES = (
    "open",
    "claim",
    "advance",
    "wait",
    "check",
    "renew",
    "retry",
    "settle",
    "discard",
    "link",
    "note",
    "requeue",
    "sweep",
    "wrote",
)


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("rule", MUTANTS if os.environ.get("CLOSEDWON_LEDGER_MUTANTS") else QUICK)
def test_the_state_machine_finds_a_missing_rule(
    rule: str, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, (words, without) = app.scripts._source, MUTANTS[rule]
    touched = [move for move in MOVES if words in whole(move, app.scripts._SHARED)]
    monkeypatch.setattr(
        app.scripts, "_source", lambda move, shared: whole(move, shared).replace(words, without)
    )

    with pytest.raises(AssertionError) as caught:
        run_machine(redis, profile(_EXAMPLES.get(rule, 400)))

    assert touched, "the scripts no longer say so: the mutant changes nothing"
    assert caught.value.__notes__
