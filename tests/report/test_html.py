"""The HTML page: what it says, and that nothing of an answer is more than text in it."""

import dataclasses
import html
import json
import re
from html.parser import HTMLParser

import pytest
from verdicts import CASE, CREATE, CUT, READ, SUMMARY, UPDATE, VERDICTS, exchange, plain

from pytest_checkout.exchange import Body, Exchange
from pytest_checkout.latency import Latency
from pytest_checkout.report.html import html_report
from pytest_checkout.report.html.elements import element, linked
from pytest_checkout.report.html.matrix import anchor
from pytest_checkout.report.html.states import states
from pytest_checkout.verdict import Evidence, RunSummary

HOSTILE = "<script>alert(1)</script></style><img src=x onerror=alert(1)>\u202eabc\x1b[31m'\"&"


class Page(HTMLParser):
    """The page's elements and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_it_is_whole_and_says_the_verdict_in_words() -> None:
    page = Page(html_report(SUMMARY, VERDICTS))
    assert page.open == []
    assert "2 of 4 behaviours are broken (2 must), 1 could not be judged" in page.text
    assert "The run is red: exit status 1." in page.text
    for fact in (SUMMARY.target, SUMMARY.contract, *SUMMARY.versions, str(SUMMARY.seed), "9.8 s", "1,412"):
        assert fact in page.text
    assert SUMMARY.notes[0] in page.text


def test_what_is_copied_of_the_target_is_its_address() -> None:
    page = Page(html_report(RunSummary(**{**vars(SUMMARY), "target": "http://127.0.0.1:1 (the embedded mock)"}), []))
    copied = [
        attributes["data-copy"] for name, attributes in page.elements if name == "button" and "data-copy" in attributes
    ]
    assert copied[0] == "http://127.0.0.1:1"
    assert "(the embedded mock)" in page.text


def test_a_green_run_says_so() -> None:
    held = [each for each in VERDICTS if each.verdict == "held"]
    page = Page(html_report(RunSummary(**{**vars(SUMMARY), "exit_status": 0}), held))
    assert "No behaviour is broken, 2 held" in page.text
    assert "The run is green: exit status 0." in page.text


def test_each_broken_behaviour_is_told_in_a_line_that_leads_to_its_evidence() -> None:
    text = html_report(SUMMARY, [CUT, CASE.but(expected="being mended"), plain("a.b", "held")])
    for each in (CUT, CASE):
        assert f'<a href="#{anchor(each)}">{each.id}</a>' in text
        assert f'<article id="{anchor(each)}"' in text
    assert text.count('<span class="pill known">known</span>') == 2


def test_the_command_that_runs_it_again_is_quoted_for_a_shell() -> None:
    again = "pytest --checkout-mock --checkout-seed=7"
    page = Page(html_report(RunSummary(**{**vars(SUMMARY), "again": again}), [CUT]))
    assert f"{again} '{CUT.node_ids[0]}'" in page.text


def test_every_behaviour_has_a_cell_that_leads_to_it_and_is_named_without_colour() -> None:
    page = Page(html_report(SUMMARY, VERDICTS))
    cells = [attributes for name, attributes in page.elements if name == "a" and "data-verdict" in attributes]
    targets = {attributes.get("id") for _, attributes in page.elements}
    assert sorted(str(cell["title"]) for cell in cells) == sorted(f"{each.id}: {each.verdict}" for each in VERDICTS)
    assert {str(cell["href"]).removeprefix("#") for cell in cells} <= targets


def test_it_loads_nothing_from_anywhere() -> None:
    text = html_report(SUMMARY, VERDICTS)
    page = Page(text)
    assert not [name for name, _ in page.elements if name in ("link", "img", "iframe", "object", "base")]
    assert not [attributes for name, attributes in page.elements if name == "script" and "src" in attributes]
    assert "@import" not in text
    assert "url(" not in text
    policy = next(each["content"] for name, each in page.elements if name == "meta" and "http-equiv" in each)
    assert str(policy).startswith("default-src 'none'")


def test_the_evidence_is_a_sequence_with_what_differs_marked() -> None:
    text = html_report(SUMMARY, [CUT])
    page = Page(text)
    for part in ("wanted", "64 characters kept, 65 cut", "3 of 3", "The nearest that held", *CUT.node_ids):
        assert part in page.text
    assert re.search(r'<li class="here"><p class="line"><strong>retrieve A</strong>', text)
    sent, held = ('"' + "x" * length + '"' for length in (65, 64))
    assert [mark for mark in marks(text) if mark.startswith('"x')] == [sent, held]
    assert "#!/bin/sh" in page.text


def marks(text: str) -> list[str]:
    return [html.unescape(found) for found in re.findall(r"<mark>(.*?)</mark>", text)]


def test_what_an_answer_should_not_hold_is_marked_in_it_and_nothing_else_is() -> None:
    def shown(title: str, modified: int) -> Exchange:
        value = {"id": "1", "title": title, "modified": modified, "url": "https://a.example"}
        return answering(exchange("GET", READ.request.target, role="retrieve"), value)

    example = (CREATE, shown("old", 1), answering(UPDATE, {"id": "1"}), shown("cut", 2))
    evidence = Evidence(example=example, at=3, wanted="title as it was sent", got="cut")
    assert marks(html_report(SUMMARY, [CUT.but(evidence=evidence)])) == ['"cut"']


def test_updates_at_the_same_time_are_one_step_of_the_state() -> None:
    both = [
        exchange("POST", UPDATE.request.target, json.dumps({"title": value}), purpose="parallel 1")
        for value in ("a", "b")
    ]
    example = (answering(CREATE, {"title": None}), *both, answering(READ, {"title": "ab"}))
    found = states(Evidence(example=example, at=3, wanted="title at one of a, b", got="ab"))
    assert (found.before, found.sent, found.after) == ({"title": None}, {"title": ["a", "b"]}, {"title": "ab"})
    assert found.wrong == {"title"}


def test_where_the_status_is_what_is_wrong_no_value_is() -> None:
    example = (answering(CREATE, {"modified": 1}), answering(UPDATE, {"modified": 2, "title": "x" * 65}))
    assert states(Evidence(example=example, at=1, wanted="a refusal with 4xx", got="200")).wrong == frozenset()


@pytest.mark.parametrize("value", [{"$image": 1}, {"$image": {"format": "png"}}, [[[]]], "\ud800", 1e400, None])
def test_any_value_of_an_answer_can_be_shown(value: object) -> None:
    example = (answering(CREATE, {"title": value}), answering(UPDATE, {"title": value}))
    assert html_report(SUMMARY, [CUT.but(evidence=Evidence(example=example, at=1, wanted="title", got="it"))])


def answering(item: Exchange, value: object) -> Exchange:
    assert item.response is not None
    body = Body.of(json.dumps(value).encode())
    return dataclasses.replace(item, response=dataclasses.replace(item.response, value=value, body=body))


def test_the_state_before_and_after_shows_what_was_not_kept() -> None:
    before = exchange("GET", READ.request.target, role="retrieve", answer='{"title":"old","ttl":1}')
    after = exchange("GET", READ.request.target, role="retrieve", answer='{"title":"xxx","ttl":1}')
    states = [
        type(each)(**{**vars(each), "response": type(each.response)(**{**vars(each.response), "value": value})})
        for each, value in ((before, {"title": "old", "ttl": 1}), (after, {"title": "xxx", "ttl": 1}))
    ]
    example = (CREATE, states[0], UPDATE, states[1])
    evidence = Evidence(example=example, at=3, wanted="the title as sent", got="xxx")
    text = html_report(SUMMARY, [CUT.but(evidence=evidence)])
    assert re.search(r'<td><code>"?(&#34;|")old', text)
    assert re.search(r'<td class="differs"><code>(&#34;|")xxx', text)
    assert ">ttl<" not in text


@pytest.mark.parametrize("place", ["reason", "statement", "id", "source", "remarks"])
def test_hostile_text_in_a_verdict_is_inert(place: str) -> None:
    value = (HOSTILE,) if place == "remarks" else HOSTILE
    text = html_report(SUMMARY, [each.but(**{place: value}) for each in VERDICTS])
    inert(text)


def test_hostile_text_in_answers_and_requests_is_inert() -> None:
    item = exchange("POST", f"/{HOSTILE}", json.dumps({"title": HOSTILE}), answer=HOSTILE, purpose=HOSTILE)
    evidence = Evidence(
        example=(item, item), at=1, wanted=HOSTILE, got=HOSTILE, nearest=(item,), boundary=HOSTILE, script=HOSTILE
    )
    inert(html_report(SUMMARY, [CASE.but(evidence=evidence)]))


def inert(text: str) -> None:
    page = Page(text)
    assert [name for name, _ in page.elements].count("script") == 1
    assert not [name for name, _ in page.elements if name == "img"]
    assert not [key for _, attributes in page.elements for key in attributes if key.startswith("on")]
    assert "\u202e" not in text
    assert "\x1b" not in text
    assert "\\u202e" in page.text


def test_a_megabyte_in_an_answer_is_told_by_its_length() -> None:
    item = exchange("POST", "/x", json.dumps({"title": "y" * 1_000_000}), answer='"' + "x" * 1_000_000 + '"')
    evidence = Evidence(example=(item,), at=0, wanted="x" * 1_000_000, got="y" * 1_000_000)
    text = html_report(SUMMARY, [CUT.but(evidence=evidence)])
    assert len(text) < 100_000
    assert "1,000,000 characters" in text


def test_latencies_are_drawn_and_said() -> None:
    summary = RunSummary(**{**vars(SUMMARY), "latencies": {"update": Latency.of([0.002] * 19 + [1.5])}})
    page = Page(html_report(summary, VERDICTS))
    label = next(attributes["aria-label"] for name, attributes in page.elements if name == "svg")
    assert label == "update: half of the answers within 2 ms, 95 % within 2 ms, the slowest after 1.5 s"
    assert [name for name, _ in page.elements].count("rect") == 13


def test_what_was_not_exercised_is_said() -> None:
    summary = RunSummary(**{**vars(SUMMARY), "coverage": {"fields": {"title": 3, "logo": 0}}})
    page = Page(html_report(summary, VERDICTS))
    assert "fields (1 of 2)" in page.text
    assert "logo: not exercised" in page.text


def test_a_run_without_a_verdict_has_a_page() -> None:
    assert "No behaviour was judged" in Page(html_report(SUMMARY, [])).text


def test_attributes_and_links_take_text_only() -> None:
    assert str(element("a", "x", title='"><b>')) == '<a title="&#34;&gt;&lt;b&gt;">x</a>'
    assert str(linked("see https://a.example/x (f.yaml:1)")).count("<a ") == 1
    assert "<a " not in str(linked("javascript:alert(1)"))
