"""The HTML page in a real browser: filters, copying, width, colours, and what a screen reader meets."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from test_html import HOSTILE
from verdicts import CUT, SUMMARY, VERDICTS, exchange

from pytest_checkout.latency import Latency
from pytest_checkout.report.html import html_report
from pytest_checkout.verdict import Evidence, RunSummary

HOSTILE_ITEM = exchange("POST", "/x", answer=HOSTILE, purpose=HOSTILE)
EVIDENCE = Evidence(example=(HOSTILE_ITEM,), at=0, wanted=HOSTILE, got=HOSTILE, script=f"#!/bin/sh\n# {HOSTILE}\n")
WHOLE = RunSummary(
    **{
        **vars(SUMMARY),
        "latencies": {"create": Latency.of([0.01, 0.02]), "update": Latency.of([0.3] * 20)},
        "coverage": {"fields": {"title": 3, "logo": 0}, "versions": {}},
    }
)
EVERY = (*VERDICTS, CUT.but(id="update.hostile", evidence=EVIDENCE))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert found, "these tests need Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def address(tmp_path: Path) -> str:
    path = tmp_path / "conformance.html"
    path.write_text(html_report(WHOLE, EVERY), encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("dialog", lambda dialog: said.append(dialog.message))
    opened.goto(address)
    yield opened
    context.close()
    assert said == []


def test_nothing_is_said_on_the_console_and_no_dialog_opens(page: Page) -> None:
    assert page.title().startswith("Checkout conformance: 3 of 5 behaviours are broken")


@pytest.mark.parametrize(("kind", "value"), [("verdict", "broken"), ("level", "observe"), ("area", "auth")])
def test_a_filter_hides_and_shows(page: Page, kind: str, value: str) -> None:
    chosen = page.locator(f'.behaviour[data-{kind}="{value}"]')
    cells = page.locator(f'.cell[data-{kind}="{value}"]')
    others = page.locator(f'article:not([data-{kind}="{value}"])')
    before = others.filter(visible=True).count()
    assert cells.first.is_visible()
    page.locator(f'input[data-filter="{kind}"][value="{value}"]').uncheck()
    assert chosen.filter(visible=True).count() == 0
    assert cells.filter(visible=True).count() == 0
    assert others.filter(visible=True).count() == before
    page.locator(f'input[data-filter="{kind}"][value="{value}"]').check()
    assert cells.first.is_visible()


def test_one_verdict_alone_is_three_clicks_away(page: Page) -> None:
    page.get_by_role("button", name="none: verdict").click()
    assert page.locator("[data-verdict]").filter(visible=True).count() == 0
    assert page.get_by_role("status").text_content() == f"0 of {len(EVERY)} behaviours shown"
    assert not page.get_by_role("heading", name="The evidence").is_visible()
    page.locator('input[data-filter="verdict"][value="broken"]').check()
    assert page.locator(".matrix .cell").filter(visible=True).count() == 3
    assert page.get_by_role("status").text_content() == f"3 of {len(EVERY)} behaviours shown"
    page.get_by_role("button", name="all: verdict").click()
    assert page.locator(".matrix .cell").filter(visible=True).count() == len(EVERY)


def test_facts_can_be_copied(browser: Browser, address: str) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(address)
    page.get_by_role("button", name="copy seed").click()
    page.wait_for_function("document.querySelector('[aria-label=\"copy seed\"]').textContent === 'copied'")
    assert page.evaluate("navigator.clipboard.readText()") == str(SUMMARY.seed)
    context.close()


def test_a_cell_leads_to_its_behaviour_and_unfolds_it(page: Page) -> None:
    held = page.locator("tr.behaviour.held").first
    assert not held.is_visible()
    page.locator(".matrix .cell.held").first.click()
    page.wait_for_function("document.querySelector('tr.behaviour.held').checkVisibility()")
    assert held.is_visible()


def test_the_script_is_copied_or_selected_whole(page: Page) -> None:
    article = page.locator("article").first
    article.get_by_text("A script that shows it").click()
    article.locator(".script .copy").click()
    page.wait_for_function("document.querySelector('.script .copy').textContent !== 'copy'")
    said = article.locator(".script .copy").text_content()
    script = CUT.evidence.script if CUT.evidence is not None else ""
    if said == "selected":
        assert page.evaluate("getSelection().toString()").strip() == script.strip()
    else:
        assert said == "copied"


@pytest.mark.parametrize("width", [320, 800, 1400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_every_width(browser: Browser, address: str, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible(browser: Browser, address: str, scheme: str) -> None:
    # The page's own policy lets no other script in; the checker is one.
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in ("serious", "critical")] == []
    context.close()


def test_it_reads_without_its_script(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert page.locator("article").first.is_visible()
    assert not page.locator(".filters").is_visible()
    assert not page.locator(".copy").first.is_visible()
    context.close()


def test_it_prints_without_its_buttons(page: Page) -> None:
    page.emulate_media(media="print")
    assert not page.locator(".filters").is_visible()
    assert not page.locator(".copy").first.is_visible()
    assert page.locator("article").first.is_visible()
