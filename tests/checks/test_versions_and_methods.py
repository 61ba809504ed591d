"""Versions, methods that the contract does not name, and answers that it does not describe."""

from dataclasses import replace
from typing import Any

import pytest
from traces import LATER, SPEED, created, judged, made, read, said, sent, taken, wrong

from pytest_checkout import checks
from pytest_checkout.checks import Held, Unjudged
from pytest_checkout.exchange import LARGE, Body

OLD, NEW = "2022-04-15", "2022-10-15"
UNNAMED = {"claim": "method.unnamed", "method": "DELETE"}
ALLOW = made(checks.names_allowed, SPEED)


@pytest.mark.parametrize(
    ("good", "right", "bad"),
    [
        (checks.refused_or_redirected, (300, 404, 499), (0, 200, 299, 500, 501)),
        (checks.no_server_error, (100, 200, 404, 499), (0, 500, 501)),
        (checks.method_refused, (300, 405, 499, 501), (0, 200, 299, 500, 502)),
    ],
)
def test_which_statuses_are_right_answers(good: Any, right: tuple[int, ...], bad: tuple[int, ...]) -> None:
    assert all(good(sent({}, status).exchange) for status in right)
    assert not any(good(sent({}, status).exchange) for status in bad)


def _refused(allow: str | None, *, status: int = 405, **step: Any) -> Any:
    replied = () if allow is None else (("Allow", allow),)
    return sent({}, status, replied=replied, **{**UNNAMED, **step})


@pytest.mark.parametrize("allow", ["GET, POST", "post,get", " POST , GET , HEAD"])
def test_405_names_the_methods_that_are_allowed(allow: str) -> None:
    assert judged(ALLOW, read({}), _refused(allow)) == [Held(index=1)]


@pytest.mark.parametrize(
    ("allow", "got"), [(None, "no Allow"), ("", "Allow: "), ("GET", "Allow: GET"), ("POST GET", "Allow: POST GET")]
)
def test_405_without_all_of_them_is_found(allow: str | None, got: str) -> None:
    finding = wrong(1, "405 without the methods that are allowed", "Allow: GET, POST", f"405 with {got}")
    assert judged(ALLOW, read({}), _refused(allow)) == [finding]


def test_another_status_needs_no_allow() -> None:
    assert said(ALLOW, _refused(None, status=404), _refused(None, status=501)) == ["held", "held"]


def test_requests_of_other_claims_methods_that_few_servers_know_and_lost_answers_say_nothing_of_allow() -> None:
    other = _refused(None, claim="method.other"), _refused(None, method="BREW"), _refused(None, status=0)
    assert said(ALLOW, *other, _refused("GET, POST", method="PUT")) == ["held"]
    for method in ("PATCH", "POST", "GET"):
        assert said(ALLOW, _refused(None, method=method)) == ["405 without the methods that are allowed"]


def _session(*names: str) -> dict[str, Any]:
    return {"id": "cs_1", "payment_methods": list(names)}


def _made_for(*names: str) -> Any:
    return created(_session(*names), body={"payment_methods": list(names)})


SHOWS_OLD, SHOWS_NEW = made(checks.version_shows, SPEED, OLD), made(checks.version_shows, SPEED, NEW)


def test_a_version_shows_what_it_knows_and_the_session_was_created_for() -> None:
    both = ("lightning", "onchain")
    assert judged(SHOWS_NEW, _made_for(*both), read(_session(*both)), version=NEW) == [Held(index=0), Held(index=1)]
    wanted = f'payment_methods with ["lightning", "onchain"] under {NEW}'
    reason = "does not show what the session was created for"
    for shown, got in (
        ({"payment_methods": ["lightning"]}, '["lightning"]'),
        ({"payment_methods": []}, "[]"),
        ({"payment_methods": None}, "null"),
        ({}, "nothing"),
    ):
        session = {"id": "cs_1", **shown}
        assert judged(SHOWS_NEW, _made_for(*both), read(session), version=NEW)[1:] == [wrong(1, reason, wanted, got)]


def test_a_version_shows_nothing_that_only_another_one_knows() -> None:
    wanted = f'payment_methods of ["lightning"] at the most under {OLD}'
    finding = wrong(0, "shows what the version does not know", wanted, '["lightning", "onchain"]')
    assert judged(SHOWS_OLD, read(_session("lightning", "onchain")), version=OLD) == [finding]


def test_a_name_that_no_version_knows_is_a_compatible_change_of_the_newest_alone() -> None:
    assert said(SHOWS_NEW, read(_session("lightning", "liquid")), version=NEW) == ["held"]
    assert said(SHOWS_OLD, read(_session("liquid")), version=OLD) == ["shows what the version does not know"]


def test_an_api_that_knew_one_thing_only_need_not_list_it() -> None:
    assert said(SHOWS_OLD, _made_for("lightning"), read({"id": "cs_1"}), version=OLD) == ["held", "held"]
    other = read(_session("liquid"))
    assert said(SHOWS_OLD, _made_for("lightning"), other, version=OLD)[1:] == ["shows what the version does not know"]


