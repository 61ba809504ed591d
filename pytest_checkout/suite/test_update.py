"""Area *update*: what an update accepts, answers, stores, and leaves alone."""

import pytest

from pytest_checkout import checks
from pytest_checkout.contract.model import Field
from pytest_checkout.errors import Inapplicable
from pytest_checkout.example import Update
from pytest_checkout.judging import Judge
from pytest_checkout.scenarios import access, images, inputs, metadata, protocol, success, updates
from pytest_checkout.search.evidence import Scenarios
from pytest_checkout.statements import problems_of

PLAIN = (updates.alone, updates.values, updates.pairs, updates.together, updates.drawn)
BESIDE = (updates.repeated, updates.in_a_row, success.states, images.beside_others)
#: Valid updates that stand among refused ones.
AMONG_REFUSED = (success.excluded, inputs.half_applied)


@pytest.mark.checkout(level="must", per="field")
def test_accepts(checkout_judge: Judge, field: Field) -> None:
    """An update of this field alone is accepted with 200.

    Sent: the field alone, at its plainest values and at telling ones (one character, 255, a text that reads as
    false), on a session where nothing is set and on one where all is.

    Wanted: 200.

    Granted: values beyond the plainest are no matter of this behaviour: see update.exact.
    """
    if field.kind == "image":
        ways = images.ways(checkout_judge.contract, field)
        checkout_judge(checks.takes_small_picture(field), images.AnyCarrier(ways))
    else:
        rows = (metadata.merged,) if field.kind == "metadata" else (updates.in_a_row, updates.repeated)
        checkout_judge(
            checks.accepts(checkout_judge.contract, field), updates.alone, updates.values, *rows, *AMONG_REFUSED
        )


@pytest.mark.checkout(level="must")
def test_combines(checkout_judge: Judge) -> None:
    """Every combination of fields without an excluded pair is accepted with 200.

    Sent: every pair of fields in both orders, all fields together, and drawn combinations, none with an
    excluded pair.

    Wanted: 200 where each field is accepted alone.

    Granted: pictures count only by a carrier that is accepted alone.
    """
    checkout_judge(
        checks.accepts_together(checkout_judge.contract), *PLAIN, *BESIDE, *AMONG_REFUSED, updates.beside_another
    )


def _showing(checkout_judge: Judge, field: Field) -> Scenarios:
    """The scenarios that show a field at values that were sent."""
    if field.kind != "image":
        rows = (metadata.merged, metadata.others) if field.kind == "metadata" else ()
        return (*PLAIN, *BESIDE, *AMONG_REFUSED, *rows)
    ways = images.ways(checkout_judge.contract, field)
    checks.any_picture_taken(checkout_judge.traces(images.AnyCarrier(ways)), field)
    return (*ways, images.beside_others, images.no_pictures)


@pytest.mark.checkout(level="must", per="field")
def test_answers(checkout_judge: Judge, field: Field) -> None:
    """The answer of an update shows this field at its new value.

    Sent: updates of the field alone and beside others, again and again, long after short and short after long.

    Wanted: the answer's JSON holds the field as it was sent; metadata holds the sent pairs.

    Granted: an answer that leaves a field out is judged by the retrieve behind it; a picture may come back as a
    URL of the API's own.
    """
    contract = checkout_judge.contract
    scenarios = _showing(checkout_judge, field)
    checkout_judge(checks.answers(contract, field), *scenarios)


@pytest.mark.checkout(level="must")
def test_answers_session(checkout_judge: Judge) -> None:
    """The answer of an update is the session: its id, its object, as JSON.

    Sent: the same updates, and those with values beyond the plainest, and bodies that no JSON library writes, where
    they are accepted.

    Wanted: a JSON media type, the session's id and constant fields, and what the contract's schema says of a
    session.

    Granted: more fields, new values of enumerations, any JSON spelling.
    """
    contract = checkout_judge.contract
    check = checks.answers_session(contract, lambda value: problems_of(contract.session.schema, value))
    checkout_judge(check, *PLAIN, *BESIDE, *AMONG_REFUSED, updates.others, metadata.others, inputs.hostile)


@pytest.mark.checkout(level="must", per="field")
def test_stores(checkout_judge: Judge, field: Field) -> None:
    """A retrieve within a second shows this field at its new value.

    Sent: a retrieve behind each of those updates.

    Wanted: the field as it was sent, within a second.

    Granted: a picture may be shown as a URL of the API's own.
    """
    contract = checkout_judge.contract
    scenarios = _showing(checkout_judge, field)
    checkout_judge(checks.stores(contract, field), *scenarios, needs_reading=True)


@pytest.mark.checkout(level="should")
def test_stores_at_once(checkout_judge: Judge) -> None:
    """A retrieve shows an update at once.

    Sent: a retrieve right behind an update, several times.

    Wanted: the update shows in the first reading.

    Granted: level should: an API that lags by less than a second breaks only this one.
    """
    checkout_judge(checks.stores_at_once(checkout_judge.contract), updates.settled, needs_reading=True)


