"""Area *input*: what is no value of a field, and what is no body."""

import pytest

from pytest_checkout import checks
from pytest_checkout.contract.model import Field
from pytest_checkout.judging import Judge
from pytest_checkout.scenarios import inputs


@pytest.mark.checkout(level="must", per="typed field", rule="type")
def test_type(checkout_judge: Judge, field: Field) -> None:
    """A value of another JSON type is refused in this field.

    Sent: numbers, booleans, arrays and objects in place of the field's text, alone and beside other fields.

    Wanted: 4xx.

    Granted: null is observed.
    """
    # An image field needs no control of its own kind: other text fields in the same trace show what is accepted.
    fields = () if field.kind == "image" else (field.name,)
    checkout_judge(
        checks.refuses(checkout_judge.contract, f"input.type[{field.name}]", fields=fields),
        inputs.typed,
        inputs.half_applied,
    )


@pytest.mark.checkout(level="should", per="url field", rule="url")
def test_url(checkout_judge: Judge, field: Field) -> None:
    """What is no absolute http(s) URL is refused in this field.

    Sent: relative references, no scheme, no host, spaces inside, other schemes.

    Wanted: 4xx.

    Granted: non-ASCII URLs and http are a matter of update.exact.
    """
    check = checks.refuses(checkout_judge.contract, f"input.url[{field.name}]", fields=(field.name,))
    checkout_judge(check, inputs.unaddressed)


@pytest.mark.checkout(level="should")
def test_json(checkout_judge: Judge) -> None:
    """Malformed JSON, and JSON that is no object, is refused.

    Sent: malformed JSON, and JSON that is no object.

    Wanted: 4xx.

    Granted: any 4xx.
    """
    checkout_judge(checks.claimed("input.json"), inputs.malformed)


@pytest.mark.checkout(level="should")
def test_robust(checkout_judge: Judge) -> None:
    """Hostile bodies are never met by a server error.

    Sent: no body, bytes that are not UTF-8, NaN, lone surrogates, NUL, thousands of levels, 100 kB of text,
    huge numbers, JSON under another media type.

    Wanted: anything but a server error.
    """
    for claim, scenario in (("input.robust", inputs.hostile), ("input.json", inputs.malformed)):
        checkout_judge(checks.claimed(claim, good=checks.no_server_error, wanted="an answer below 500"), scenario)
