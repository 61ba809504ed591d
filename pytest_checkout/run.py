"""The controller's share of a run: the mock, the image host, the probe before, and the verdicts after."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version as version_of
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pytest_checkout.claims import claims
from pytest_checkout.created import CreatedSession, journalled
from pytest_checkout.credentials import Keys
from pytest_checkout.errors import ReportProblem, SetupProblem, UsageProblem
from pytest_checkout.judging import Claim, universal_verdict
from pytest_checkout.latency import Latency
from pytest_checkout.option_values import refuse_own, shown
from pytest_checkout.options import AREAS, LOOPBACK, Settings
from pytest_checkout.report.har import is_archive
from pytest_checkout.safety import check_keys, check_transport, off_when_live
from pytest_checkout.target import Target
from pytest_checkout.verdict import RunSummary, Verdict

# What collecting needs nothing of is imported where it is used: `pytest --co` is quick.
if TYPE_CHECKING:
    from pytest_checkout.baseline import Baseline
    from pytest_checkout.contract.model import Contract
    from pytest_checkout.exchange import Exchange
    from pytest_checkout.ground import Found
    from pytest_checkout.image_host import ImageHost
    from pytest_checkout.mock import Mock
    from pytest_checkout.witness import Tally


def folder_of_the_run() -> tempfile.TemporaryDirectory[str]:
    """A folder that only its user can read, and that goes with the run.

    Raises:
        UsageProblem: there is none to be had.
    """
    try:
        return tempfile.TemporaryDirectory(prefix="pytest-checkout-", ignore_cleanup_errors=True)
    except OSError as problem:
        why = problem.strerror or problem
        raise UsageProblem(f"The run needs a temporary directory, and can't have one ({why}): set TMPDIR.") from None


class Run:
    """One run on its controller, from the first option to the last report.

    Arguments:
        settings: what was asked for.
        contract: what the API is judged by.
        serves: whether the mock and the image host are started, which a run that only collects does not need.
    """

    def __init__(self, settings: Settings, contract: Contract, *, serves: bool = True) -> None:
        self.settings = settings
        self.contract = contract
        self._serves = serves
        self.found: Found | None = None
        self.baseline = self._baseline()
        self.notes: list[str] = []
        self.claims: dict[str, tuple[Claim, str]] = {}
        self.universal: list[str] = []
        self._mock: Mock | None = None
        self._host: ImageHost | None = None
        self._shared: tempfile.TemporaryDirectory[str] | None = None
        self._recording: tempfile.TemporaryDirectory[str] | None = None
        self._verdicts: dict[str, Verdict] = {}
        self._tallies: dict[str, Tally] = {}
        self._sessions: list[CreatedSession] = []
        self._cleaned: dict[str, bool] = {}
        self._exercised: Counter[tuple[str, str]] = Counter()
        self._elapsed: dict[str, list[float]] = {}
        self.requests = 0
        self.sent_again = 0
        self.again = ""
        #: Why some exchange was not written down, where an archive of all of them was asked for.
        self.unrecorded = ""
        self._started = time.time()
        self._clock = time.perf_counter()
        self.target = self._target()
        self._note_what_stays_off()

    def _baseline(self) -> Baseline | None:
        if self.settings.baseline is None:
            return None
        from pytest_checkout.baseline import load_baseline

        known = {claim.id for claim in claims(self.contract, AREAS).values()}
        return load_baseline(self.settings.baseline, behaviours=known, updating=self.settings.baseline_update)

    def update_baseline(self) -> None:
        """Write the baseline anew, where that was asked for.

        Raises:
            ReportProblem: it could not be written.
        """
        if self.baseline is None or not self.baseline.updating or self.settings.baseline is None:
            return
        from pytest_checkout.baseline import write_baseline

        # A user's own test has pytest's xfail; an entry for it could not be read again.
        entries = self.baseline.updated(each for each in self._verdicts.values() if each.id in self.claims)
        before, after = set(self.baseline.known), {entry.behaviour for entry in entries}
        write_baseline(self.settings.baseline, entries)
        self.notes.append(
            f"the baseline {self.settings.baseline} was written: {len(after - before)} added, {len(before - after)} gone, "
            f"{len(after)} in all"
        )

    def _target(self) -> Target:
        settings = self.settings
        self._check_headers()
        keys = Keys.of(os.environ)
        base_url, setup = settings.base_url, ""
        if settings.mock:
            keys, base_url, setup = self._start_mock()
        elif not keys.secret and self.contract.security is not None:
            raise UsageProblem("CHECKOUT_API_KEY is not set: put the API's secret key into the environment.")
        live = False
        if not settings.mock:
            check_transport(base_url, allow_http=settings.allow_http)
            live = check_keys(self.contract, keys, allow_live=settings.allow_live)
        versions = self.contract.versions
        if settings.api_version is not None and (versions is None or settings.api_version not in versions.names):
            known = ", ".join(versions.names) if versions is not None else "none"
            self.stop()
            raise UsageProblem(
                f"--checkout-api-version: the contract lists no {shown(settings.api_version)}. It lists: {known}."
            )
        if any(map(is_archive, settings.reports)):
            self._recording = folder_of_the_run()
        return replace(
            Target.asked_for(settings, base_url=base_url, keys=keys),
            host_control=self._image_host(),
            setup=setup,
            ends=time.time() + settings.max_time_s if settings.max_time_s is not None else None,
            live=live,
            gentle=live and "image" not in settings.areas,
            recording=self._recording.name if self._recording is not None else "",
            effort=settings.effort,
            sessions=settings.sessions,
        )

    def _start_mock(self) -> tuple[Keys, str, str]:
        """Start the mock: its keys, its address, and the command that starts one like it."""
        settings = self.settings
        keys = Keys(secret="", other="", publishable="")
        if not (self._serves or settings.faults or settings.variants):
            return keys, "the embedded mock", ""
        from pytest_checkout.mock import Mock

        mock = Mock(self.contract, faults=settings.faults, variants=settings.variants)
        if not self._serves:
            return keys, "the embedded mock", ""  # made all the same: a name that is not there is told
        self._mock = mock.start()
        keys = Keys(secret=mock.secret_key, other=mock.other_secret_key, publishable=mock.publishable_key or "")
        return keys, mock.base_url, self._mock_command()

    def _check_headers(self) -> None:
        """Refuse headers that the contract has the run send by itself."""
        parts = (self.contract.security, self.contract.versions)
        own = frozenset(part.header.lower() for part in parts if part is not None)
        for name, _ in self.settings.headers:
            refuse_own(name, own)

    def _note_what_stays_off(self) -> None:
        if not self.target.live or self.settings.areas:
            return
        off = [claim.id for node_id, claim in claims(self.contract, AREAS).items() if off_when_live(node_id, ())]
        self.notes.append(
            f"the keys are live: {len(off)} behaviours stay off unless --checkout-area asks for their areas ({', '.join(off)})"
        )

    def _mock_command(self) -> str:
        words = ["# for the mock, in another terminal: python -m pytest_checkout mock --port 8080"]
        if self.settings.contract != "speed":
            words.append(f"--contract '{self.settings.contract}'")
        words += [f"--fault '{name}'" for name in self.settings.faults]
        words += [f"--variant '{name}'" for name in self.settings.variants]
        return " ".join(words)

    def _image_host(self) -> str:
        if not self._serves or not self.settings.suite or not self.contract.of_kind("image"):
            return ""
        from pytest_checkout.image_host import ImageHost

        try:
            self._host = ImageHost(bind=self.settings.image_bind, public_url=self.settings.image_host)
        except UsageProblem as problem:
            self.stop()
            given = {
                "--checkout-image-bind": self.settings.image_bind != LOOPBACK,
                "--checkout-image-host": self.settings.image_host is not None,
            }
            options = " and ".join(name for name, is_given in given.items() if is_given)
            raise UsageProblem(f"{options}: {problem}" if options else str(problem)) from None
        return self._host.control_url

    def probe(self) -> None:
        """Find out what the run can stand on.

        Raises:
            SetupProblem: what was sent, what came back, what to try.
        """
        from pytest_checkout.bench import Bench
        from pytest_checkout.ground import probe

        bench = Bench(self.contract, self.target, None)
        try:
            self.found = probe(bench.api, version=self.settings.api_version, sessions=self.settings.sessions)
        finally:
            bench.close()
            self.requests += bench.client.requests
            self.sent_again += bench.client.sent_again
            self._sessions += bench.witness.take_sessions()
            self.unrecorded = bench.unrecorded
        self.add_findings(bench.witness.take())
        self.add_figures(bench.witness.take_exercised(), bench.witness.take_elapsed())
        self.notes += self.found.notes
        if self.found.unreadable:
            self.notes.append(f"behaviours that need to read a session are untried: {self.found.unreadable}")

    def claim_all(self) -> None:
        """Know the suite's behaviours where no worker lived to tell them."""
        self.claims = self.claims or {
            claim.id: (claim, node_id) for node_id, claim in claims(self.contract, AREAS).items()
        }

    def take(self, plain: Mapping[str, Any]) -> None:
        """Take in what some process judged, and what it found, sent and created since it last said so."""
        if "verdict" in plain:
            self.add_verdict(plain["verdict"])
        if "findings" in plain:
            self.add_findings(plain["findings"])
            self.requests += plain["requests"]
            self.sent_again += plain["sent_again"]
            self.add_sessions(plain["sessions"])
            self.add_figures(plain["exercised"], plain["elapsed"])
            self.unrecorded = self.unrecorded or plain["unrecorded"]

    def add_sessions(self, plain: Iterable[Mapping[str, Any]]) -> None:
        """Take in the sessions that some process created."""
        self._sessions += [CreatedSession(**each) for each in plain]

    def add_figures(self, exercised: Iterable[Sequence[Any]], elapsed: Mapping[str, Sequence[float]]) -> None:
        """Take in what some process exercised of the contract, and how long its answers took, in seconds."""
        for kind, name, count in exercised:
            self._exercised[kind, name] += count
        for role, seconds in elapsed.items():
            self._elapsed.setdefault(role, []).extend(seconds)

    def clean_up(self) -> None:
        """Deactivate what the run created on an API that outlives it; a second call does nothing."""
        if self._shared is not None:
            self._sessions += journalled(Path(self._shared.name))
        closed = {each.id for each in self._sessions if each.closed}
        unique = {each.id: each for each in self._sessions if each.id not in self._cleaned}
        sessions = [each for id, each in unique.items() if id not in closed]
        self._sessions = []
        if self._mock is not None:
            return
        self._cleaned.update(dict.fromkeys(closed, True))
        if not sessions:
            return
        from pytest_checkout.cleanup import clean_up

        done, problem, requests = clean_up(self.contract, self.target, sessions)
        self.requests += requests
        self._cleaned.update(done)
        if problem:
            left = sum(not each for each in done.values())
            self.notes.append(f"{left} of {len(done)} sessions of the run are left as they are: {problem}")

    def target_of_worker(self, place: int, workers: int) -> Target:
        """The target with a folder in which workers share their evidence; it goes when the run stops.

        Existing sessions are dealt out, as two workers on one session would see each other's updates.
        """
        if self._shared is None:
            self._shared = folder_of_the_run()
        sessions = self.target.sessions[place % workers :: workers]
        return replace(self.target, evidence=self._shared.name, sessions=sessions)

    def write_report(self, path: Path, exit_status: int) -> None:
        """Write one of the reports that were asked for.

        Raises:
            ReportProblem: it could not be written.
        """
        summary = self.summary(exit_status)
        from pytest_checkout.report.writers import write, write_parts

        if not is_archive(path) or self._recording is None:
            write(path, summary, self.verdicts())
            return
        if self.unrecorded:
            raise ReportProblem(
                f"the report {path} could not be written: not every exchange could be written down ({self.unrecorded})"
            )
        from pytest_checkout.recording import recorded
        from pytest_checkout.report.har import har_parts

        url = urlsplit(self.target.base_url)
        exchanges = recorded(Path(self._recording.name))
        write_parts(path, har_parts(summary, exchanges, origin=f"{url.scheme}://{url.netloc}"))

    def stop(self) -> None:
        """Stop the servers that the run started; a second call does nothing."""
        for folder in (self._shared, self._recording):
            if folder is not None:
                folder.cleanup()
        self._shared = self._recording = None
        for server in (self._mock, self._host):
            if server is not None:
                server.stop()
        self._mock = self._host = None

    def add_verdict(self, plain: Mapping[str, Any]) -> None:
        """Take in the verdict of an item; the worst of several for one behaviour stands."""
        from pytest_checkout.report.reading import worst

        verdict = Verdict.from_dict(plain)
        known = self._verdicts.get(verdict.id)
        if known is not None:
            verdict = worst(known, verdict)
        self._verdicts[verdict.id] = verdict

    def add_findings(self, plain: Mapping[str, Mapping[str, Any]]) -> None:
        """Take in what the universal statements found somewhere."""
        for name, figures in plain.items():
            self._tally(name).add(figures)

    def _tally(self, name: str) -> Tally:
        from pytest_checkout.witness import Tally

        return self._tallies.setdefault(name, Tally())

    def contradicted(self) -> set[str]:
        """The universal statements that some exchange has contradicted so far."""
        return {name for name, tally in self._tallies.items() if tally.broken}

    def universal_verdict(self, claim: Claim, node_id: str) -> Verdict:
        """The verdict on a universal statement, from the findings of the whole run so far."""

        def written(example: Sequence[Exchange], wanted: str, got: str) -> str:
            from pytest_checkout.script import script

            return script(example, contract=self.contract, wanted=wanted, got=got, setup=self.target.setup)

        verdict = universal_verdict(claim, self._tally(claim.id), red=self.is_red(claim.level), written=written)
        return verdict.but(node_ids=(node_id,))

    def is_red(self, level: str) -> bool:
        """Whether a break at this level turns the run red."""
        return level == "must" or (level == "should" and self.settings.level == "should")

    def verdicts(self) -> list[Verdict]:
        """All verdicts, in the order of collection; a behaviour that no item judged was not run."""
        ordered = [
            self._verdicts.get(id) or claim.verdict("not run", node_ids=(node_id,))
            for id, (claim, node_id) in self.claims.items()
        ]
        return ordered + [verdict for id, verdict in self._verdicts.items() if id not in self.claims]

    def summary(self, exit_status: int) -> RunSummary:
        """What a report says of the whole run."""
        from pytest_checkout.coverage import coverage

        versions = self.contract.versions
        started = dt.datetime.fromtimestamp(self._started, tz=dt.UTC)
        return RunSummary(
            tool=f"pytest-checkout {version_of('pytest-checkout')}",
            target=f"{self.target.base_url}{' (the embedded mock)' if self._mock is not None else ''}",
            contract=self.contract.name,
            versions=versions.names if versions is not None else (),
            seed=self.settings.seed,
            started=started.isoformat(timespec="seconds"),
            duration_s=round(time.perf_counter() - self._clock, 3),
            requests=self.requests,
            exit_status=exit_status,
            notes=(*self.notes, *self._sent_again()),
            sessions=dict(self._cleaned),
            latencies={
                role: Latency.of(self._elapsed[role]) for role in self.contract.operations if role in self._elapsed
            },
            coverage=coverage(self.contract, self._exercised, self._judged()),
            again=self.again,
        )

    def _judged(self) -> Iterator[tuple[str, Verdict]]:
        """Each verdict with the rule of the contract that its behaviour speaks of."""
        for id, verdict in self._verdicts.items():
            yield self.claims[id][0].rule if id in self.claims else "", verdict

    def _sent_again(self) -> tuple[str, ...]:
        if not self.sent_again:
            return ()
        what = "1 request" if self.sent_again == 1 else f"{self.sent_again} requests"
        return (f"{what} of set-up met a passing fault (5xx, or no answer) and had to be sent again",)


__all__ = ["Run", "SetupProblem"]
