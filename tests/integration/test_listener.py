"""The listener over the wire: what is saved in Salesforce opens its account in the ledger."""

from tests.eventually import eventually
from tests.integration.listening import ACCOUNTS, OPPORTUNITIES, Scene


def test_a_saved_account_opens_its_row_and_stores_the_cursor(scene: Scene) -> None:
    with scene.listening():
        account = scene.save_account(Phone="555 0100")
        scene.opened([account])
        scene.forget_rows()

        scene.people.update("Account", account, {"Phone": "555 0199"})

        scene.opened([account])
        reason = "Account UPDATE: Phone, LastModifiedDate"
        assert scene.row(account)["reason"] == reason
        assert "555" not in str(scene.row(account)) + str(scene.nudges)
        assert scene.nudges[-1].stage == "ingest"
        assert bytes.fromhex(scene.cursor()["replay_id"])
        assert int(scene.cursor()["commit_ms"]) % 1000 == 0


def test_an_opportunity_opens_its_account(scene: Scene) -> None:
    account = scene.save_account()
    with scene.listening():
        opportunity = scene.save_opportunity(account, "Prospecting")
        scene.opened([account])
        scene.forget_rows()

        scene.people.update("Opportunity", opportunity, {"StageName": "Closed Won"})

        scene.opened([account])
        assert scene.row(account)["reason"].startswith("Opportunity UPDATE: StageName")


def test_an_opportunity_that_moves_opens_both_accounts(scene: Scene) -> None:
    account, other = scene.save_account(), scene.save_account("Other")
    with scene.listening(salesforce_channels=(OPPORTUNITIES,)):
        opportunity = scene.save_opportunity(account, "Closed Won")
        scene.opened([account])
        owner = f"cw:owner:{opportunity[:15]}"
        eventually(lambda: scene.redis.get(owner) == account, "it is remembered")
        scene.forget_rows()

        scene.people.update("Opportunity", opportunity, {"AccountId": other})

        scene.opened([account, other])
        for each in (account, other):
            assert scene.row(each)["reason"].startswith("Opportunity UPDATE: AccountId")
        eventually(lambda: scene.redis.get(owner) == other, "the new one is remembered")
        assert 0 < scene.redis.ttl(owner) <= 30 * 24 * 3600


def test_a_former_account_that_nobody_heard_of_is_left_to_the_reconciler(scene: Scene) -> None:
    account, other = scene.save_account(), scene.save_account("Other")
    opportunity = scene.save_opportunity(account, "Closed Won")
    with scene.listening(salesforce_channels=(OPPORTUNITIES,)):
        scene.people.update("Opportunity", opportunity, {"AccountId": other})

        scene.opened([other])
        assert not scene.row(account)


def test_an_opportunity_that_is_deleted_or_restored_opens_its_account(scene: Scene) -> None:
    account = scene.save_account()
    with scene.listening():
        opportunity = scene.save_opportunity(account, "Closed Won")
        scene.opened([account])
        scene.forget_rows()

        scene.people.delete("Opportunity", opportunity)

        eventually(lambda: scene.row(account).get("reason") == "Opportunity DELETE")
        scene.forget_rows()
        scene.simulator.post(f"records/{opportunity}/undelete")
        eventually(lambda: scene.row(account).get("reason") == "Opportunity UNDELETE")


def test_each_account_of_a_batch_is_opened_for_its_own_reason_and_its_first_change(
    scene: Scene,
) -> None:
    both, dealt = scene.save_account("Both"), scene.save_account("Dealt")
    deals = [scene.save_opportunity(account, "Prospecting") for account in (both, dealt)]
    won = {"entity": "Opportunity", "changed_fields": ["StageName"]}
    moved = {"entity": "Opportunity", "changed_fields": ["AccountId"]}
    with scene.listening(salesforce_channels=("/data/ChangeEvents",)):
        scene.simulator.inject(
            won | {"record_ids": deals[:1], "commit_timestamp": 1_700_000_001_000},
            moved | {"record_ids": deals[1:] * 2, "commit_timestamp": 1_700_000_002_000},
            {"entity": "Account", "record_ids": [both], "changed_fields": ["Phone"]},
        )

        scene.opened([both, dealt])

        rows = {account: scene.row(account) for account in (both, dealt)}
        heard = [row["heard"].partition(".")[0] for row in rows.values()]
        assert [row["reason"] for row in rows.values()] == [
            "Account UPDATE: Phone",
            "Opportunity UPDATE: AccountId",
        ]
        assert heard == ["1700000001", "1700000002"]


def test_a_change_that_cannot_matter_opens_nothing_and_moves_the_cursor(scene: Scene) -> None:
    account = scene.save_account()
    with scene.listening(salesforce_channels=(OPPORTUNITIES,)):
        opportunity = scene.save_opportunity(account, "Prospecting")
        scene.opened([account])
        scene.forget_rows()
        before = scene.cursor(OPPORTUNITIES)

        scene.people.update("Opportunity", opportunity, {"NextStep": "Call them"})

        eventually(lambda: scene.cursor(OPPORTUNITIES) != before, "the change is heard")
        assert not scene.row(account)


def test_a_restart_resumes_after_the_cursor(scene: Scene) -> None:
    with scene.listening():
        heard = scene.save_account("Heard")
        scene.opened([heard])
    scene.forget_rows()
    missed = [scene.save_account(f"Missed {number}") for number in range(3)]

    with scene.listening():
        scene.opened(missed)

        assert not scene.row(heard)


def test_a_keepalive_stores_the_cursor(scene: Scene) -> None:
    scene.simulator.settings(keepalive_seconds=0.1)

    with scene.listening():
        first = eventually(lambda: scene.cursor().get("replay_id"), "a keepalive is stored")

        eventually(lambda: scene.cursor()["replay_id"] != first, "so is the next")
        assert "commit_ms" not in scene.cursor()


def test_more_events_than_may_be_owed_all_arrive(scene: Scene) -> None:
    records = [{"Name": f"Bulk {number}"} for number in range(130)]
    with scene.listening():
        accounts = [*scene.people.create_many("Account", records)]
        accounts += scene.people.create_many("Account", records)

        scene.opened(accounts)
        eventually(
            lambda: all(50 <= stream["outstanding"] <= 100 for stream in scene.streams()),
            "more is asked for",
        )


def test_a_row_tells_when_and_where_its_first_change_was_heard(scene: Scene) -> None:
    with scene.listening():
        account = scene.save_account()
        scene.opened([account])
        commit = scene.committed()

        scene.people.update("Account", account, {"Phone": "555 0199"})

        eventually(lambda: "next_heard" in scene.row(account) or len(scene.reasons(account)) > 1)
        assert scene.row(account)["heard"] == f"{commit}.{ACCOUNTS}"


def test_the_state_tells_how_a_channel_stands_and_expires(scene: Scene) -> None:
    with scene.listening():
        scene.opened([scene.save_account()])
        state = eventually(
            lambda: scene.state() if scene.state().get("events") == "1" else {}, "it is counted"
        )

        assert state["state"].startswith("listening; gap since ")
        assert state["errors"] == "0"
        assert int(state["connected_since"]) <= int(state["last_event_at"])
        assert int(state["last_commit"]) == int(scene.cursor()["commit_ms"])
        assert 0 < scene.redis.ttl(f"cw:listener:{ACCOUNTS}") <= 300
    assert scene.state()["state"] == "ended"
    assert "connected_since" not in scene.state()
