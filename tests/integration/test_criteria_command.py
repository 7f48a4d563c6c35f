"""`closedwon criteria`, as a person runs it, over the Salesforce simulator."""

from app.audit import Audit
from app.criteria import Criteria
from app.flow import Qualification, load_flow
from app.terms import By
from tests.integration.commands import Command
from tests.integration.listening import Scene

ANN = By("ann")


def test_a_draft_is_saved_looked_at_and_published(scene: Scene, command: Command) -> None:
    account = scene.save_account("Acme")
    scene.save_opportunity(account, "Prospecting")

    draft = command.json("criteria", "set", "--any", "IsWon = true", "stagename in Prospecting")
    preview = command.json("criteria", "preview")
    before = command.json("criteria", "show")
    after = command.json("criteria", "publish", draft["version"], "--reason", "We grow.")

    words = "IsWon = true or StageName in (Prospecting)"
    assert (draft["words"], before["draft"], after["draft"]) == (words, draft, None)
    assert preview["newly_sample"] == [{"account": account, "name": "Acme"}]
    assert (before["source"], before["words"]) == ("flow file", "IsWon = true")
    assert (after["source"], after["words"]) == ("published", words)
    assert after["version"] == draft["version"]
    (entry,) = Audit(scene.redis).entries(what="criteria publish").entries
    assert (entry.why, entry.who.endswith("(command)")) == ("We grow.", True)
    assert scene.passes.get("criteria")


def test_what_is_printed_says_what_to_do_next(scene: Scene, command: Command) -> None:
    said = command.run("criteria", "set", "Amount >= 1000").stdout
    preview = command.run("criteria", "preview").stdout
    shown = command.run("criteria", "show").stdout
    dropped = command.run("criteria", "drop").stdout
    fields = command.run("criteria", "fields", COLUMNS="200").stdout

    assert "Amount >= 1000" in said
    assert "closedwon criteria publish" in said
    assert "stay linked" in preview
    assert "That is the flow file's; nothing is published." in shown
    assert "Draft " in shown
    assert dropped == "The draft is forgotten.\n"
    assert "Closed Won" in fields
    assert "LeadSource" in fields


def test_an_old_draft_and_wrong_words_are_refused(scene: Scene, command: Command) -> None:
    criteria = Criteria(scene.redis, Qualification())
    old, _ = (criteria.save(Qualification(match=match), ANN) for match in ("all", "any"))

    refused = command.run("criteria", "publish", old.version)
    not_dropped = command.run("criteria", "drop", old.version)
    unknown = command.run("criteria", "set", "Stage = Won")

    assert (refused.returncode, unknown.returncode, not_dropped.returncode) == (1, 1, 1)
    assert criteria.draft()
    assert "The draft is another by now" in refused.stderr
    assert "Opportunity has no field Stage" in unknown.stderr
    assert not scene.redis.exists("cw:criteria")


def test_the_flow_files_criteria_are_published_to_go_back_to_them(
    scene: Scene, command: Command
) -> None:
    flow = command.directory / "flow.toml"
    flow.write_text("[[qualification.criteria]]\nfield = 'Amount'\noperator = '>'\nvalues = [0]\n")
    criteria = Criteria(scene.redis, load_flow(flow).qualification)
    criteria.publish(criteria.save(Qualification(), ANN).version, ANN)
    flow.write_text("[[qualification.criteria]]\nfield = 'Amount'\noperator = '>'\nvalues = [5]\n")

    (warning,) = command.json("criteria", "show")["warnings"]
    draft = command.json("criteria", "set", "--flow-file")
    shown = command.json("criteria", "publish", draft["version"])

    assert "--flow-file" in warning
    assert (shown["words"], shown["source"], shown["warnings"]) == ("Amount > 5", "flow file", [])


def test_criteria_that_cannot_be_read_are_told_by_check(scene: Scene, command: Command) -> None:
    scene.redis.set("cw:criteria", "from the future")

    shown = command.run("criteria", "show")
    findings = {finding["what"]: finding for finding in command.json("check", status=1)}

    assert shown.returncode == 1
    assert "closedwon criteria set" in shown.stderr
    assert "closedwon criteria set" in findings["Criteria"]["advice"]
