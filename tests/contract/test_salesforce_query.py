"""SOQL over REST: what comes back, in which pages, and how wrong queries are refused."""

from urllib.parse import urlsplit

import pytest

from tests.contract.salesforce_org import DATA, SalesforceOrg, refusal, unique
from tests.contract.salesforce_simulator import SalesforceSimulator


def test_a_record_names_its_type_and_address(org: SalesforceOrg) -> None:
    account = org.account("Acme")

    answer = org.query(f"SELECT Name, Id FROM Account WHERE Id = '{account}'").json()

    assert answer == {
        "totalSize": 1,
        "done": True,
        "records": [
            {
                "attributes": {"type": "Account", "url": f"{DATA}/sobjects/Account/{account}"},
                "Name": "Acme",
                "Id": account,
            }
        ],
    }


def test_accounts_with_a_won_opportunity_are_found(org: SalesforceOrg) -> None:
    name = unique("Semi")
    won, lost = org.account(name), org.account(name)
    org.opportunity(won, "Closed Won")
    org.opportunity(lost, "Closed Lost")

    semi = f"Name = '{name}' AND Id {{}} (SELECT AccountId FROM Opportunity WHERE IsWon = true)"
    inside = org.rows(f"SELECT Id FROM Account WHERE {semi.format('IN')}")
    outside = org.rows(f"SELECT Id FROM Account WHERE {semi.format('NOT IN')}")

    assert inside == [{"Id": won}]
    assert outside == [{"Id": lost}]


def test_parents_are_nested_as_deep_as_they_are_named(org: SalesforceOrg) -> None:
    top = org.account("Top")
    middle = org.account("Middle", ParentId=top)
    bottom = org.account("Bottom", ParentId=middle)

    (row,) = org.rows(
        "SELECT Name, Parent.Name, Parent.Parent.Name, Parent.Parent.Parent.Name "
        f"FROM Account WHERE Id = '{bottom}'"
    )

    assert row["Parent"]["Name"] == "Middle"
    assert row["Parent"]["Parent"] == {"Name": "Top", "Parent": None}


def test_a_path_may_climb_five_parents_and_no_more(org: SalesforceOrg) -> None:
    five = org.query(f"SELECT {'Parent.' * 5}Name FROM Account LIMIT 1")
    six = org.query(f"SELECT {'Parent.' * 6}Name FROM Account LIMIT 1")

    assert five.status_code == 200
    assert six.status_code == 400


def test_children_come_as_a_query_answer_of_their_own(org: SalesforceOrg) -> None:
    account, childless = org.account(), org.account()
    org.opportunity(account, "Closed Won", Name="B")
    org.opportunity(account, "Prospecting", Name="A")

    rows = org.rows(
        "SELECT Id, (SELECT Name, IsWon FROM Opportunities ORDER BY Name) FROM Account "
        f"WHERE Id IN ('{account}', '{childless}')"
    )

    found = {row["Id"]: row["Opportunities"] for row in rows}
    assert found[childless] is None
    assert found[account] == [
        {"Name": "A", "IsWon": False},
        {"Name": "B", "IsWon": True},
    ]


def test_children_are_cut_and_ordered_for_each_parent(org: SalesforceOrg) -> None:
    accounts = [org.account(), org.account()]
    for account in accounts:
        org.opportunity(account, "Closed Won", Name="B")
        org.opportunity(account, "Prospecting", Name="A")
        org.opportunity(account, "Closed Won", Name="C")

    answer = org.query(
        "SELECT Id, (SELECT Name FROM Opportunities WHERE (IsWon = true OR Amount > 5) "
        f"AND IsDeleted = false ORDER BY Name LIMIT 1) FROM Account WHERE Id IN {tuple(accounts)}"
    ).json()

    found = [row["Opportunities"] for row in answer["records"]]
    sizes = [(children["totalSize"], children["done"]) for children in found]
    assert sizes == [(1, True), (1, True)]
    assert [children["records"][0]["Name"] for children in found] == ["B", "B"]
    assert found[0]["records"][0]["attributes"]["type"] == "Opportunity"


