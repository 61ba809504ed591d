"""What a passing server error took away is sent again, where nothing else could tell."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from pytest_checkout.checks import Held, Judgement
from pytest_checkout.errors import Untried
from pytest_checkout.example import Step, Taken, Trace
from pytest_checkout.exchange import Body, Exchange, Request, Response
from pytest_checkout.search.evidence import MOST_AGAIN, EvidenceStore
from pytest_checkout.search.judge import judge


class NoGround:
    class lag:  # noqa: N801 - it stands for an instance
        seen = False


def answered(*statuses: int) -> Any:
    """A scenario that sends one update each time it is run, and meets these statuses in turn, the last one for good."""
    left: Iterator[int] = itertools.chain(statuses, itertools.repeat(statuses[-1]))
    runs: list[int] = []

    def scenario(_ground: Any) -> Sequence[Trace]:
        runs.append(next(left))
        response = Response(status=runs[-1], body=Body.of(b"{}"), value={})
        exchange = Exchange(request=Request(method="POST", target="/x"), response=response)
        return [Trace(taken=(Taken(step=Step(part="update", body={}), exchange=exchange),))]

    scenario.runs = runs  # type: ignore[attr-defined]
    return scenario


def refused(trace: Trace) -> Iterator[Judgement]:
    yield from (Held(index=0) for item in trace.taken if item.exchange.refused)


def store() -> EvidenceStore:
    ground: Any = NoGround()
    return EvidenceStore(ground)


def test_a_scenario_that_met_a_server_error_is_run_again_where_nothing_held() -> None:
    scenario = answered(503, 400)
    assert judge(store(), refused, [scenario]).held == 1
    assert scenario.runs == [503, 400]


def test_it_is_run_again_only_so_often() -> None:
    scenario = answered(503)
    assert judge(store(), refused, [scenario]).held == 0
    assert len(scenario.runs) == 1 + MOST_AGAIN


def test_what_held_elsewhere_or_met_no_server_error_is_not_sent_again() -> None:
    failing, fine = answered(503), answered(400)
    assert judge(store(), refused, [failing, fine]).held == 1
    accepted, not_implemented = answered(200), answered(501)
    assert judge(store(), refused, [accepted]).held == judge(store(), refused, [not_implemented]).held == 0
    assert [len(each.runs) for each in (failing, fine, accepted, not_implemented)] == [1, 1, 1, 1]


def test_a_scenario_that_could_not_be_run_does_not_stop_the_others_from_being_run_again() -> None:
    def barred(_ground: Any) -> Sequence[Trace]:
        raise Untried("there is no session to run it on")

    failing = answered(503, 400)
    assert judge(store(), refused, [barred, failing]).held == 1
    assert failing.runs == [503, 400]
