"""Area *metadata*: pairs that are added, changed and kept."""

import pytest

from pytest_checkout import checks
from pytest_checkout.contract.model import Field
from pytest_checkout.errors import Inapplicable
from pytest_checkout.judging import Judge
from pytest_checkout.scenarios import inputs, metadata, updates

MERGED = (metadata.merged, metadata.cased, updates.repeated, updates.drawn)
SHOWN = (*MERGED, metadata.others, updates.values)


def _field(checkout_judge: Judge) -> Field:
    fields = checkout_judge.contract.of_kind("metadata")
    if not fields:
        raise Inapplicable("the contract has no metadata field")
    return fields[0]


@pytest.mark.checkout(level="must")
def test_adds(checkout_judge: Judge) -> None:
    """A key that the session did not have is added.

    Sent: keys that the session does not have, one and several, over several updates.

    Wanted: the retrieve shows them with their values.
    """
    checkout_judge(
        checks.pairs_shown(checkout_judge.contract, _field(checkout_judge), new=True), *SHOWN, needs_reading=True
    )


@pytest.mark.checkout(level="must")
def test_changes(checkout_judge: Judge) -> None:
    """The value of a key that the session has is changed.

    Sent: other values for keys that the session has.

    Wanted: the retrieve shows the new values.
    """
    checkout_judge(
        checks.pairs_shown(checkout_judge.contract, _field(checkout_judge), new=False), *SHOWN, needs_reading=True
    )


@pytest.mark.checkout(level="must")
def test_keeps(checkout_judge: Judge) -> None:
    """Keys that are not sent are kept; where the contract says that metadata is replaced, they are gone.

    Sent: updates of some keys between two readings, one of them behind an update that was refused.

    Wanted: keys that were not sent are kept, or gone where the contract says that metadata is replaced.
    """
    check = checks.pairs_kept(checkout_judge.contract, _field(checkout_judge))
    checkout_judge(check, *MERGED, inputs.half_applied, needs_reading=True)


@pytest.mark.checkout(level="must")
def test_case(checkout_judge: Judge) -> None:
    """Keys that differ in letter case are different keys.

    Sent: keys that differ in letter case only, together and one after the other.

    Wanted: each has its own value.
    """
    _field(checkout_judge)
    checkout_judge(checks.cased_apart(checkout_judge.contract), metadata.cased, needs_reading=True)


@pytest.mark.checkout(level="should")
def test_exact(checkout_judge: Judge) -> None:
    """Keys and values beyond the plainest are kept exactly or refused.

    Sent: keys and values with spaces, dots, dollar signs, prototype names, other scripts, numbers and literals
    as text, nested values, empty keys.

    Wanted: kept exactly in answer and retrieve, or refused with 4xx.

    Granted: numbers compare as numbers; an empty value may unset the pair.
    """
    checkout_judge(checks.exact(checkout_judge.contract, _field(checkout_judge)), metadata.others)


@pytest.mark.checkout(level="should", rule="metadata_type")
def test_types(checkout_judge: Judge) -> None:
    """What is no object is refused.

    Sent: text, numbers, booleans and non-empty arrays in place of the object.

    Wanted: 4xx.

    Granted: null and an empty array are observed.
    """
    field = _field(checkout_judge)
    checkout_judge(checks.refuses(checkout_judge.contract, "metadata.types", fields=[field.name]), metadata.untyped)


@pytest.mark.checkout(level="should")
def test_empty(checkout_judge: Judge) -> None:
    """An empty object changes nothing.

    Sent: an empty object.

    Wanted: the pairs as they were.
    """
    field = _field(checkout_judge)
    if not field.merges:
        raise Inapplicable("metadata is replaced, so an empty object empties it")
    checkout_judge(checks.empty_keeps(checkout_judge.contract, field), metadata.emptied, needs_reading=True)


@pytest.mark.checkout(level="observe")
def test_limits(checkout_judge: Judge) -> None:
    """How many pairs and characters are taken.

    Sent: ever more pairs and ever longer keys and values.

    Wanted: nothing: what the API takes is put down.
    """
    _field(checkout_judge)
    checkout_judge.observed(checks.seen_statuses(checkout_judge.traces(metadata.limits)))


@pytest.mark.checkout(level="observe")
def test_deletes(checkout_judge: Judge) -> None:
    """How a pair is deleted, and what null does.

    Sent: null and the empty text for a key, and null for the field.

    Wanted: nothing: what the API does is put down.
    """
    _field(checkout_judge)
    checkout_judge.observed(checks.seen_statuses(checkout_judge.traces(metadata.unset)))
