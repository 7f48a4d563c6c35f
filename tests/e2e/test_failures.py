"""What fails: what passes by itself, and what becomes a letter."""

from tests.e2e.system import System
from tests.eventually import eventually


def test_an_outage_that_passes_leaves_no_letter(system: System) -> None:
    name = system.name()
    account = system.account(name)
    system.netsuite.fault(
        call="customer.put",
        contains=f"SF-{account}",
        status=503,
        times=2,
        headers={"Retry-After": "1"},
    )

    system.win(account)
    system.reaches(account, "synced")

    puts = system.netsuite.requests(call="customer.put", contains=f"SF-{account}")
    assert [request["status"] for request in puts] == [503, 503, 204]
    told = [line.what for line in system.journal.story(account)]
    assert "retrying" in told
    assert "dead" not in told
    assert len(system.customers(name)) == 1


def test_a_name_too_long_is_a_letter_at_once_and_its_correction_heals_it(system: System) -> None:
    name = system.name("Much too long a name " * 4)

    account = system.account(name, won=True)
    system.reaches(account, "dead")
    [letter] = [
        found for found in system.json("dead-letters", "list") if found["account"] == account
    ]
    system.salesforce.update("Account", account, {"Name": name[-40:].strip()})
    system.reaches(account, "synced")

    assert (letter["stage"], letter["cause"]) == ("upsert", "RecordRejected")
    assert "83" in letter["words"]
    assert system.customer(name[-40:].strip())["externalId"] == f"SF-{account}"
    assert account not in system.command("dead-letters", "list")


def test_an_unknown_subsidiary_is_a_letter_with_netsuites_own_words(
    reporting_system: System,
) -> None:
    system = reporting_system
    name = system.name()

    account = system.account(name, won=True, Subsidiary__c="99")
    system.reaches(account, "dead")
    letter = system.json("dead-letters", "show", account)
    shown = system.command("dead-letters", "show", account)
    system.salesforce.update("Account", account, {"Subsidiary__c": "2"})
    system.reaches(account, "synced")

    assert letter["cause"] == "ReferenceRejected"
    assert "no such value of subsidiary" in letter["words"]
    assert "Invalid Field Value 99 for the following field: subsidiary" in letter["service_words"]
    for words in (account, "upsert", "ReferenceRejected", "Invalid Field Value 99"):
        assert words in shown
    assert system.customer(name)["subsidiary"]["id"] == "2"


def test_a_letter_is_requeued_once_netsuite_is_mended(system: System) -> None:
    name = system.name()
    account = system.account(name)
    refusal = system.refuse(account, "Please configure the tax schedule.")
    system.win(account)
    system.reaches(account, "dead")
    first = system.json("dead-letters", "show", account)
    with system.another_run(account):
        system.command("dead-letters", "requeue", account)
    second = system.json("dead-letters", "show", account)

    system.netsuite.forgive(refusal)
    system.command("dead-letters", "requeue", account, "--force")  # it has just died again
    system.reaches(account, "synced")

    assert second["deaths"] > first["deaths"]
    assert second["first"] == first["first"]
    assert len(system.customers(name)) == 1


def test_a_letter_is_discarded_with_a_reason(system: System) -> None:
    account = system.account(system.name("x" * 90), won=True)
    system.reaches(account, "dead")

    system.command("dead-letters", "discard", account, "--reason", "a test account")

    assert system.state(account) == "none"
    assert "discarded by an admin: a test account" in system.why(account)
    assert "no dead letter" in system.command("dead-letters", "show", account, code=1)


def test_a_create_whose_answer_is_lost_leaves_one_customer(system: System) -> None:
    name = system.name()
    account = system.account(name, BillingStreet="1 Main Street", BillingCity="Lawrence")
    system.netsuite.fault(call="customer.put", contains=f"SF-{account}", drop="after", times=1)

    system.win(account)
    system.reaches(account, "synced")

    customer = system.customer(name)
    assert len(customer["addressBook"]["items"]) == 1
    assert "retrying" in [line.what for line in system.journal.story(account)]


def test_refused_credentials_pause_the_flow_and_leave_no_letter(system: System) -> None:
    name = system.name()
    account = system.account(name)
    fault = system.netsuite.fault(call="*", status=401, code="INVALID_LOGIN", times=None)

    try:
        system.win(account)
        eventually(lambda: "credentials" in system.json("flow", "status")["paused"], "the pause")
    finally:
        system.netsuite.forgive(fault)
    system.reaches(account, "synced")

    assert "dead" not in [line.what for line in system.journal.story(account)]
    assert len(system.customers(name)) == 1


def test_flower_shows_a_retry_and_a_failure_with_their_causes(system: System) -> None:
    account = system.account(system.name())
    system.netsuite.fault(call="customer.put", contains=f"SF-{account}", status=503, times=1)
    refusal = system.refuse(account, "Please choose terms.")

    system.win(account)
    system.reaches(account, "dead")

    task = system.json("dead-letters", "show", account)["task"]
    states = eventually(lambda: system.flower_states(account, "FAILURE"), "Flower to see it")
    system.netsuite.forgive(refusal)
    assert "ServiceUnavailable" in states["RETRY"]
    assert "RecordRejected" in states["FAILURE"]
    assert system.flower(f"/task/{task}").status_code == 200


def test_a_malformed_message_is_a_log_line_and_the_flow_goes_on(system: System) -> None:
    for message in (["nonsense", "by hand"], [["../../etc", "<script>"], "by hand"]):
        system.send("ingest", message)
    system.send("upsert", ["001000000000000AAA", "stale", "no-such-token.x"])
    system.send("qualification", [])

    account = system.account(system.name(), won=True)
    system.reaches(account, "synced")

    eventually(lambda: "'nonsense' is no Account id" in system.log("worker"))


def test_another_program_may_send_the_ingest_task(system: System) -> None:
    account = system.account(system.name())
    eventually(lambda: system.at_rest(account) and system.settles(account))

    with system.another_run(account):
        system.send("ingest", [[account], "the ERP import"])

    assert "the ERP import" in system.why(account)


def test_an_unknown_account_is_said_so(system: System) -> None:
    unknown = "001000000000001AAA"

    assert "Salesforce knows no Account" in system.command("sync", unknown, code=1)
    assert "never heard of" in system.command("why", unknown, code=1)
    assert "is no Account id" in system.command("why", "hello", code=2)
    assert "no dead letter" in system.command("dead-letters", "requeue", unknown, code=1)
