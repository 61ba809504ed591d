"""A contract that can't be used gives one error, which names the line and says what to do."""

import re
import time
from pathlib import Path

import pytest

from pytest_checkout import load_contract
from pytest_checkout.errors import ContractError

GOOD = Path(__file__).with_name("shop.yaml").read_text("utf-8")


def line_of(text: str) -> int:
    """The line of the good contract that holds this text once."""
    found = [number for number, line in enumerate(GOOD.splitlines(), 1) if text in line]
    assert len(found) == 1, (text, found)
    return found[0]


#: An edit of the good contract (old, new), the line wanted, counted in the edited text, and a fragment of the message.
EDITS = {
    # what the file is
    "Swagger 2": ("openapi: 3.1.0", 'swagger: "2.0"', 1, 'got "2.0"'),
    "OpenAPI 3.2": ("openapi: 3.1.0", "openapi: 3.2.0", 1, "Wanted openapi: 3.1.0"),
    "OpenAPI 4": ("openapi: 3.1.0", "openapi: 4.0.0", 1, "no OpenAPI 3.0 or 3.1"),
    "a version that is a number": ("openapi: 3.1.0", "openapi: 3.1", 1, "got 3.1"),
    "no version": ("openapi: 3.1.0", "x-openapi: 3.1.0", 1, "Begin the file with"),
    # YAML
    "an open bracket": ("x-checkout-name: shop", "x-checkout-name: [shop", 5, "not YAML"),
    "a tab": ("info: {", "info:\n\t{", 3, "not YAML"),
    "a wrong indentation": ("      scheme: bearer", "     scheme: bearer", line_of("scheme: bearer"), "not YAML"),
    "a key twice": ("x-checkout-name: shop", "x-checkout-name: shop\nx-checkout-name: shop", 5, "first on line 4"),
    "a key twice in a flow mapping": ("{total: 1}", "{total: 1, total: 2}", line_of("small: {"), '"total"'),
    "a key twice in two spellings": ('"1": [card]', '"1": [card], 1: [cash]', line_of("shows:"), "second time"),
    "a tag that builds": ("value: {total: 1}", "value: !!python/object/apply:os.getcwd []", line_of("small: {"), "tag"),
    "a tag of one's own": ("value: {total: 1}", "value: !money 1", line_of("small: {"), "!money"),
    "a binary": ("value: {total: 1}", "value: !!binary aGk=", line_of("small: {"), "!!binary"),
    "a timestamp by tag": ("value: {total: 1}", "value: !!timestamp 2022-04-15", line_of("small: {"), "!!timestamp"),
    "a set": ("value: {total: 1}", "value: !!set {a}", line_of("small: {"), "!!set"),
    "not a number": ("{total: 1}", "{total: .nan}", line_of("small: {"), ".nan"),
    "infinity": ("{total: 1}", "{total: -.INF}", line_of("small: {"), "finite"),
    "a number that overflows": ("{total: 1}", "{total: 1e999}", line_of("small: {"), "finite"),
    "a number of 5000 digits": (
        "{total: 1}",
        f"{{total: {'9' * 5000}}}",
        line_of("small: {"),
        "no number that can be read",
    ),
    "a list as a key": ("{total: 1}", "{[total]: 1}", line_of("small: {"), "A key is no text"),
    "an unknown alias": ("{total: 1}", "*total", line_of("small: {"), "undefined alias"),
    "an alias into itself": ("value: {total: 1}", "value: &a [*a]", line_of("small: {"), "leads back"),
    "two documents": ("    Page:\n", "---\n    Page:\n", line_of("    Page:"), "not YAML"),
    "a merge of text": ("{total: 1}", "{<<: total}", line_of("small: {"), "<<"),
    # references
    "a $ref to nothing": ("schemas/Change", "schemas/Chnge", line_of("schemas/Change"), "Did you mean Change?"),
    "a $ref over http": (
        '"#/components/schemas/Change"',
        '"http://example.com/a.yaml"',
        line_of("schemas/Change"),
        "network",
    ),
    "a $ref over https": (
        '"#/components/schemas/Change"',
        '"https://example.com/a.yaml#/b"',
        line_of("schemas/Change"),
        "network",
    ),
    "a $ref without scheme": (
        '"#/components/schemas/Change"',
        '"//example.com/a.yaml"',
        line_of("schemas/Change"),
        "network",
    ),
    "a $ref to a file URL": (
        '"#/components/schemas/Change"',
        '"file:///etc/passwd"',
        line_of("schemas/Change"),
        "network",
    ),
    "a $ref to a missing file": ('"#/components/schemas/Change"', "beside.yaml", line_of("schemas/Change"), "no file"),
    "a $ref out of the folder": (
        '"#/components/schemas/Change"',
        "../../x.yaml",
        line_of("schemas/Change"),
        "out of the",
    ),
    "a $ref to an absolute path": (
        '"#/components/schemas/Change"',
        "/etc/hosts",
        line_of("schemas/Change"),
        "out of the",
    ),
    "a $ref to an anchor": ('"#/components/schemas/Change"', '"#Change"', line_of("schemas/Change"), "JSON pointer"),
    "a $ref to itself": (
        "    Line:\n      type: string",
        '    Line:\n      $ref: "#/components/schemas/Line"',
        line_of("    Line:") + 1,
        "back",
    ),
    "a schema in itself": (
        "labels: {type: object,",
        'labels: {additionalProperties: {$ref: "#/components/schemas/Change"}, type: object,',
        line_of("labels:"),
        "back into itself",
    ),
    "a parameter that refers to itself": (
        "      name: Shop-Version\n",
        '      $ref: "#/components/parameters/Version"\n',
        line_of("Shop-Version"),
        "back into itself",
    ),
    "a $ref to another kind": (
        "parameters/Version",
        "schemas/Page",
        line_of("parameters/Version"),
        "Wanted the key name",
    ),
    "a $ref to another kind of body": (
        "      x-checkout-effect: {state: open}\n      requestBody:",
        "      x-checkout-effect: {state: open}\n      requestBody: {$ref: '#/components/schemas/Page'}\n      x-old:",
        line_of("x-checkout-effect") + 1,
        "Wanted the key content",
    ),
    # words
    "an unknown word": (
        "x-checkout-fixed: true}\n        state",
        "x-checkout-frozen: true}\n        state",
        line_of("key: {type"),
        "not known",
    ),
    "a misspelled word": ("x-checkout-merge", "x-checkout-merges", line_of("labels:"), "Did you mean x-checkout-merge"),
    "a misspelled beginning": (
        "x-checkout-merge",
        "x-chekout-merge",
        line_of("labels:"),
        "Did you mean x-checkout-merge",
    ),
    "a word in capitals": ("x-checkout-merge", "X-Checkout-Merge", line_of("labels:"), "Did you mean x-checkout-merge"),
    "a vocabulary of later": ("x-checkout-vocabulary: 1", "x-checkout-vocabulary: 2", 3, "Wanted 1, got 2"),
    "a name with spaces": ("x-checkout-name: shop", "x-checkout-name: My Shop", 4, "pattern"),
    "an unknown part": (
        "x-checkout-operation: create",
        "x-checkout-operation: make",
        line_of("operation: create"),
        '"create"',
    ),
    "a word with a wrong type": (
        "x-checkout-merge: true",
        "x-checkout-merge: often",
        line_of("labels:"),
        "Wanted a boolean",
    ),
    "a word on another object": (
        "      operationId: newPage",
        "      x-checkout-fixed: true",
        line_of("operationId: newPage"),
        "Wanted it on a schema, got an operation",
    ),
    "a word one level too high": (
        "        labels:",
        "        x-checkout-merge: true\n        labels:",
        line_of("labels:"),
        "says nothing here",
    ),
    "a word in an example": (
        "{total: 1}",
        "{total: 1, x-checkout-merge: true}",
        line_of("small: {"),
        "says nothing here",
    ),
    "an effect of nothing": ("{state: open}", "{}", line_of("x-checkout-effect"), "minProperties 1"),
    "an unknown carrier": (
        "carriers: {url: must}",
        "carriers: {post: must}",
        line_of("carriers:"),
        "no key but url, data",
    ),
    "a carrier's level": ("carriers: {url: must}", "carriers: {url: maybe}", line_of("carriers:"), "carriers/url"),
    "an unknown format": ("formats: [png]", "formats: [png, bmp]", line_of("formats:"), '"bmp"'),
    "a missing limit": ("            accept-up-to: 500000\n", "", line_of("x-checkout-image"), "accept-up-to"),
    "limits the wrong way round": (
        "refuse-above: 512000",
        "refuse-above: 400000",
        line_of("refuse-above"),
        "500000 or more",
    ),
    "an image that is a number": (
        "        logo:\n          type: string",
        "        logo:\n          type: number",
        line_of("x-checkout-image"),
        "type string",
    ),
    "a merge of text fields": ("labels: {type: object", "labels: {type: string", line_of("labels:"), "type object"),
    "a key without stars": ("test-********", "test-key", line_of("template:"), "pattern"),
    "a live pattern that does not compile": (
        "live: ^live-",
        "live: '(live'",
        line_of("template:"),
        "regular expression",
    ),
    "a misspelled key kind": (
        "        secret: {",
        "        public: {",
        line_of("        secret: {"),
        "no key but secret, publishable",
    ),
    "shows without a field": ("        field: ways\n", "", line_of("x-checkout-version"), "field"),
    # OpenAPI
    "no info": ('info: {title: Shop, version: "1"}\n', "", 1, "the key info"),
    "no title": ("title: Shop, ", "", 2, "the key title"),
    "no paths": ("paths:\n", "x-paths:\n", 10, "x-checkout-operation says nothing here"),
    "an unknown key of an operation": (
        "      operationId: newPage",
        "      operationID: newPage",
        line_of("operationId: newPage"),
        "operationID",
    ),
    "a response without description": (
        '"201":\n          description: The page.\n',
        '"201":\n',
        line_of('"201"'),
        "description",
    ),
    "the same operationId twice": (
        "operationId: newPage",
        "operationId: changePage",
        line_of("      operationId: changePage"),
        "changePage",
    ),
    "a path parameter that is not described": (
        "{name: page, in: path",
        "{name: pag, in: path",
        line_of("patch:"),
        "page",
    ),
    "parameters that are no list": (
        "    parameters:\n      - {name: page",
        "    parameters: {}\n    x-old:\n      - {name: page",
        line_of("  /pages/{page}:") + 1,
        "Wanted an array",
    ),
    # schemas
    "a pattern that does not compile": (
        'pattern: "^[a-z]+$"',
        'pattern: "^[a-z+$"',
        line_of("pattern:"),
        "regular expression",
    ),
    "an unknown type": ("note: {type: [string, ", "note: {type: [text, ", line_of("note: {type"), ""),
    "a negative length": ("minLength: 1", "minLength: -1", line_of("minLength"), "minimum 0"),
    "required that is no list": (
        "not: {required: [thanks, leave]}",
        "not: {required: thanks}",
        line_of("not: {"),
        "an array",
    ),
    "a dynamic reference": (
        "leave: {type: string, format: uri}",
        'leave: {$dynamicRef: "#x"}',
        line_of("leave: {"),
        "$dynamicRef",
    ),
    # what the contract claims
    "no update": ("      x-checkout-operation: update\n", "", line_of("paths:"), "Add `x-checkout-operation: update`"),
    "two updates": (
        "x-checkout-operation: create",
        "x-checkout-operation: update",
        line_of("operation: update"),
        "second operation",
    ),
    "an example of the update": (
        "note: {value: {note: Order 8}}",
        "note: {value: {note: 8}}",
        line_of("note: {value"),
        "Wanted a string, got 8",
    ),
    "an example of the create": ("{total: 1}", "{total: much}", line_of("small: {"), 'Wanted a number, got "much"'),
    "an example without a required key": ("{total: 1}", "{tota: 1}", line_of("small: {"), "the key total"),
    "an example with the excluded pair": (
        "{note: Order 8}",
        '{thanks: a, leave: "https://example.com"}',
        line_of("note: {value"),
        "nothing that is",
    ),
    "a rule about a field that is not there": (
        "[thanks, leave]",
        "[thanks, leaf]",
        line_of("not: {"),
        "Did you mean leave?",
    ),
    "a rule about one field": ("[thanks, leave]", "[thanks]", line_of("not: {"), "two fields"),
    "a version field that is not there": ("field: ways", "field: way", line_of("field: ways"), "Did you mean ways?"),
    "a version that is not in the enum": ('{"1": [card]}', '{"3": [card]}', line_of("shows:"), '"3"'),
    "versions without an enum": (', enum: ["1", "2"]', "", line_of("x-checkout-version"), "an enum of texts"),
    "versions that are numbers": ('enum: ["1", "2"]', "enum: [1, 2]", line_of("x-checkout-version"), "[1, 2]"),
    "a version in the query": ("in: header", "in: query", line_of("x-checkout-version"), "in: query"),
    "an effect on a field that is not there": (
        "{state: open}",
        "{stat: open}",
        line_of("x-checkout-effect"),
        "Did you mean state?",
    ),
    "an effect that the field can't have": (
        "{state: open}",
        "{state: 1}",
        line_of("x-checkout-effect"),
        "Wanted a string",
    ),
    "a link to no operation": (
        "operationId: changePage, parameters",
        "operationId: changPage, parameters",
        line_of("change: {"),
        "Did you mean changePage",
    ),
    "a link with an unknown parameter": (
        "parameters: {page: $r",
        "parameters: {pag: $r",
        line_of("change: {"),
        "Did you mean page?",
    ),
    "an id field that is not there": (
        "$response.body#/key",
        "$response.body#/kei",
        line_of("change: {"),
        "Did you mean key?",
    ),
    "no id field": (
        "            change: {operationId: changePage, parameters: {page: $response.body#/key}}",
        "            change: {operationId: changePage}",
        line_of("    Page:"),
        '"id"',
    ),
    "an unknown security scheme": ("security: [{token: []}]", "security: [{tokn: []}]", 5, "Did you mean token?"),
    "a key in the query": (
        "      type: http\n      scheme: bearer\n",
        "      type: apiKey\n      in: query\n      name: key\n",
        5,
        "apiKey in a header",
    ),
    "a create operation on one session": (
        "  /pages:\n    post:",
        "  /pages/{page}/new:\n    parameters: [{$ref: '#/paths/~1pages~1{page}/parameters/0'}]\n    post:",
        line_of("    post:") + 1,
        "without parameters",
    ),
    "no fields": (
        '{$ref: "#/components/schemas/Change"}\n            examples',
        "{type: object, description: Free}\n            examples",
        line_of("schemas/Change"),
        "takes no fields",
    ),
    "no body": (
        "      requestBody:\n        content:\n          application/json:\n            schema: {$ref",
        "      requestBody:\n        content:\n          text/plain:\n            schema: {$ref",
        line_of("    patch:"),
        "no body",
    ),
}