@pytest.mark.checkout(level="should", per="field")
def test_keeps(checkout_judge: Judge, field: Field) -> None:
    """An update that does not send this field keeps its value.

    Sent: updates of other fields, with a retrieve before and behind.

    Wanted: the field as it was before.

    Granted: of an excluded group, setting one field may clear the others; what moves by itself is left out and
    named.
    """
    scenarios = (*PLAIN, *BESIDE, *AMONG_REFUSED, metadata.merged, metadata.others, updates.others)
    checkout_judge(checks.keeps(checkout_judge.contract, field), *scenarios, needs_reading=True)


@pytest.mark.checkout(level="should")
def test_keeps_others(checkout_judge: Judge) -> None:
    """An update keeps the values of the session's fields that no update sets.

    Sent: plain updates, with a retrieve before and behind.

    Wanted: the fields as they were before, such as the payment methods.

    Granted: what the contract marks as moving; what moves by itself is left out and named.
    """
    scenarios = (*PLAIN, *BESIDE, *AMONG_REFUSED, metadata.merged)
    if not checkout_judge.contract.others:
        raise Inapplicable("an update sets, or is said to leave alone, every field of the contract's session")
    checkout_judge(checks.keeps_others(checkout_judge.contract), *scenarios, needs_reading=True)


@pytest.mark.checkout(level="should", per="fixed field")
def test_fixed(checkout_judge: Judge, field: str) -> None:
    """An update does not change this field, also when its body names it.

    Sent: plain updates, and updates whose body names the field with another value.

    Wanted: the field as it was before, in the answer and in the retrieve.

    Granted: naming it may be ignored or refused with 4xx.
    """
    scenarios = (updates.fixed_named, *PLAIN, *BESIDE, *AMONG_REFUSED, metadata.merged)
    checkout_judge(checks.fixed(field), *scenarios, needs_reading=True)


@pytest.mark.checkout(level="should")
def test_idempotent(checkout_judge: Judge) -> None:
    """The same update twice leaves the session as once did, and is answered with 200 twice.

    Sent: each update twice in a row.

    Wanted: 200 twice, and the same session after both.

    Granted: what the contract marks as moving, such as the time of the last change.
    """
    checkout_judge(checks.idempotent(checkout_judge.contract), updates.repeated, needs_reading=True)


@pytest.mark.checkout(level="should")
def test_last_wins(checkout_judge: Judge) -> None:
    """Of two updates the later one wins.

    Sent: two different updates of a field in a row, in several pairs of values.

    Wanted: the later value in the retrieve.
    """
    checkout_judge(checks.last_wins(checkout_judge.contract), updates.in_a_row, needs_reading=True)


@pytest.mark.checkout(level="should")
def test_isolated(checkout_judge: Judge) -> None:
    """No other session changes by an update.

    Sent: updates of one session between two readings of its neighbours, created before and after it.

    Wanted: the neighbours as they were.

    Granted: what moves by itself.
    """
    checkout_judge(checks.untouched("B"), updates.beside_another, images.beside_others, needs_reading=True)
    for session in ("A", "C"):
        checkout_judge(checks.untouched(session), updates.beside_another, needs_reading=True)
    if checkout_judge.ground.keys.other:
        checkout_judge(checks.untouched("B"), access.other_account, needs_reading=True)


@pytest.mark.checkout(level="should", per="typed field")
def test_exact(checkout_judge: Judge, field: Field) -> None:
    """Text and URLs beyond the plainest are kept exactly or refused.

    Sent: text and URLs with white space at the ends, control characters, markup, escapes, other scripts, emoji,
    combining marks, 256 characters and more; http, ports, user names, IP addresses, non-ASCII URLs.

    Wanted: kept exactly in answer and retrieve, or refused with 4xx.

    Granted: an empty text may also unset the field; a lone surrogate may be replaced.
    """
    if field.kind == "image":
        ways = images.ways(checkout_judge.contract, field)
        checks.any_picture_taken(checkout_judge.traces(images.AnyCarrier(ways)), field)
    sent = images.beside_others if field.kind == "image" else updates.others
    checkout_judge(checks.exact(checkout_judge.contract, field), sent)


@pytest.mark.checkout(level="should")
def test_empty(checkout_judge: Judge) -> None:
    """An update that names no field changes nothing.

    Sent: an object without a field.

    Wanted: 200 or 4xx, and the session as it was before.

    Granted: what the contract marks as moving.
    """
    contract = checkout_judge.contract
    checkout_judge(checks.empty_answered(), updates.nothing)

    def empty(update: Update) -> bool:
        return update.sent == {} and update.step.ordinary

    checkout_judge(
        checks.changes_nothing(contract, when=empty, known=True),
        updates.nothing,
        needs_reading=True,
    )


@pytest.mark.checkout(level="should")
def test_refused_changes_nothing(checkout_judge: Judge) -> None:
    """A refused update changes nothing at all.

    Sent: every refused update of the run that was read before and after.

    Wanted: the session as it was before.

    Granted: what moves by itself is left out and named.
    """

    def refused(update: Update) -> bool:
        return update.exchange.refused and update.step.credentials == "secret" and not update.step.method

    checkout_judge(
        checks.changes_nothing(checkout_judge.contract, when=refused),
        success.excluded,
        inputs.half_applied,
        inputs.typed,
        inputs.unaddressed,
        inputs.malformed,
        metadata.untyped,
        updates.others,
        metadata.others,
        *images.sized(checkout_judge.contract),
        images.no_pictures,
        images.beside_others,
        protocol.unknown,
        needs_reading=True,
    )
