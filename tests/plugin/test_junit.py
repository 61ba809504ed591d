"""pytest's own JUnit file, as GitLab and Jenkins read it."""

import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest

Run = Callable[..., pytest.RunResult]
OWN = """
import pytest

@pytest.mark.checkout("acme.odd")
def test_odd(checkout_session):
    \"\"\"Odd \\x00 \\x1b \\ufffe text.\"\"\"
    pytest.fail("\\x00 \\x1b[31m \\ufffe \\ud800 ]]> <b>", pytrace=False)

@pytest.mark.checkout("acme.later")
@pytest.mark.xfail(reason="comes in March")
def test_later(checkout_session):
    assert not checkout_session["id"]
"""


def test_it_holds_verdicts_and_evidence_and_is_well_formed(run: Run, pytester: pytest.Pytester, report) -> None:
    pytester.makepyfile(OWN)
    options = ("--junitxml=junit.xml", "--checkout-report=report.json", ".", "checkout::success", "checkout::errors")
    result = run("--checkout-fault=success.exclusive/never_refused", *options)
    assert result.ret == 1
    cases = {case.attrib["name"]: case for case in ET.parse(pytester.path / "junit.xml").iter("testcase")}
    broken = cases["test_exclusive"]
    properties = {each.attrib["name"]: each.attrib["value"] for each in broken.iter("property")}
    assert properties["checkout_id"] == "success.exclusive"
    assert properties["checkout_level"] == "must"
    assert properties["checkout_verdict"] == "broken"
    assert "speed.yaml:" in properties["checkout_source"]
    assert properties["checkout_statement"].startswith("Only one of success_message and success_url")
    failure = broken.find("failure")
    assert failure is not None
    assert "#!/bin/sh" in str(failure.text)
    assert "checkout::success::test_exclusive" in str(failure.text)
    assert cases["test_odd"].find("failure") is not None
    assert cases["test_body"].find("failure") is None
    own = {each["id"]: each for each in report()["behaviours"] if each["area"] == "acme"}
    assert (own["acme.odd"]["verdict"], own["acme.odd"]["red"]) == ("broken", True)
    assert (own["acme.later"]["verdict"], own["acme.later"]["expected"]) == ("broken", "comes in March")