def test_children_in_the_recycle_bin_come_with_query_all_alone(org: SalesforceOrg) -> None:
    account = org.account()
    org.delete("Opportunity", org.opportunity(account, "Closed Won"))
    condition = f"FROM Account WHERE Id = '{account}'"

    usual, every, live = (
        org.query(f"SELECT Id, (SELECT Id FROM Opportunities {where}) {condition}", deleted=deleted)
        for where, deleted in (("", False), ("", True), ("WHERE IsDeleted = false", True))
    )

    found = [answer.json()["records"][0]["Opportunities"] for answer in (usual, every, live)]
    assert found[0] is None
    assert found[1]["totalSize"] == 1
    assert found[2] is None


def test_counting(org: SalesforceOrg) -> None:
    account = org.account()
    org.opportunity(account)
    org.opportunity(account)
    where = f"FROM Opportunity WHERE AccountId = '{account}'"

    number = org.query(f"SELECT COUNT() {where}").json()
    grouped = org.rows(f"SELECT AccountId, COUNT(Id), MAX(Name) top {where} GROUP BY AccountId")

    assert (number["totalSize"], number["records"]) == (2, [])
    assert grouped == [{"AccountId": account, "expr0": 2, "top": "A deal"}]


def test_long_answers_come_in_pages(org: SalesforceOrg, simulator: SalesforceSimulator) -> None:
    simulator.settings(min_batch_size=2)
    accounts = [org.account() for _ in range(5)]

    page = org.query("SELECT Id FROM Account ORDER BY Id", batch=2).json()
    sizes, ids = [len(page["records"])], [row["Id"] for row in page["records"]]
    while not page["done"]:
        page = org.http.get(page["nextRecordsUrl"]).json()
        sizes.append(len(page["records"]))
        ids += [row["Id"] for row in page["records"]]

    assert sizes == [2, 2, 1]
    assert ids == sorted(accounts)
    assert page["totalSize"] == 5


def test_a_page_has_at_least_two_hundred_rows(org: SalesforceOrg) -> None:
    account = org.account()

    page = org.query(f"SELECT Id FROM Account WHERE Id = '{account}'", batch=1).json()

    assert page["done"]


def test_an_unknown_page_is_refused(org: SalesforceOrg) -> None:
    answer = org.http.get(f"{DATA}/query/0r8000000000001AAA-2000")

    assert refusal(answer) == (400, "INVALID_QUERY_LOCATOR")


def test_text_compares_without_regard_to_capitals(org: SalesforceOrg) -> None:
    name = unique("Straße O'Hara")
    account = org.account(name)
    quoted = name.upper().replace("'", "\\'")

    equal = org.rows(f"SELECT Id FROM Account WHERE Name = '{quoted.replace('SS', 'ß')}'")
    like = org.rows(f"SELECT Id FROM Account WHERE Name LIKE '%{quoted[-12:]}'")

    assert equal == [{"Id": account}]
    assert like == [{"Id": account}]


def test_wildcards_can_be_escaped(org: SalesforceOrg) -> None:
    mark = unique("Mark")
    plain, percent = org.account(f"{mark} 100x"), org.account(f"{mark} 100%")

    any_text = org.rows(f"SELECT Id FROM Account WHERE Name LIKE '{mark} 100%' ORDER BY Id")
    exact = org.rows(f"SELECT Id FROM Account WHERE Name LIKE '{mark} 100\\%'")

    assert any_text == [{"Id": plain}, {"Id": percent}]
    assert exact == [{"Id": percent}]