def edited(old: str, new: str) -> str:
    assert GOOD.count(old) >= 1, old
    return GOOD.replace(old, new, 1)


def refusal(path: Path) -> str:
    with pytest.raises(ContractError) as caught:
        load_contract(path)
    return str(caught.value)


def test_the_good_contract_is_good(tmp_path: Path) -> None:
    path = tmp_path / "good.yaml"
    path.write_text(GOOD)
    assert load_contract(path).name == "shop"


@pytest.mark.parametrize("case", EDITS)
def test_names_the_line_and_what_is_wrong(case: str, tmp_path: Path) -> None:
    old, new, line, fragment = EDITS[case]
    path = tmp_path / "contracts" / "bad.yaml"
    path.parent.mkdir()
    path.write_text(edited(old, new))
    message = refusal(path)
    assert re.match(rf"{re.escape(str(path))}:{line}: [A-Zxo$`\"]", message), message
    assert fragment in message
    assert len(message.removeprefix(str(path))) < 500
    assert "\n" not in message


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefghijk", "bcdefghijkl", strict=True)
)
REFERENCES = "".join(
    f"    S{n}: {{allOf: [{{$ref: '#/components/schemas/S{n + 1}'}}, {{$ref: '#/components/schemas/S{n + 1}'}}]}}\n"
    for n in range(24)
)

