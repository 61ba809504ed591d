"""Area *input*: what is no value of a field, and what is no body."""

import pytest

from pytest_checkout import checks
from pytest_checkout.scenarios import inputs


@pytest.mark.checkout(level="must", per="typed field", rule="type")
def test_type(checkout_judge, field):
    """A value of another JSON type is refused in this field."""
    # An image field needs no control of its own kind: other text fields in the same trace show what is accepted.
    fields = () if field.kind == "image" else (field.name,)
    checkout_judge(checks.refuses(checkout_judge.contract, f"input.type[{field.name}]", fields=fields), inputs.typed)


@pytest.mark.checkout(level="should", per="url field", rule="url")
def test_url(checkout_judge, field):
    """What is no absolute http(s) URL is refused in this field."""
    check = checks.refuses(checkout_judge.contract, f"input.url[{field.name}]", fields=(field.name,))
    checkout_judge(check, inputs.unaddressed)


@pytest.mark.checkout(level="should")
def test_json(checkout_judge):
    """Malformed JSON, and JSON that is no object, is refused."""
    checkout_judge(checks.claimed("input.json"), inputs.malformed)


@pytest.mark.checkout(level="should")
def test_robust(checkout_judge):
    """Hostile bodies are never met by a server error."""
    checkout_judge(checks.claimed("input.robust", good=checks.no_server_error), inputs.hostile)
    checkout_judge(checks.claimed("input.json", good=checks.no_server_error), inputs.malformed)
