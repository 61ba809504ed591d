"""The baseline of known breaks, from the first entry to the last."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from counted import ALL

from pytest_checkout.baseline import Baseline, Known, load_baseline, write_baseline
from pytest_checkout.errors import UsageProblem

Run = Callable[..., pytest.RunResult]
FAULT = "update.exact[description]/trimmed"
ID = "update.exact[description]"
ITEM = "checkout::update::test_exact"
KNOWN = f"- behaviour: {ID}\n  reason: the new parser comes in March\n  link: https://tracker.example.com/7\n"


def said(result: pytest.RunResult) -> str:
    return " ".join("\n".join([*result.outlines, *result.errlines]).split())


def verdicts(pytester: pytest.Pytester) -> dict[str, dict[str, object]]:
    return {each["id"]: each for each in json.loads((pytester.path / "r.json").read_text())["behaviours"]}


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_listed_break_is_shown_and_does_not_turn_the_run_red(
    run: Run, pytester: pytest.Pytester, workers: str
) -> None:
    (pytester.path / "known.yaml").write_text(KNOWN)
    options = ("--checkout-baseline=known.yaml", "--checkout-report=r.json", "-n", workers, ITEM)
    result = run(f"--checkout-fault={FAULT}", *options)
    assert result.ret == 0, said(result)
    result.assert_outcomes(xfailed=1, passed=6, deselected=ALL - 7 if workers == "0" else 0)
    assert f"BROKEN {ID} (should, expected)" in said(result)
    assert "the new parser comes in March (https://tracker.example.com/7)" in said(result)
    known = verdicts(pytester)[ID]
    assert (known["verdict"], known["red"]) == ("broken", False)
    assert known["expected"] == "the new parser comes in March (https://tracker.example.com/7)"


def test_another_break_than_the_listed_one_is_red(run: Run, pytester: pytest.Pytester) -> None:
    (pytester.path / "known.yaml").write_text(KNOWN.replace("description", "title"))
    result = run(f"--checkout-fault={FAULT}", "--checkout-baseline=known.yaml", ITEM + "[description]")
    assert result.ret == 1


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_mended_break_is_red_until_it_is_taken_out(run: Run, pytester: pytest.Pytester, workers: str) -> None:
    (pytester.path / "known.yaml").write_text(KNOWN)
    options = ("--checkout-baseline=known.yaml", "-n", workers, ITEM)
    result = run("--checkout-mock", "--checkout-report=r.json", *options)
    assert result.ret == 1
    assert f"STALE {ID} mended: known.yaml:1 lists it as broken" in said(result)
    assert verdicts(pytester)[ID]["verdict"] == "held"


def test_an_expired_entry_no_longer_covers_its_break(run: Run, pytester: pytest.Pytester) -> None:
    (pytester.path / "known.yaml").write_text(KNOWN + "  expires: 2026-01-31\n")
    result = run(f"--checkout-fault={FAULT}", "--checkout-baseline=known.yaml", ITEM)
    assert result.ret == 1
    assert "known.yaml:1 expected this break until 2026-01-31 only: the new parser comes in March" in said(result)


def test_what_was_not_run_is_never_stale(run: Run, pytester: pytest.Pytester) -> None:
    (pytester.path / "known.yaml").write_text(KNOWN)
    assert run("--checkout-mock", "--checkout-baseline=known.yaml", "checkout::success").ret == 0


def test_a_universal_statement_can_be_known(run: Run, pytester: pytest.Pytester) -> None:
    (pytester.path / "known.yaml").write_text("- {behaviour: errors.no_leak, reason: being mended}\n")
    for workers in ("0", "2"):
        options = ("--checkout-baseline=known.yaml", "-n", workers, "checkout::errors", "checkout::input")
        result = run("--checkout-fault=errors.no_leak/python_trace", *options)
        assert "errors.no_leak (must, expected)" in said(result)
        assert result.ret == 0, said(result)


@pytest.mark.parametrize("workers", ["0", "2"])
def test_updating_writes_the_file_and_keeps_its_reasons(run: Run, pytester: pytest.Pytester, workers: str) -> None:
    path = pytester.path / "known.yaml"
    entries = f"{KNOWN}  expires: 2099-01-01\n- {{behaviour: 'update.exact[title]', reason: mended meanwhile}}\n"
    path.write_text(entries + "- {behaviour: auth.required, reason: not run here}\n")
    other = "update.exact[cancel_url]/user_lost"
    result = run(
        f"--checkout-fault={FAULT}",
        f"--checkout-fault={other}",
        "--checkout-baseline=known.yaml",
        "--checkout-baseline-update",
        "-n",
        workers,
        ITEM,
    )
    assert result.ret == 0, said(result)
    assert "was written: 1 added, 1 gone, 3 in all" in said(result)
    ids = {ID, "auth.required", "update.exact[cancel_url]"}
    written = load_baseline(path, behaviours=ids)
    assert set(written.known) == ids
    assert written.known[ID].said == "the new parser comes in March (https://tracker.example.com/7, until 2099-01-01)"
    assert written.known["update.exact[cancel_url]"].reason == "not explained yet"


def test_updating_makes_a_file_that_is_not_there(run: Run) -> None:
    options = ("--checkout-baseline=new.yaml", "--checkout-baseline-update", ITEM)
    assert run(f"--checkout-fault={FAULT}", *options).ret == 0
    assert run(f"--checkout-fault={FAULT}", "--checkout-baseline=new.yaml", ITEM).ret == 0


def test_a_users_own_test_is_not_written_into_the_file(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.checkout("acme.amount")
        def test_amount(checkout_session):
            assert not checkout_session["amount"]
        """
    )
    result = run("--checkout-mock", "--checkout-baseline=new.yaml", "--checkout-baseline-update", ".", ITEM)
    assert result.ret == 1
    assert load_baseline(pytester.path / "new.yaml", behaviours=[]).known == {}