@pytest.mark.parametrize(
    ("soql", "code"),
    [
        ("SELECT Id FROM", "MALFORMED_QUERY"),
        ("SELECT Id, FROM Account", "MALFORMED_QUERY"),
        ("SELECT * FROM Account", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE Name = 'a", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE Name = 'a\\q'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE Name='a' AND Fax='b' OR Site='c'", "MALFORMED_QUERY"),
        ("SELECT Name, COUNT(Id) FROM Account", "MALFORMED_QUERY"),
        ("SELECT Nonsense FROM Account", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE Nonsense.Name = 'a'", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE Name = 5", "INVALID_FIELD"),
        ("SELECT Id FROM Opportunity WHERE IsWon = 'true'", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE Description = 'a'", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE CreatedDate > '2026-01-01'", "INVALID_FIELD"),
        ("SELECT Id FROM Nonsense", "INVALID_TYPE"),
        ("SELECT Id, (SELECT Id FROM Nonsense) FROM Account", "INVALID_TYPE"),
        ("SELECT Id, (SELECT Id FROM Opportunity) FROM Account", "INVALID_TYPE"),
        ("SELECT Id, (SELECT Nonsense FROM Opportunities) FROM Account", "INVALID_FIELD"),
        ("SELECT Id, (SELECT Id FROM Opportunities WHERE No = 1) FROM Account", "INVALID_FIELD"),
        ("SELECT Id, (SELECT COUNT(Id) FROM Opportunities) FROM Account", "MALFORMED_QUERY"),
        ("SELECT Id, (SELECT Id FROM Opportunities LIMIT) FROM Account", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE Id = 'nobody'", "INVALID_QUERY_FILTER_OPERATOR"),
        ("SELECT Id FROM Account LIMIT 1 OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE"),
    ],
)
def test_a_wrong_query_is_refused(org: SalesforceOrg, soql: str, code: str) -> None:
    answer = org.query(soql)

    assert refusal(answer) == (400, code)


@pytest.mark.parametrize(
    "where",
    [
        "Id IN (SELECT AccountId FROM Opportunity) OR Name = 'a'",
        "Id IN (SELECT Id FROM Account)",
        "Parent.Id IN (SELECT AccountId FROM Opportunity)",
        "Id IN (SELECT AccountId FROM Opportunity LIMIT 5)",
        "Id IN (SELECT AccountId FROM Opportunity ORDER BY Id)",
        "Id IN (SELECT Account.Id FROM Opportunity)",
        "Id IN (SELECT COUNT(Id) FROM Opportunity)",
        "Id IN (SELECT AccountId FROM Opportunity WHERE AccountId IN (SELECT Id FROM Account))",
    ],
)
def test_semi_joins_have_rules(org: SalesforceOrg, where: str) -> None:
    answer = org.query(f"SELECT Id FROM Account WHERE {where}")

    assert answer.status_code == 400


def test_children_of_children_are_refused(
    org: SalesforceOrg,
    simulator: SalesforceSimulator,  # a real org allows them
) -> None:
    answer = org.query(
        "SELECT Id, (SELECT Id, (SELECT Id FROM Opportunities) FROM ChildAccounts) FROM Account"
    )

    assert refusal(answer) == (400, "MALFORMED_QUERY")


def test_a_wrong_place_is_pointed_at(org: SalesforceOrg) -> None:
    answer = org.query("SELECT Id, Nonsense FROM Account")

    message = answer.json()[0]["message"]
    assert "ERROR at Row:1:Column:12" in message
    assert "No such column 'Nonsense' on entity 'Account'" in message


def test_too_long_queries_and_addresses_are_refused(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    literal = org.query(f"SELECT Id FROM Account WHERE Name = '{'x' * 4001}'")
    address = org.query(f"SELECT Id FROM Account WHERE Name IN ({','.join(['x' * 90] * 200)})")

    assert refusal(literal) == (400, "MALFORMED_QUERY")
    assert address.status_code == 414


def test_dates_compare_with_literals(org: SalesforceOrg) -> None:
    account = org.account()
    soql = f"SELECT Id FROM Account WHERE Id = '{account}' AND CreatedDate"
    stamp = org.get("Account", account, "CreatedDate").json()["CreatedDate"]

    assert org.rows(f"{soql} = LAST_N_DAYS:1") == [{"Id": account}]
    assert org.rows(f"{soql} > 2020-01-01T00:00:00Z") == [{"Id": account}]
    assert org.rows(f"{soql} < LAST_MONTH") == []
    assert stamp.endswith(".000+0000")


def test_nulls_come_first_unless_said_otherwise(org: SalesforceOrg) -> None:
    name = unique("Nulls")
    low, none, high = (org.account(name, Site=site) for site in ("a", None, "B"))
    soql = f"SELECT Id FROM Account WHERE Name = '{name}' ORDER BY Site"

    def order(ending: str) -> list[str]:
        return [row["Id"] for row in org.rows(f"{soql} {ending}")]

    assert order("") == [none, low, high]
    assert order("DESC") == [none, high, low]
    assert order("DESC NULLS LAST") == [high, low, none]


def test_the_next_page_is_a_path_on_the_instance(
    org: SalesforceOrg, simulator: SalesforceSimulator
) -> None:
    simulator.settings(min_batch_size=1)
    org.account(), org.account()

    page = org.query("SELECT Id FROM Account", batch=1).json()

    assert urlsplit(page["nextRecordsUrl"]).path == page["nextRecordsUrl"]
    assert page["nextRecordsUrl"].startswith(f"{DATA}/query/")
