"""Reports as files: the suffix names the format."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from pytest_checkout.errors import ReportProblem, UsageProblem
from pytest_checkout.report import har
from pytest_checkout.report.json_report import json_report
from pytest_checkout.report.markdown import markdown_report
from pytest_checkout.report.sarif import sarif_report
from pytest_checkout.verdict import RunSummary, Verdict

Writer: TypeAlias = Callable[[RunSummary, Sequence[Verdict]], str]


def _as_json(summary: RunSummary, verdicts: Sequence[Verdict]) -> str:
    # ASCII alone: marks that turn the direction of writing stay escapes in whatever shows the file.
    return json.dumps(json_report(summary, verdicts), indent=2, allow_nan=False) + "\n"


def _as_html(summary: RunSummary, verdicts: Sequence[Verdict]) -> str:
    from pytest_checkout.report.html import html_report

    return html_report(summary, verdicts)


def _as_sarif(summary: RunSummary, verdicts: Sequence[Verdict]) -> str:
    return json.dumps(sarif_report(summary, verdicts), indent=2, allow_nan=False) + "\n"


def _as_badge(summary: RunSummary, verdicts: Sequence[Verdict]) -> str:
    from pytest_checkout.report.badge import badge

    return badge(summary, verdicts)


#: A report's suffix and what writes it; another format is another line here.
WRITERS: Mapping[str, Writer] = MappingProxyType(
    {".json": _as_json, ".html": _as_html, ".md": markdown_report, ".sarif": _as_sarif, ".svg": _as_badge}
)


def check_writable(path: Path, *, option: str = "--checkout-report=") -> None:
    """Find out before the run whether a report can be written, so that no verdict is lost to a typing error.

    Args:
        path: where the report is to be; a file that is there will be replaced.
        option: what the path was given with, as errors name it.

    Raises:
        UsageProblem: the suffix is unknown, the folder is missing, or nothing can be written there.
    """
    known = (*WRITERS, har.SUFFIX)
    if path.suffix.lower() not in known:
        named = f"the suffix {path.suffix!r}" if path.suffix else "no suffix"
        raise UsageProblem(f"{option}{path}: {named} names no format; known are {', '.join(known)}")
    check_folder(path, option=option)


def check_folder(path: Path, *, option: str) -> None:
    """Find out before the run whether a file can be written where it is to be.

    Raises:
        UsageProblem: the folder is missing, or nothing can be written there.
    """
    try:
        _check_place(path, option=option)
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or problem
        raise UsageProblem(f"{option}{str(path)!r}: that is no path of a file ({why})") from None


def _check_place(path: Path, *, option: str) -> None:
    # What is behind a link is written, and the file beside it that takes its place.
    place = Path(os.path.realpath(path))
    if place.is_dir():
        raise UsageProblem(f"{option}{path}: this is a directory; name a file in it")
    if place.exists() and not place.is_file():
        raise UsageProblem(f"{option}{path}: this is no file but a device or the like, which a report would replace")
    folder = place.parent
    if not folder.is_dir():
        what = "is no directory" if folder.exists() else "does not exist"
        raise UsageProblem(f"{option}{path}: {folder} {what}; make it first")
    try:
        # A full disk still makes files, and takes nothing into them.
        with tempfile.NamedTemporaryFile(dir=folder, prefix=f".{place.name}.") as file:
            file.write(b" " * 4096)
    except OSError as problem:
        why = problem.strerror or problem
        raise UsageProblem(f"{option}{path}: nothing can be written in {folder} ({why})") from None


def write(path: Path, summary: RunSummary, verdicts: Sequence[Verdict]) -> None:
    """Write a report whole or not at all: into a file beside its place, which then takes that place.

    Args:
        path: where the report is to be.
        summary: what is said of the whole run.
        verdicts: in the order of collection.

    Raises:
        ReportProblem: it could not be written; a report that was there before is untouched.
    """
    write_parts(path, [WRITERS[path.suffix.lower()](summary, verdicts)])


def write_parts(path: Path, parts: Iterable[str], *, what: str = "report") -> None:
    """Write a text that is made part by part, whole or not at all.

    Args:
        path: where the text is to be.
        parts: the text.
        what: what the file is, as errors name it.

    Raises:
        ReportProblem: it could not be written; a file that was there before is untouched.
    """
    # A link stays a link, to the new file.
    place = Path(os.path.realpath(path))
    temporary = place.with_name(f".{place.name}.{os.getpid()}.part")
    try:
        with temporary.open("w", encoding="utf-8") as file:
            file.writelines(parts)
        temporary.replace(place)
    except (OSError, UnicodeError) as problem:
        why = getattr(problem, "strerror", None) or problem
        raise ReportProblem(f"the {what} {path} could not be written: {why}") from problem
    finally:
        with suppress(OSError):
            temporary.unlink()