#: The bytes of a file, the line wanted, and a fragment of the message.
FILES = {
    "an empty file": (b"", 1, "empty"),
    "a comment alone": (b"# nothing\n", 1, "empty"),
    "text": (b"hello", 1, "no OpenAPI document"),
    "a list": (b"- openapi: 3.1.0\n", 1, "no OpenAPI document"),
    "a key alone": (b"openapi:\n", 1, "got none"),
    "Latin-1": ("openapi: 3.1.0\ninfo: {title: Caf\u00e9}\n".encode("latin-1"), 2, "0xe9"),
    "UTF-16": ("openapi: 3.1.0\n".encode("utf-16"), 1, "not UTF-8"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0", 1, "not UTF-8"),
    "a control character": (b"openapi: 3.1.0\ninfo: \x07\n", 2, "not YAML"),
    "an escape sequence in a key": (b'openapi: 3.1.0\n"x-checkout-\\e[31m": 1\n', 1, ""),
    "an alias bomb": (BOMB.encode(), 1, "aliases"),
    "a bomb that merges": (b"a: &a {x: 1}\n" + b"b: {<<: [" + b", ".join([b"*a"] * 300_000) + b"]}\n", 1, "too large"),
    "brackets without end": (b"[" * 100_000, 1, "nested too deep"),
    "mappings without end": (b"{a: " * 100_000, 1, "nested too deep"),
    "deep lists": (b"a: " + b"[" * 3000 + b"]" * 3000, 1, "nested too deep"),
    "50 MB": (b"openapi: 3.1.0\n" + b"#" * 50_000_000, 1, "at most 5,000,000 bytes"),
    "references that double": (
        GOOD.replace("    Page:\n", REFERENCES + "    S24: {}\n    Page:\n")
        .replace("note: {type: [string", 'many: {$ref: "#/components/schemas/S0"}\n        note: {type: [string')
        .encode(),
        0,
        "too large",
    ),
    "a chain of references": (
        GOOD.replace(
            "    Page:\n",
            "".join(f'    C{n}: {{items: {{$ref: "#/components/schemas/C{n + 1}"}}}}\n' for n in range(150))
            + "    C150: {}\n    Page:\n",
        )
        .replace("note: {type: [string", 'many: {$ref: "#/components/schemas/C0"}\n        note: {type: [string')
        .encode(),
        0,
        "too deep",
    ),
}


@pytest.mark.parametrize("case", FILES)
def test_refuses_a_file_that_is_no_contract_quickly(case: str, tmp_path: Path) -> None:
    data, line, fragment = FILES[case]
    path = tmp_path / "bad.yaml"
    path.write_bytes(data)
    began = time.process_time()
    message = refusal(path)
    assert time.process_time() - began < 3
    assert message.startswith(f"{path}:{line or ''}")
    assert fragment in message
    assert len(message) < 500
    assert message.isprintable()


def test_says_so_where_there_is_no_file(tmp_path: Path) -> None:
    assert "There is no such file" in refusal(tmp_path / "missing.yaml")
    assert "This is no file" in refusal(tmp_path)


def test_refuses_an_unending_device() -> None:
    assert "This is no file" in refusal(Path("/dev/zero"))


def test_an_error_in_a_file_beside_names_that_file(tmp_path: Path) -> None:
    (tmp_path / "lines.yaml").write_text("Text:\n  type: string\n  x-checkout-acept: {}\n")
    path = tmp_path / "main.yaml"
    path.write_text(GOOD.replace('note: {$ref: "#/components/schemas/Line"}', "note: {$ref: 'lines.yaml#/Text'}"))
    assert refusal(path).startswith(f"{tmp_path / 'lines.yaml'}:3: ")


def test_a_value_of_megabytes_is_cut_in_the_message(tmp_path: Path) -> None:
    path = tmp_path / "long.yaml"
    path.write_text(GOOD.replace("{total: 1}", f"{{total: {'x' * 2_000_000}}}"))
    assert len(refusal(path)) < 500
