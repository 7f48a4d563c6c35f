"""Parents first, and parents that come late."""

from tests.e2e.system import System
from tests.eventually import eventually


def test_parents_are_there_first_and_need_no_closed_won(system: System) -> None:
    names = [system.name(word) for word in ("Grandparent", "Parent", "Child")]
    grandparent = system.account(names[0])
    parent = system.account(names[1], ParentId=grandparent)
    child = system.account(names[2], ParentId=parent)

    system.win(child)
    system.reaches(child, "synced")

    first, second, third = (system.customer(name) for name in names)
    assert first.get("parent") is None
    assert second["parent"]["id"] == first["id"]
    assert third["parent"]["id"] == second["id"]
    assert int(first["id"]) < int(second["id"]) < int(third["id"])


def test_many_children_of_one_new_parent_create_it_once(system: System) -> None:
    name = system.name("Holding")
    parent = system.account(name)
    children = system.accounts([f"{name} {n}" for n in range(200)], won=True, ParentId=parent)

    system.all_reach(children, "synced", seconds=90)

    holding = system.customer(name)
    creations = system.netsuite.requests(call="customer.put", contains=f"SF-{parent}")
    assert len(creations) == 1
    linked = {
        c["externalId"]
        for c in system.netsuite.customers()
        if (c.get("parent") or {}).get("id") == holding["id"]
    }
    assert linked == {f"SF-{child}" for child in children}


def test_a_late_parent_is_skipped_and_the_other_fields_flow(system: System) -> None:
    names = system.name("Late"), system.name("Child")
    child = system.account(names[1], won=True)
    system.reaches(child, "synced")

    parent = system.account(names[0])
    system.salesforce.update("Account", child, {"ParentId": parent, "Fax": "(512) 757-9001"})

    eventually(lambda: system.customer(names[1]).get("fax") == "(512) 757-9001", "the fax")
    eventually(lambda: system.at_rest(parent) and system.at_rest(child))
    assert system.state(parent) == "skipped"
    assert system.customers(names[0]) == []
    assert system.customer(names[1]).get("parent") is None
    assert "came late" in system.why(child)


def test_a_late_parent_that_is_a_customer_already_is_linked(system: System) -> None:
    names = system.name("Parent"), system.name("Child")
    parent, child = (system.account(name, won=True) for name in names)
    system.reaches(parent, "synced")
    system.reaches(child, "synced")

    system.salesforce.update("Account", child, {"ParentId": parent})

    expected = system.customer(names[0])["id"]
    eventually(lambda: system.parent_of(names[1]) == expected, "the link")


def test_force_walks_up_syncs_and_links(system: System) -> None:
    names = [system.name(word) for word in ("Top", "Middle", "Child")]
    child = system.account(names[2], won=True)
    system.reaches(child, "synced")
    top = system.account(names[0])
    middle = system.account(names[1], ParentId=top)
    system.salesforce.update("Account", child, {"ParentId": middle})
    eventually(lambda: "came late" in system.why(child), "the late parent to be told")
    for account in (top, middle):
        system.reaches(account, "skipped")
    assert [system.customers(name) for name in names[:2]] == [[], []]

    system.command("sync", child, "--force")
    for account in (top, middle, child):
        system.reaches(account, "synced")

    eventually(lambda: system.customer(names[2]).get("parent"), "the link")
    customers = [system.customer(name) for name in names]
    assert [c["parent"]["id"] for c in customers[1:]] == [c["id"] for c in customers[:2]]


def test_a_late_parent_that_is_forced_gets_its_children(system: System) -> None:
    name = system.name("Child")
    children = system.accounts([f"{name} {n}" for n in range(3)], won=True)
    system.all_reach(children, "synced")
    late = system.name("Late")
    parent = system.account(late)
    for child in children:
        system.salesforce.update("Account", child, {"ParentId": parent})
    eventually(lambda: all("came late" in system.why(child) for child in children), "it to be told")
    system.reaches(parent, "skipped")
    assert system.customers(late) == []

    system.command("sync", parent, "--force")

    expected = [system.customer(late)["id"]] * 3
    eventually(lambda: [system.parent_of(f"{name} {n}") for n in range(3)] == expected, "the links")


def test_a_late_parent_that_becomes_a_customer_later_gets_its_children(system: System) -> None:
    names = system.name("Late"), system.name("Child")
    child = system.account(names[1], won=True)
    system.reaches(child, "synced")
    parent = system.account(names[0])
    system.salesforce.update("Account", child, {"ParentId": parent})
    eventually(lambda: "came late" in system.why(child), "the late parent to be told")

    system.win(parent)

    expected = system.customer(names[0])["id"]
    eventually(lambda: system.parent_of(names[1]) == expected, "the link")


def test_the_setting_sync_syncs_a_late_parent(syncing_system: System) -> None:
    system = syncing_system
    names = system.name("Late"), system.name("Child")
    child = system.account(names[1], won=True)
    system.reaches(child, "synced")

    parent = system.account(names[0])
    system.salesforce.update("Account", child, {"ParentId": parent})

    expected = system.customer(names[0])["id"]
    eventually(lambda: system.parent_of(names[1]) == expected, "the link")


def test_the_setting_report_lists_a_late_parent(reporting_system: System) -> None:
    system = reporting_system
    child = system.account(system.name("Child"), won=True)
    system.reaches(child, "synced")

    parent = system.account(system.name("Late"))
    system.salesforce.update("Account", child, {"ParentId": parent})

    eventually(lambda: "came late" in system.why(child), "why to tell it")
    eventually(lambda: f"its parent {parent} is no Customer" in system.log("worker"))
    assert "late_parents = report" in system.why(child).replace("\n", " ")


def test_matching_by_name_alone_follows_a_renamed_account(syncing_system: System) -> None:
    system = syncing_system
    name, renamed = system.name("Before"), system.name("After")
    planted = system.netsuite.plant({"companyName": name})
    account = system.account(name, won=True)
    system.reaches(account, "synced")

    with system.another_run(account):
        system.salesforce.update("Account", account, {"Name": renamed})

    assert system.customer(renamed)["id"] == planted
    assert system.customers(name) == []


def test_a_dead_parent_leaves_one_letter_and_its_requeue_frees_all(system: System) -> None:
    parent_name, name = system.name("Parent"), system.name("Child")
    parent = system.account(parent_name)
    child = system.account(f"{name} 0", ParentId=parent)
    refusal = system.refuse(parent, "Please enter value(s) for: Terms")

    grandchildren = [system.account(f"{name} {n}", won=True, ParentId=child) for n in (1, 2)]
    system.reaches(parent, "dead")
    eventually(lambda: len(system.journal.waiting_behind(parent)) == 3, "three to wait")
    letter = system.json("dead-letters", "show", parent)
    dead = {found["account"] for found in system.json("dead-letters", "list")}
    system.netsuite.forgive(refusal)
    system.command("dead-letters", "requeue", parent)

    assert letter["waiting"] == 3
    assert "Please enter value(s) for: Terms" in letter["service_words"]
    assert dead.isdisjoint({child, *grandchildren})
    for account in (parent, child, *grandchildren):
        system.reaches(account, "synced")
    parents = [system.customer(f"{name} {n}")["parent"]["id"] for n in (1, 2)]
    assert parents == [system.customer(f"{name} 0")["id"]] * 2
