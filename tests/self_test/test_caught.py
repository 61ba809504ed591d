"""Which rules are caught, told from literal outcomes."""

from pathlib import Path

from pytest_checkout import load_contract
from pytest_checkout.claims import claims
from pytest_checkout.mock import Fault
from pytest_checkout.options import AREAS
from pytest_checkout.self_test.caught import Row, lines, others, rules
from pytest_checkout.self_test.proof import Outcome, complaints

SPEED = load_contract("speed")
ACME = load_contract(str(Path(__file__).parents[1] / "contracts" / "acme.yaml"))


def fault(name: str, *breaks: str, also: tuple[str, ...] = ()) -> Fault:
    return Fault(name=name, breaks=breaks or (name.partition("/")[0],), also=also, summary="It is wrong.")


def the_rule(name: str, faults: list[Fault], reported: dict[str, list[str]], contract=SPEED) -> Row:
    known = tuple(claims(contract, AREAS).values())
    return next(row for row in rules(contract, known, faults, reported) if row.name == name)


def test_a_rule_is_caught_when_each_of_its_faults_is_reported() -> None:
    faults = [fault("input.type[title]/numbers_taken"), fault("input.type[title]/lists_taken")]
    row = the_rule("type[title]", faults, {each.name: ["input.type[title]"] for each in faults})
    assert (row.verdict, row.words) == ("caught", "2 of 2 faults caught")


def test_a_rule_is_not_caught_when_one_of_its_faults_is_reported_as_something_else() -> None:
    faults = [fault("input.type[title]/numbers_taken"), fault("input.type[title]/lists_taken")]
    reported = {faults[0].name: ["input.type[title]"], faults[1].name: ["update.stores[title]"]}
    row = the_rule("type[title]", faults, reported)
    assert row.verdict == "NOT CAUGHT"
    assert row.words == "1 of 2 faults caught; missed: input.type[title]/lists_taken"


def test_a_rule_without_a_fault_says_so() -> None:
    row = the_rule("type[title]", [fault("input.type[description]/numbers_taken")], {})
    assert (row.verdict, row.words) == ("no fault", "the mock has no fault that breaks it")


def test_a_rule_whose_faults_were_deselected_was_not_run() -> None:
    row = the_rule("type[title]", [fault("input.type[title]/numbers_taken")], {})
    assert (row.verdict, row.words) == ("not run", "its faults were not run")


def test_a_behaviour_that_is_not_split_by_field_speaks_of_every_rule_of_its_kind() -> None:
    faults = [fault("success.exclusive/ignored")]
    row = the_rule("exclusive[thanks_url+thanks_video]", faults, {faults[0].name: ["success.exclusive"]}, ACME)
    assert row.verdict == "caught"


def test_behaviours_of_a_rule_are_not_among_the_others() -> None:
    known = tuple(claims(SPEED, AREAS).values())
    names = [row.name for row in others(SPEED, known, [], {})]
    assert "update.isolated" in names
    assert not {"success.exclusive", "input.type[title]", "version.unknown"} & set(names)


def test_behaviours_that_only_observe_have_no_row() -> None:
    known = tuple(claims(SPEED, AREAS).values())
    assert "success.clears" not in [row.name for row in others(SPEED, known, [], {})]


def test_of_the_other_behaviours_those_that_stand_out_are_listed() -> None:
    caught = Row(name="update.isolated", caught=("update.isolated/a",))
    missed = Row(name="update.empty", missed=("update.empty/a",))
    said = list(lines([caught], [caught, missed, Row(name="method.allow"), Row(name="auth.scheme", not_run=("a",))]))
    assert said == [
        "rules of the contract",
        "  caught      update.isolated  1 of 1 faults caught",
        "",
        "behaviours beyond them: 1 of 4 caught",
        "  NOT CAUGHT  update.empty  0 of 1 faults caught; missed: update.empty/a",
        "  no fault    method.allow  the mock has no fault that breaks it",
    ]


def test_a_rule_of_which_no_behaviour_speaks_says_so() -> None:
    assert Row(name="a", judged=False).words == "no behaviour of the suite speaks of it"


def test_what_is_reported_as_declared_is_no_complaint() -> None:
    planted = fault("update.stores[title]/cut", also=("update.exact[*]",))
    assert complaints(planted, Outcome(broken=("update.stores[title]", "update.exact[title]"))) == []


def test_a_break_that_is_not_declared_is_a_complaint() -> None:
    planted = fault("update.stores[title]/cut", also=("update.exact[title]",))
    outcome = Outcome(broken=("update.stores[title]", "update.exact[description]"))
    assert complaints(planted, outcome) == ["reported, and not declared: update.exact[description]"]


def test_a_declared_break_that_is_not_reported_is_a_complaint() -> None:
    planted = fault("update.stores[title]/cut", "update.stores[title]", "update.answers[title]")
    assert complaints(planted, Outcome(broken=("update.stores[title]",))) == ["not reported: update.answers[title]"]


def test_a_mock_that_could_not_be_judged_is_a_complaint() -> None:
    assert complaints(fault("a.b/c"), Outcome(problem="no session")) == ["nothing was judged: no session"]
