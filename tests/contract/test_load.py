"""An OpenAPI document becomes a contract."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import openapi_spec_validator
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import pytest_checkout
from pytest_checkout import load_contract
from pytest_checkout.contract import load
from pytest_checkout.contract.model import Contract, Place
from pytest_checkout.errors import ContractError

HERE = Path(__file__).parent
ACME = HERE.parent / "contracts" / "acme.yaml"
SHOP = (HERE / "shop.yaml").read_text("utf-8")
SHIPPED = ["speed", str(ACME), str(HERE / "shop.yaml")]


def edited(tmp_path: Path, *edits: tuple[str, str], text: str = SHOP) -> Contract:
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = tmp_path / "edited.yaml"
    path.write_text(text)
    return load_contract(path)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_contract_is_valid_for_openapi_spec_validator_as_it_is(name: str) -> None:
    openapi_spec_validator.validate(load_contract(name).document)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_examples_of_a_shipped_contract_hold(name: str) -> None:
    operations = load_contract(name).operations
    for role in ("create", "update"):
        operation = operations[role]
        assert operation.request_schema is not None
        validator = Draft202012Validator(operation.request_schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
        assert operation.examples
        for example in operation.examples.values():
            validator.validate(example)


def test_the_contract_of_speed_reads_the_same_for_a_tool_of_yaml_1_1() -> None:
    contract = load_contract("speed")
    assert contract.document == yaml.safe_load(contract.path.read_text("utf-8"))


def test_an_unquoted_no_is_text_as_in_yaml_1_2() -> None:
    contract = load_contract(ACME)
    assert contract.document != yaml.safe_load(contract.path.read_text("utf-8"))


@pytest.mark.parametrize("name", SHIPPED)
def test_schemas_refer_to_nothing_outside_themselves(name: str) -> None:
    contract = load_contract(name)
    schemas: list[Any] = [contract.session.schema, *(field.schema for field in contract.fields.values())]
    for operation in contract.operations.values():
        schemas += [operation.request_schema, *operation.responses.values()]
    if contract.error is not None:
        schemas.append(contract.error.schema)
    assert "$ref" not in str(schemas)


def test_reads_the_contract_of_speed() -> None:
    contract = load_contract("speed")
    assert {name: field.kind for name, field in contract.fields.items()} == {
        "description": "text",
        "success_message": "text",
        "success_url": "url",
        "cancel_url": "url",
        "title": "text",
        "title_description": "text",
        "title_image": "image",
        "metadata": "metadata",
    }
    assert contract.fields["metadata"].merges
    assert contract.fields["title"].description == "Heading of the payment page."
    assert contract.exclusive == (frozenset({"success_message", "success_url"}),)
    assert contract.session.id_field == "id"
    assert contract.session.moving == {"ttl", "modified"}
    assert set(contract.session.fixed) >= {"id", "object", "livemode", "url", "amount", "currency", "created", "status"}
    assert contract.error is not None
    assert contract.error.member == "errors"
    assert contract.versions is not None
    assert contract.versions.names == ("2022-04-15", "2022-10-15")
    assert contract.versions.shows["2022-04-15"] == ("lightning",)
    assert contract.security is not None
    assert (contract.security.scheme, contract.security.header) == ("basic", "Authorization")
    assert contract.security.secret.is_live("sk_live_abc")
    assert not contract.security.secret.is_live("sk_test_abc")
    assert contract.update.method == "POST"
    assert contract.update.path_for("cs_test_1") == "/checkout-sessions/cs_test_1"
    assert contract.operations["deactivate"].effect == {"status": "deactivated"}
    assert contract.operations["deactivate"].request_schema is None


def test_reads_the_contract_of_a_provider_that_differs_in_everything() -> None:
    contract = load_contract(str(ACME))
    assert (contract.update.method, contract.update.id_parameter) == ("PATCH", "page")
    assert contract.session.id_field == "reference"
    assert len(contract.exclusive) == 3
    assert contract.fields["labels"].merges is False
    assert contract.fields["logo"].image is not None
    assert contract.fields["logo"].image.refuse_above == 512_000
    assert contract.security is not None
    assert contract.security.scheme == "bearer"
    assert contract.versions is None
    assert contract.error is not None
    assert contract.error.member == "error"
    create = contract.create
    assert create is not None
    assert create.examples["minimal"] == {"total": "12.50", "country": "NO"}


def test_a_rule_knows_its_sentence_level_source_and_place() -> None:
    contract = load_contract("speed")
    rules = {rule.name: rule for rule in contract.rules}
    rule = rules["exclusive[success_message+success_url]"]
    text = contract.path.read_text("utf-8").splitlines()
    assert rule.sentence == "Only one of success_message and success_url may be used in a request."
    assert rule.level == "must"
    assert rule.source == contract.update.source
    assert rule.place.path == contract.path
    assert text[rule.place.line - 1].strip() == "not:"
    assert text[rules["image_size[title_image]"].place.line - 1].strip() == "title_image:"
    assert {rule.level for name, rule in rules.items() if name.startswith("type[")} == {"must"}
    kinds = ("image_content", "url", "metadata_type", "version")
    assert {rule.level for rule in contract.rules if rule.kind in kinds} == {"should"}


def test_rules_of_each_kind_are_there_for_each_field_of_its_kind() -> None:
    contract = load_contract("speed")
    named = {
        kind: [rule.fields[0] for rule in contract.rules if rule.kind == kind] for kind in ("type", "url", "image_size")
    }
    assert named["type"] == [field.name for field in contract.of_kind("text", "url", "image")]
    assert named["url"] == ["success_url", "cancel_url"]
    assert named["image_size"] == ["title_image"]


def test_a_level_of_its_own_and_a_source_of_its_own(tmp_path: Path) -> None:
    contract = edited(
        tmp_path,
        (
            "{required: [thanks, leave]}",
            "{required: [thanks, leave], x-checkout-level: should, externalDocs: {url: 'https://a.example/x'}}",
        ),
        (
            "leave: {type: string",
            "leave: {x-checkout-level: must, externalDocs: {url: 'https://a.example/y'}, type: string",
        ),
        ("carriers: {url: must}", "carriers: {url: should}"),
    )
    rules = {rule.name: rule for rule in contract.rules}
    assert rules["exclusive[thanks+leave]"].level == "should"
    assert rules["exclusive[thanks+leave]"].source == "https://a.example/x"
    assert (rules["url[leave]"].level, rules["url[leave]"].source) == ("must", "https://a.example/y")
    assert rules["image_size[logo]"].level == "should"
    assert rules["type[note]"].level == "must"


def test_a_condition_on_values_is_no_rule_of_exclusion(tmp_path: Path) -> None:
    contract = edited(tmp_path, ("[thanks, leave]", "[thanks, leave], properties: {thanks: {const: no}}"))
    assert contract.exclusive == ()


@pytest.mark.parametrize(
    ("scheme", "wanted"),
    [
        ("type: http\n      scheme: Basic", ("basic", "Authorization")),
        ("type: http\n      scheme: bearer", ("bearer", "Authorization")),
        ("type: apiKey\n      in: header\n      name: X-Key", ("header", "X-Key")),
    ],
)
def test_reads_how_a_key_is_sent(scheme: str, wanted: tuple[str, str], tmp_path: Path) -> None:
    security = edited(tmp_path, ("type: http\n      scheme: bearer", scheme)).security
    assert security is not None
    assert (security.scheme, security.header) == wanted


def test_the_operations_own_security_replaces_the_documents(tmp_path: Path) -> None:
    edits = (("      operationId: changePage\n", "      operationId: changePage\n      security: []\n"),)
    assert edited(tmp_path, *edits).security is None


def test_of_several_alternatives_the_first_that_can_be_used(tmp_path: Path) -> None:
    contract = edited(
        tmp_path,
        ("[{token: []}]", "[{}, {both: [], token: []}, {both: []}, {token: []}]"),
        ("    token:\n", "    both: {type: apiKey, in: cookie, name: a}\n    token:\n"),
    )
    assert contract.security is not None
    assert contract.security.scheme == "bearer"


@pytest.mark.parametrize("status", ["default", '"400"', "4XX"])
def test_finds_the_body_of_a_failure(status: str, tmp_path: Path) -> None:
    error = edited(tmp_path, ("        4XX:", f"        {status}:")).error
    assert error is not None
    assert error.member == "error"


def test_without_links_the_id_is_the_field_whose_template_differs(tmp_path: Path) -> None:
    contract = edited(
        tmp_path,
        (
            "            change: {operationId: changePage, parameters: {page: $response.body#/key}}",
            "            x-a: 1",
        ),
        ("key: {type: string, ", "key: {type: string, pattern: ^a, x-checkout-template: a-****, "),
        ("          links:\n", "          x-links:\n"),
    )
    assert contract.session.id_field == "key"


OLD = (
    ("openapi: 3.1.0", "openapi: 3.0.3"),
    ('note: {type: [string, "null"]}', "note: {type: string, nullable: true, minLength: 2}"),
    (
        "properties: {total: {type: number}}",
        "properties: {total: {type: number, minimum: 0, exclusiveMinimum: true, nullable: true}}",
    ),
)


def test_reads_openapi_3_0_with_the_same_words(tmp_path: Path) -> None:
    contract = edited(tmp_path, *OLD)
    new = load_contract(HERE / "shop.yaml")
    assert [rule.name for rule in contract.rules] == [rule.name for rule in new.rules]
    assert contract.session.fields["note"].schema == {"type": ["string", "null"], "minLength": 2}
    assert contract.create is not None
    assert contract.create.request_schema is not None
    total = contract.create.request_schema["properties"]["total"]
    assert total == {"type": ["number", "null"], "exclusiveMinimum": 0}


@pytest.mark.parametrize("example", ["0", "much"])
def test_the_examples_of_openapi_3_0_are_judged_too(example: str, tmp_path: Path) -> None:
    edited(tmp_path, *OLD, ("{total: 1}", "{total: null}"))
    with pytest.raises(ContractError, match=r"edited.yaml:16: The example contradicts"):
        edited(tmp_path, *OLD, ("{total: 1}", f"{{total: {example}}}"))


@pytest.mark.parametrize(
    ("old", "new", "fragment"),
    [
        ("  description: Refused.", "  descrption: Refused.", "Wanted the key description"),
        ("in: path, required: true", "in: path", "Wanted"),
        ("operationId: newPage", "operationID: newPage", "operationID"),
        ('enum: ["1", "2"]', 'enum: {a: "1"}', "Wanted an array"),
    ],
)
def test_a_defect_of_openapi_3_0_names_its_line(old: str, new: str, fragment: str, tmp_path: Path) -> None:
    line = next(number for number, text in enumerate(SHOP.splitlines(), 1) if old in text)
    with pytest.raises(ContractError) as caught:
        edited(tmp_path, *OLD, (old, new))
    # A key that is missing is missed on the line where the object begins.
    found = int(str(caught.value).split(":")[1])
    assert line - 1 <= found <= line, caught.value
    assert fragment in str(caught.value)


def test_a_recursive_schema_elsewhere_does_no_harm(tmp_path: Path) -> None:
    tree = '{type: object, properties: {inner: {type: array, items: {$ref: "#/components/schemas/Tree"}}}}'
    assert edited(tmp_path, ("    Page:\n", f"    Tree: {tree}\n    Page:\n")).name == "shop"


def test_a_contract_in_several_files(tmp_path: Path) -> None:
    document = yaml.safe_load(SHOP)
    (tmp_path / "parts").mkdir()
    schemas = document["components"].pop("schemas")
    (tmp_path / "parts" / "schemas.yaml").write_text(
        yaml.safe_dump(schemas, sort_keys=False).replace("#/components/schemas/", "#/")
    )
    (tmp_path / "paths.json").write_text(
        yaml.safe_dump(document.pop("paths"), default_flow_style=True, sort_keys=False)
        .replace("#/components/schemas/", "parts/schemas.yaml#/")
        .replace("#/components/parameters", "main.yaml#/components/parameters")
    )
    document["paths"] = {
        path: {"$ref": f"paths.json#/{path.replace('/', '~1')}"} for path in ("/pages", "/pages/{page}")
    }
    main = tmp_path / "main.yaml"
    main.write_text(yaml.safe_dump(document))
    contract, whole = load_contract(main), load_contract(HERE / "shop.yaml")
    assert [rule.name for rule in contract.rules] == [rule.name for rule in whole.rules]
    assert {role: operation.request_schema for role, operation in contract.operations.items()} == {
        role: operation.request_schema for role, operation in whole.operations.items()
    }
    assert contract.rules[0].place.path.name == "schemas.yaml"


@pytest.mark.parametrize(
    "edit",
    [
        ("leave: {", 'leave: {default: {$ref: "http://a.example/x"}, '),
        ("leave: {", 'leave: {default: {$ref: "other:x"}, '),
        ("leave: {", "leave: {$id: 'http://a.example/', "),
        ("leave: {", "leave: {$schema: 'http://a.example/', "),
        ("leave: {", "leave: {$dynamicRef: 'http://a.example/', "),
        ("openapi: 3.1.0", "openapi: 3.1.0\njsonSchemaDialect: http://a.example/"),
        ("{total: 1}", '{total: 1, x: {$ref: "http://a.example/x"}}'),
        ("title: Shop,", 'title: Shop, x-more: {$ref: "http://a.example/x"},'),
        ("leave: {", "leave: {$ref: 'http://a.example/', "),
    ],
)
def test_nothing_is_fetched_from_a_network(
    edit: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr("socket.getaddrinfo", lambda *args, **_: asked.append(args) or [])
    monkeypatch.setattr("socket.socket.connect", lambda *args: asked.append(args))
    with contextlib.suppress(ContractError):
        edited(tmp_path, edit)
    assert not asked


def test_lines_map_pointers_to_places() -> None:
    contract = load_contract(HERE / "shop.yaml")
    text = SHOP.splitlines()
    place = contract.lines["/paths/~1pages~1{page}/patch/operationId"]
    assert isinstance(place, Place)
    assert text[place.line - 1].strip() == "operationId: changePage"


def test_is_loaded_once_until_a_file_of_it_changes(tmp_path: Path) -> None:
    path, beside = tmp_path / "a.yaml", tmp_path / "line.yaml"
    beside.write_text("type: string\n")
    path.write_text(SHOP.replace('note: {$ref: "#/components/schemas/Line"}', "note: {$ref: line.yaml}"))
    first = load_contract(path)
    assert load_contract(path) is first
    beside.write_text("type: string\nminLength: 3\n")
    second = load_contract(path)
    assert second.fields["note"].schema == {"type": "string", "minLength": 3}
    path.write_text(path.read_text().replace("title: Shop", "title: Market"))
    os.utime(path, (1, 1))
    assert load_contract(path).title == "Market"


def test_a_relative_path_is_of_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "shop.yaml").write_text(SHOP.replace("title: Shop", f"title: {name}"))
        monkeypatch.chdir(tmp_path / name)
        assert load_contract("shop.yaml").title == name
        assert load_contract("./shop.yaml").path == Path("shop.yaml")


def test_a_name_is_looked_up_in_the_package_or_where_it_has_none_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = (tmp_path / "package", tmp_path / "beside")
    monkeypatch.setattr(load, "_FOLDERS", folders)
    for folder in reversed(folders):
        folder.mkdir()
        (folder / "shop.yaml").write_text(SHOP)
        assert load_contract("shop").path == folder / "shop.yaml"


def test_an_unknown_name_gets_near_matches() -> None:
    with pytest.raises(ContractError, match=r"\"sped\": No contract has this name. Did you mean speed\?"):
        load_contract("sped")


def test_importing_the_package_imports_nothing_of_weight() -> None:
    program = "import sys, pytest_checkout, pytest_checkout.plugin; print(*sys.modules)"
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    modules = set(out.stdout.split())
    assert "pytest_checkout" in modules
    assert not modules & {"yaml", "jsonschema", "openapi_spec_validator", "hypothesis", "schemathesis", "requests"}


def test_the_package_has_no_other_attribute() -> None:
    with pytest.raises(AttributeError, match="no attribute 'load_contracts'"):
        _ = pytest_checkout.load_contracts  # type: ignore[attr-defined]


LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.sampled_from(
        ["", "x", "object", "{id}", "^(", "#/components/schemas/Page", "http://a.example", "3.0.3", "\u202e", "/"]
    ),
    st.sampled_from([[], {}, [{}], [[]], {"$ref": "#"}, {"$ref": "#/paths"}, {"$ref": 1}, {"": {"": {}}}, {"x": None}]),
)


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(place for key, child in inner for place in places(child, (*at, key)))]


@st.composite
def mutations(draw: st.DrawFn) -> Any:
    document = yaml.safe_load(SHOP)
    for _ in range(draw(st.integers(1, 3))):
        *before, last = draw(st.sampled_from([place for place in places(document) if place]))
        holder = document
        for key in before:
            holder = holder[key]
        how = draw(st.sampled_from(["replace", "remove", "move", "rename"]))
        if how == "replace":
            holder[last] = draw(LEAVES)
        elif how == "move":
            other = document
            for key in draw(st.sampled_from(places(document))):
                other = other[key]
            holder[last] = yaml.safe_load(yaml.safe_dump(other))
        elif how == "rename" and isinstance(holder, dict):
            holder[draw(st.sampled_from(["$ref", "not", "items", "x-checkout-image", "examples", "allOf"]))] = (
                holder.pop(last)
            )
        else:
            del holder[last]
    return document


@given(document=mutations())
@settings(
    max_examples=int(os.environ.get("CHECKOUT_TEST_MUTATIONS", "40")),
    deadline=None,
    database=None,
    derandomize="CHECKOUT_TEST_MUTATIONS" not in os.environ,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_a_mutated_contract_is_a_contract_or_one_error(document: Any, tmp_path: Path) -> None:
    path = tmp_path / "mutated.yaml"
    path.write_text(yaml.safe_dump(document))
    try:
        message = f"{path}:{load_contract(path).update.role}"
    except ContractError as error:
        message = str(error)
    assert message.startswith(f"{path}:")
    assert message.isprintable()