def test_what_a_session_was_created_for_under_another_version_is_not_wanted() -> None:
    steps = _made_for("lightning", "onchain"), read(_session("lightning"), version=NEW)
    assert said(SHOWS_NEW, *steps, version=OLD) == ["held"]
    assert said(SHOWS_OLD, *steps, read(_session("lightning")), version=OLD)[-1] == "held"
    assert said(SHOWS_NEW, read(_session("lightning")), version=NEW) == ["held"]


def test_only_what_the_version_knows_of_a_sessions_creation_is_wanted() -> None:
    made = created({"id": "cs_1"}, status=400, body={"payment_methods": ["lightning", "onchain"]})
    assert said(SHOWS_OLD, made, read(_session("lightning")), version=OLD) == ["held"]
    assert said(SHOWS_NEW, created({}, body={"amount": 1}), read(_session("onchain")), version=NEW) == ["held"]


def test_answers_under_other_versions_and_those_that_show_no_session_say_nothing_of_a_version() -> None:
    strange = _session("onchain")
    other = (
        read(strange, version=NEW),
        read(strange, status=201),
        read([strange]),
        read({"payment_methods": ["onchain"]}),
    )
    assert said(SHOWS_OLD, *other, read(_session("lightning")), version=OLD) == ["held"]
    assert said(SHOWS_OLD, read(strange), version=None) == []


def test_names_are_strange_to_a_version_that_another_one_knows_however_they_overlap() -> None:
    assert SPEED.versions is not None
    apart = replace(SPEED, versions=replace(SPEED.versions, shows={"1": ("z",), "2": ("b", "c")}))
    check = checks.version_shows(apart, "1")
    steps = read(_session("z", "b")), read(_session("z", "x"))
    assert said(check, *steps, version="1") == ["shows what the version does not know", "held"]


def test_a_version_of_which_the_contract_says_nothing_is_not_judged() -> None:
    assert SPEED.versions is not None
    unjudged = Unjudged(index=0, cause="the contract does not say what this version shows", red=False)
    for changes in ({"shows": {NEW: ("lightning",)}}, {"field": None}):
        silent = replace(SPEED, versions=replace(SPEED.versions, **changes))
        check = checks.version_shows(silent, OLD)
        assert judged(check, read(_session("onchain")), read({}), version=OLD) == [unjudged]
        assert judged(check) == []
    assert judged(checks.version_shows(replace(SPEED, versions=None), OLD), read({})) == [unjudged]


def test_names_that_are_no_text_are_compared_all_the_same() -> None:
    odd = {"id": "cs_1", "payment_methods": [{"name": "lightning"}, ["onchain"], None]}
    assert said(SHOWS_NEW, read(odd), version=NEW) == ["held"]
    assert said(SHOWS_OLD, read(odd), version=OLD) == ["shows what the version does not know"]


def test_a_session_that_was_there_before_was_created_for_nothing_that_is_known() -> None:
    assert said(SHOWS_NEW, created(_session("onchain"), given="cs_1"), version=NEW) == ["held"]
    assert said(SHOWS_NEW, read(_session()), _made_for("onchain"), version=NEW)[1:] == ["held"]


def _objecting(exchange: Any) -> str:
    return exchange.value if isinstance(exchange.value, str) else ""


DESCRIBED = made(checks.described, _objecting, accepted=False)


def test_an_answer_that_the_contract_describes_holds() -> None:
    assert judged(DESCRIBED, read({}), sent({}, answer={}), sent({}, answer=[])) == [Held(index=1), Held(index=2)]


def test_an_objection_to_an_answer_is_said_and_its_values_make_no_other_finding() -> None:
    said_of = 'the "amount" is 12 and not "money"'
    wanted, got = "an answer that the contract describes", f"200 no ({said_of})"
    assert judged(DESCRIBED, sent({}, answer=said_of, text="no")) == [wrong(0, "the … is … and not …", wanted, got)]
    (finding,) = judged(DESCRIBED, sent({}, answer="n" * 400, text="no"))
    assert (finding.reason, finding.got) == ("n" * 80, f"200 no ({'n' * 300})")


def test_only_accepted_answers_are_asked_about_where_refusals_are_another_statement() -> None:
    check = checks.described(_objecting, accepted=True)
    assert said(check, sent({}, 400, answer="bad"), sent({}, 201, answer="worse")) == ["worse"]
    assert said(DESCRIBED, sent({}, 400, answer="bad"), sent({}, 302, answer="worse")) == ["bad", "worse"]


def test_server_errors_lost_answers_and_those_that_ask_to_come_later_need_no_description() -> None:
    later = sent({}, 429, answer="bad"), sent({}, 503, answer="bad", replied=(LATER,))
    assert said(DESCRIBED, sent({}, 500, answer="bad"), sent({}, 0), later, read("bad"), sent({})) == ["held"]


def test_an_answer_that_is_too_large_is_not_judged() -> None:
    large = sent({}, answer="bad")
    response = replace(large.exchange.response, body=Body.of(b"a" * (LARGE + 1)))
    large = replace(large, exchange=replace(large.exchange, response=response))
    unjudged = Unjudged(index=0, cause="the answers are too large to be held whole", red=False)
    assert judged(DESCRIBED, large, sent({})) == [unjudged, Held(index=1)]


def test_a_method_is_judged_by_its_own_answer() -> None:
    assert said(ALLOW, taken("retrieve", 405, **UNNAMED)) == ["405 without the methods that are allowed"]
