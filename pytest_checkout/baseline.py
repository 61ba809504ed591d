"""Breaks that are known: a file of behaviours that may be broken for a while, each with its reason.

A listed break does not turn a run red. One that was mended, or whose time is over, does, so that the file stays true.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pytest_checkout.errors import UsageProblem
from pytest_checkout.report.writers import check_folder, write_parts
from pytest_checkout.verdict import Verdict

_KEYS = ("behaviour", "reason", "link", "expires")
_UNEXPLAINED = "not explained yet"
_WANTED = "wanted a list of entries, each with 'behaviour' and 'reason', and if need be 'link' and 'expires'"


@dataclass(frozen=True, kw_only=True)
class Known:
    """One known break; ``expires`` is the last day on which it is expected, ``line`` where it stands in the file."""

    behaviour: str
    reason: str
    link: str = ""
    expires: dt.date | None = None
    line: int = 0

    @property
    def said(self) -> str:
        """The reason with its link and date."""
        until = f"until {self.expires.isoformat()}" if self.expires is not None else ""
        about = ", ".join(part for part in (self.link, until) if part)
        return f"{self.reason} ({about})" if about else self.reason


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """The known breaks of one file, by behaviour. With ``updating`` the file is about to be written anew."""

    path: str
    known: Mapping[str, Known]
    today: dt.date
    updating: bool = False

    def weigh(self, verdict: Verdict) -> Verdict:
        """A verdict in the light of what is known: a listed break is expected, a stale entry turns red."""
        entry = self.known.get(verdict.id)
        expired = entry is not None and entry.expires is not None and entry.expires < self.today
        if verdict.verdict == "broken" and self.updating and not expired:
            return verdict.but(red=False, expected=entry.said if entry is not None else _UNEXPLAINED)
        if entry is None:
            return verdict
        place = f"{self.path}:{entry.line}"
        if verdict.verdict == "held" and not self.updating:
            said = f"mended: {place} lists it as broken; take the entry out, or run with --checkout-baseline-update"
            return verdict.but(red=True, remarks=(*verdict.remarks, said))
        if verdict.verdict != "broken":
            return verdict
        if expired and entry.expires is not None:
            said = f"{place} expected this break until {entry.expires.isoformat()} only: {entry.reason}"
            return verdict.but(remarks=(*verdict.remarks, said))
        return verdict.but(red=False, expected=entry.said)

    def updated(self, verdicts: Iterable[Verdict]) -> tuple[Known, ...]:
        """The entries as they should be after a run: new breaks are added, mended ones go, reasons stay."""
        listed = dict(self.known)
        for verdict in verdicts:
            if verdict.verdict == "broken":
                listed.setdefault(verdict.id, Known(behaviour=verdict.id, reason=_UNEXPLAINED))
            elif verdict.verdict == "held":
                listed.pop(verdict.id, None)
        return tuple(listed.values())

    def as_dict(self) -> dict[str, Any]:
        """The baseline as data that pytest-xdist can send."""
        plain = [
            {**vars(entry), "expires": entry.expires.isoformat() if entry.expires is not None else None}
            for entry in self.known.values()
        ]
        return {"path": self.path, "known": plain, "today": self.today.isoformat(), "updating": self.updating}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Baseline:
        """The reverse of :meth:`as_dict`."""
        entries = [
            Known(**{**each, "expires": dt.date.fromisoformat(each["expires"]) if each["expires"] else None})
            for each in plain["known"]
        ]
        return cls(
            path=plain["path"],
            known={entry.behaviour: entry for entry in entries},
            today=dt.date.fromisoformat(plain["today"]),
            updating=plain["updating"],
        )


def load_baseline(path: Path, *, behaviours: Collection[str], updating: bool = False) -> Baseline:
    """Read a baseline.

    Args:
        path: the file; with ``updating`` it need not be there yet.
        behaviours: the ids that there are.
        updating: whether the run is to write it anew.

    Raises:
        UsageProblem: the file can't be read or says what no baseline says; the message names file and line.
    """
    today = dt.datetime.now(tz=dt.UTC).date()
    if updating:
        check_folder(path, option="--checkout-baseline=")
    try:
        if path.exists() and not path.is_file():
            # A pipe that nobody writes to would be read for ever.
            raise UsageProblem(f"--checkout-baseline={path}: this is no file")
        if updating and not path.exists():
            return Baseline(path=str(path), known={}, today=today, updating=True)
        root = yaml.compose(path.read_text("utf-8"), Loader=yaml.SafeLoader)
    except OSError as problem:
        raise UsageProblem(
            f"--checkout-baseline={path}: the file can't be read ({problem.strerror or problem})"
        ) from None
    except (yaml.YAMLError, ValueError) as problem:
        mark = getattr(problem, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        said = getattr(problem, "problem", None) or str(problem).splitlines()[0]
        raise UsageProblem(f"{path}:{line}: this is not YAML ({said})") from None
    except RecursionError:
        raise UsageProblem(f"{path}:1: this is nested too deep; {_WANTED}") from None
    known: dict[str, Known] = {}
    for node in _entries(path, root):
        entry = _entry(path, node, behaviours)
        if entry.behaviour in known:
            first = known[entry.behaviour].line
            raise UsageProblem(f"{path}:{entry.line}: {entry.behaviour} is listed in line {first} already")
        known[entry.behaviour] = entry
    return Baseline(path=str(path), known=known, today=today, updating=updating)


def write_baseline(path: Path, entries: Iterable[Known]) -> None:
    """Write a baseline whole or not at all.

    Raises:
        ReportProblem: it could not be written; the file that was there is untouched.
    """
    plain = [
        {
            "behaviour": entry.behaviour,
            "reason": entry.reason,
            **({"link": entry.link} if entry.link else {}),
            **({"expires": entry.expires} if entry.expires is not None else {}),
        }
        for entry in entries
    ]
    text = "# Behaviours that are known to be broken: see --checkout-baseline.\n"
    text += yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=120)
    write_parts(path, [text], what="baseline")


def _entries(path: Path, root: yaml.Node | None) -> list[yaml.Node]:
    if root is None:
        return []
    if not isinstance(root, yaml.SequenceNode):
        raise UsageProblem(f"{path}:{root.start_mark.line + 1}: {_WANTED}")
    return list(root.value)


def _entry(path: Path, node: yaml.Node, behaviours: Collection[str]) -> Known:
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.MappingNode):
        raise UsageProblem(f"{path}:{line}: {_WANTED}")
    said: dict[str, str] = {}
    for key, value in node.value:
        here = key.start_mark.line + 1
        if key.value not in _KEYS:
            named = repr(key.value) if isinstance(key, yaml.ScalarNode) else "key that is no text"
            raise UsageProblem(f"{path}:{here}: an entry has no {named}; it has {', '.join(_KEYS)}")
        if not isinstance(value, yaml.ScalarNode) or not value.value.strip():
            raise UsageProblem(f"{path}:{here}: {key.value!r} is no text")
        if key.value in said:
            raise UsageProblem(f"{path}:{here}: {key.value!r} comes twice in one entry")
        said[key.value] = value.value.strip()
    for name in ("behaviour", "reason"):
        if name not in said:
            raise UsageProblem(f"{path}:{line}: the entry has no {name!r}; {_WANTED}")
    if said["behaviour"] not in behaviours:
        near = difflib.get_close_matches(said["behaviour"], list(behaviours), n=3, cutoff=0.5)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        raise UsageProblem(f"{path}:{line}: there is no behaviour {said['behaviour']!r}.{hint}")
    return Known(
        behaviour=said["behaviour"],
        reason=said["reason"],
        link=said.get("link", ""),
        expires=_date(path, line, said.get("expires")),
        line=line,
    )


def _date(path: Path, line: int, text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageProblem(f"{path}:{line}: {text!r} is no date; wanted one like 2026-12-31") from None