def test_updating_does_not_prolong_an_entry_that_has_expired(run: Run, pytester: pytest.Pytester) -> None:
    path = pytester.path / "known.yaml"
    path.write_text(KNOWN + "  expires: 2026-01-31\n")
    result = run(f"--checkout-fault={FAULT}", "--checkout-baseline=known.yaml", "--checkout-baseline-update", ITEM)
    assert result.ret == 1
    assert "expected this break until 2026-01-31 only" in said(result)
    assert load_baseline(path, behaviours=[ID]).known[ID].expires == dt.date(2026, 1, 31)


def test_a_file_that_can_not_be_written_is_found_before_the_first_request(run_here: Run) -> None:
    result = run_here("--checkout-mock", "--checkout-baseline=missing/known.yaml", "--checkout-baseline-update")
    assert result.ret == 4
    assert "missing does not exist; make it first" in said(result)


BROKEN_FILES = {
    "no file": (None, "the file can't be read"),
    "no YAML": ("- {behaviour: [", "known.yaml:1: this is not YAML"),
    "a mapping": ("behaviour: x\n", "known.yaml:1: wanted a list of entries"),
    "text": ("- text\n", "known.yaml:1: wanted a list of entries"),
    "no reason": (f"- behaviour: {ID}\n", "known.yaml:1: the entry has no 'reason'"),
    "no behaviour": ("- reason: x\n", "known.yaml:1: the entry has no 'behaviour'"),
    "an unknown key": (KNOWN + "  until: 2027-01-01\n", "known.yaml:4: an entry has no 'until'"),
    "an unknown behaviour": (KNOWN.replace("exact", "exakt"), f"Did you mean {ID}"),
    "a coarser one": ("- {behaviour: 'update.*', reason: all}\n", "there is no behaviour 'update.*'"),
    "no date": (KNOWN + "  expires: soon\n", "known.yaml:1: 'soon' is no date"),
    "the same twice": (KNOWN + KNOWN, f"known.yaml:4: {ID} is listed in line 1 already"),
    "an empty reason": (f"- {{behaviour: '{ID}', reason: ''}}\n", "known.yaml:1: 'reason' is no text"),
    "a key twice": (KNOWN + "  reason: other\n", "known.yaml:4: 'reason' comes twice in one entry"),
    "a tag": ("- !!python/object:os.system {}\n", "known.yaml:1: "),
    "a key that is no text": ("- ? [a]\n  : b\n", "known.yaml:1: an entry has no key that is no text"),
    "two documents": (f"{KNOWN}---\n{KNOWN}", "known.yaml:4: this is not YAML"),
    "levels without end": ("[" * 5000, "known.yaml:1: this is nested too deep"),
    "an alias of nothing": ("- *x\n", "known.yaml:1: this is not YAML"),
    "bytes": (b"\xff\xfe\x00", "known.yaml:1: this is not YAML"),
}


@pytest.mark.parametrize("case", BROKEN_FILES)
def test_a_file_that_is_no_baseline_ends_the_run_before_it_starts(
    run_here: Run, pytester: pytest.Pytester, case: str
) -> None:
    content, words = BROKEN_FILES[case]
    if content is not None:
        (pytester.path / "known.yaml").write_bytes(content if isinstance(content, bytes) else content.encode())
    result = run_here("--checkout-mock", "--checkout-baseline=known.yaml")
    assert result.ret == 4
    assert words in said(result)
    assert len([line for line in result.errlines if line.startswith("ERROR")]) == 1
    assert "Traceback" not in said(result)


def test_updating_needs_a_file(run_here: Run) -> None:
    result = run_here("--checkout-mock", "--checkout-baseline-update")
    assert result.ret == 4
    assert "--checkout-baseline-update needs --checkout-baseline=FILE" in said(result)


def test_an_empty_file_is_a_baseline(tmp_path: Path) -> None:
    (tmp_path / "known.yaml").write_text("# nothing is known\n")
    assert load_baseline(tmp_path / "known.yaml", behaviours=[]).known == {}


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "known.yaml"
    entry = Known(
        behaviour=ID, reason="not: a mapping # but text", link="https://x.example/1", expires=dt.date(2027, 1, 2)
    )
    write_baseline(path, [entry])
    read = load_baseline(path, behaviours=[ID]).known[ID]
    assert (read.reason, read.link, read.expires) == (entry.reason, entry.link, entry.expires)


def test_it_travels_to_workers_as_data() -> None:
    made = Baseline(
        path="k.yaml",
        known={ID: Known(behaviour=ID, reason="x", expires=dt.date(2027, 1, 2))},
        today=dt.date(2026, 11, 24),
    )
    assert Baseline.from_dict(json.loads(json.dumps(made.as_dict()))) == made


def test_an_unknown_behaviour_is_refused_with_near_ones(tmp_path: Path) -> None:
    (tmp_path / "known.yaml").write_text("- {behaviour: success.exklusive, reason: x}\n")
    with pytest.raises(UsageProblem, match=r"Did you mean success\.exclusive"):
        load_baseline(tmp_path / "known.yaml", behaviours=["success.exclusive", "auth.required"])
