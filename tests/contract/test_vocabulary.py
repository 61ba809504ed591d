"""Every word is described, explained with an example, and judged where it stands."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from pytest_checkout.contract.grammar import GRAMMAR, parts
from pytest_checkout.contract.node import Library
from pytest_checkout.contract.vocabulary import check_words, vocabulary, words
from pytest_checkout.errors import ContractError

ROOT = Path(__file__).parents[2]
SPEED = (ROOT / "contracts" / "speed.yaml").read_text("utf-8")
PAGE = (ROOT / "docs" / "contracts.md").read_text("utf-8")
SECTIONS = {
    match[1]: match[2] for match in re.finditer(r"^### `([^`]+)`\n(.*?)(?=^### |\Z)", PAGE, re.MULTILINE | re.DOTALL)
}
KINDS = {kind.strip("[{}]") for below in GRAMMAR.values() for kind in below.values()} | {"document"}


def test_the_vocabulary_is_a_json_schema() -> None:
    Draft202012Validator.check_schema(vocabulary())


def test_the_page_explains_the_words_in_the_order_of_the_schema() -> None:
    assert list(SECTIONS) == list(words())


@pytest.mark.parametrize("word", words())
def test_the_page_says_of_a_word_what_the_schema_says(word: str) -> None:
    assert words()[word]["description"] in SECTIONS[word]
    for place in words()[word]["x-checkout-place"]:
        assert place in SECTIONS[word].split(".")[0]


@pytest.mark.parametrize("word", words())
def test_the_example_of_a_word_holds_and_stands_in_the_shipped_contract(word: str) -> None:
    example = re.search(r"```yaml\n(.*?)```", SECTIONS[word], re.DOTALL)
    assert example is not None
    schema = {**words()[word], "$defs": vocabulary()["$defs"]}
    found = [*values_of(word, yaml.safe_load(example[1]))]
    assert found
    for value in found:
        assert Draft202012Validator(schema).is_valid(value)
    if word in SPEED:
        assert stripped(example[1]) in stripped(SPEED)


@pytest.mark.parametrize("word", words())
def test_a_word_stands_on_a_kind_of_object_that_documents_have(word: str) -> None:
    assert set(words()[word]["x-checkout-place"]) <= KINDS


@pytest.mark.parametrize("word", words())
def test_a_word_is_refused_on_every_other_kind_of_object(word: str, tmp_path: Path) -> None:
    example = re.search(r"```yaml\n(.*?)```", SECTIONS[word], re.DOTALL)
    assert example is not None
    value = next(values_of(word, yaml.safe_load(example[1])))
    for kind, document in one_of_each(word, value).items():
        path = tmp_path / "words.yaml"
        path.write_text(yaml.safe_dump(document))
        root = Library(path).root
        if kind in words()[word]["x-checkout-place"]:
            check_words(root, [*parts(root)])
        else:
            with pytest.raises(ContractError, match=f"{word} says nothing here"):
                check_words(root, [*parts(root)])


def values_of(word: str, value: Any) -> Any:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == word:
                yield inner
            yield from values_of(word, inner)


def stripped(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines())


def one_of_each(word: str, value: Any) -> dict[str, Any]:
    """Documents that hold the word on an object of each kind."""
    said = {word: value}
    return {
        "document": said,
        "components": {"components": said},
        "path item": {"paths": {"/a": said}},
        "operation": {"paths": {"/a": {"get": said}}},
        "parameter": {"paths": {"/a": {"parameters": [said]}}},
        "request body": {"components": {"requestBodies": {"A": said}}},
        "response": {"paths": {"/a": {"get": {"responses": {"200": said}}}}},
        "media type": {"components": {"responses": {"A": {"content": {"application/json": said}}}}},
        "header": {"components": {"headers": {"A": said}}},
        "link": {"components": {"links": {"A": said}}},
        "example": {"components": {"examples": {"A": said}}},
        "security scheme": {"components": {"securitySchemes": {"A": said}}},
        "schema": {"components": {"schemas": {"A": {"properties": {"a": {"items": said}}}}}},
        "something else": {"info": said},
    }
