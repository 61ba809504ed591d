"""Without faults and variants, the mock does over real HTTP what the sheet of its contract says."""

import base64
import http.server
import itertools
import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import battery
import pytest
import requests

from pytest_checkout.contract.model import Contract, Field
from pytest_checkout.mock import Mock


class Client:
    """A client of one mock, on one kept connection."""

    def __init__(self, mock: Mock, key: str | None = None) -> None:
        self.mock, self.contract = mock, mock.contract
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.headers["Authorization"] = battery.Driver(self.contract, None, None).credentials(
            key or mock.secret_key
        )

    def create(self, example: str = "full", **headers: str) -> dict[str, Any]:
        operation = self.contract.operations["create"]
        body = operation.examples[example]
        answer = self.http.post(self.mock.base_url + operation.path, json=body, headers=headers)
        assert answer.status_code in {200, 201}
        value: dict[str, Any] = answer.json()
        return value

    def id(self, example: str = "full") -> str:
        return str(self.create(example)[self.contract.session.id_field])

    def url(self, id: str) -> str:
        return self.mock.base_url + self.contract.update.path_for(id)

    def update(self, id: str, body: Any, **headers: str) -> requests.Response:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **headers}
        return self.http.request(self.contract.update.method.upper(), self.url(id), data=data, headers=headers)

    def shown(self, id: str, **headers: str) -> dict[str, Any]:
        answer = self.http.get(self.url(id), headers=headers)
        assert answer.status_code == 200
        value: dict[str, Any] = answer.json()
        return value

    def still(self, id: str) -> dict[str, Any]:
        moving = self.contract.session.moving
        return {name: value for name, value in self.shown(id).items() if name not in moving}


@pytest.fixture
def client(contract: Contract) -> Iterator[Client]:
    with Mock(contract) as mock:
        yield Client(mock)


@pytest.fixture
def speedy(speed: Contract) -> Iterator[Client]:
    with Mock(speed) as mock:
        yield Client(mock)


@pytest.fixture(scope="module")
def pictures() -> Iterator[str]:
    """An image host: ``/png/70`` is a PNG of 70 bytes, ``/words`` is none."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = self.path.split("/")
            body = battery.picture(parts[1], int(parts[2])) if len(parts) == 3 else b"<html>words</html>"
            self.send_response(404 if parts[1] == "missing" else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def plain(field: Field, turn: int = 0) -> Any:
    return battery.good(field, turn) if field.kind != "image" else battery.data_uri("png", 70 + turn)


def is_refusal(client: Client, answer: requests.Response) -> bool:
    error = client.contract.error
    assert error is not None
    body = answer.json()
    assert answer.headers["Content-Type"] == "application/json"
    inner = body[error.member][0] if isinstance(body[error.member], list) else body[error.member]
    return 400 <= answer.status_code < 500 and all(isinstance(text, str) and text for text in inner.values())


def test_each_field_alone_is_taken_answered_and_stored(client: Client) -> None:
    id = client.id()
    for turn, field in enumerate(client.contract.fields.values()):
        before, value = client.still(id), plain(field, turn)
        answer = client.update(id, {field.name: value})
        assert answer.status_code == 200
        wanted = {**before[field.name], **value} if field.merges else value
        assert answer.json()[field.name] == wanted
        assert client.still(id) == {**before, field.name: wanted}


def test_each_pair_of_fields_that_does_not_exclude_itself_is_taken(client: Client) -> None:
    id = client.id("minimal")
    for one, other in itertools.combinations(client.contract.fields.values(), 2):
        answer = client.update(id, {other.name: plain(other), one.name: plain(one)})
        if client.contract.excluded({one.name, other.name}):
            assert is_refusal(client, answer)
        else:
            assert answer.status_code == 200


def test_what_is_excluded_is_refused_in_each_state_and_changes_nothing(client: Client) -> None:
    for group in client.contract.exclusive:
        fields = [client.contract.fields[name] for name in group]
        body = {field.name: plain(field) for field in fields}
        id = client.id("minimal")
        for field in fields:
            before = client.still(id)
            assert is_refusal(client, client.update(id, body))
            assert is_refusal(client, client.update(id, {**body, "note": "x", "title": "x"}))
            assert client.still(id) == before
            assert client.update(id, {field.name: body[field.name]}).status_code == 200


def test_fixed_fields_stay_when_the_body_names_them(client: Client) -> None:
    id = client.id()
    before = client.still(id)
    assert client.update(id, dict.fromkeys(client.contract.session.fixed, "named")).status_code == 200
    assert client.still(id) == before


@pytest.mark.parametrize(
    "text", [" outer ", "two\r\nlines", "e\u0301", "\U0001f600", "<b>&amp;</b>", "x" * 100_000, "\ud800"]
)
def test_unusual_text_is_kept_exactly(client: Client, text: str) -> None:
    id = client.id()
    field = client.contract.of_kind("text")[0].name
    assert client.update(id, {field: text}).json()[field] == text
    assert client.shown(id)[field] == text


def test_metadata_merges_or_is_replaced_as_the_contract_says(client: Client) -> None:
    field = client.contract.of_kind("metadata")[0]
    id = client.id("minimal")
    client.update(id, {field.name: {"Key": "1", "key": "2"}})
    client.update(id, {field.name: {"KEY": "3", "key": "4"}})
    kept = {"Key": "1"} if field.merges else {}
    assert client.shown(id)[field.name] == {**kept, "KEY": "3", "key": "4"}


@pytest.mark.parametrize(
    "pairs", [{"a.b": "c"}, {"__proto__": "x"}, {"": "x"}, {"d": "007", "t": "true"}, {"n": {"a": [1, 2.5, False]}}]
)
def test_unusual_pairs_are_kept_exactly(client: Client, pairs: dict[str, Any]) -> None:
    field = client.contract.of_kind("metadata")[0].name
    id = client.id("minimal")
    client.update(id, {field: pairs})
    assert client.shown(id)[field] == pairs


@pytest.mark.parametrize("value", [5, 0, True, False, ["a"], {"a": 1}, None])
def test_a_value_of_another_type_is_refused(client: Client, value: Any) -> None:
    id = client.id()
    for field in client.contract.of_kind("text", "url", "image"):
        assert is_refusal(client, client.update(id, {field.name: value}))
    if not isinstance(value, dict):
        for field in client.contract.of_kind("metadata"):
            assert is_refusal(client, client.update(id, {field.name: value}))


@pytest.mark.parametrize(
    "text",
    [
        "/a",
        "//host/a",
        "www.example.com",
        "https://",
        "https:///a",
        "https://a.example/b c",
        " https://a.example",
        "https://a.example\n",
        "javascript:alert(1)",
        "data:text/plain,x",
        "file:///a",
        "ftp://a.example",
        "https://:80/",
        "https://user@/",
        "words",
        "",
    ],
)
def test_what_is_no_absolute_http_url_is_refused(client: Client, text: str) -> None:
    id = client.id()
    for field in client.contract.of_kind("url"):
        assert is_refusal(client, client.update(id, {field.name: text}))


@pytest.mark.parametrize("carrier", ["url", "data"])
def test_images_are_taken_up_to_the_limit_and_refused_above(client: Client, pictures: str, carrier: str) -> None:
    field = client.contract.of_kind("image")[0]
    assert field.image is not None
    id = client.id()
    for format in field.image.formats:
        for size, taken in ((70, True), (field.image.accept_up_to, True), (field.image.refuse_above + 1, False)):
            text = f"{pictures}/{format}/{size}" if carrier == "url" else battery.data_uri(format, size)
            answer = client.update(id, {field.name: text})
            assert answer.status_code == 200 if taken else is_refusal(client, answer)
            assert not taken or client.shown(id)[field.name] == text


def test_what_is_no_image_is_refused(client: Client, pictures: str) -> None:
    field = client.contract.of_kind("image")[0].name
    id = client.id()
    for text in (
        *battery.NO_IMAGES,
        f"{pictures}/words",
        f"{pictures}/missing/70",
        "http://127.0.0.1:9/x.png",
        "http://[::/x",
    ):
        assert is_refusal(client, client.update(id, {field: text}))


def test_unknown_ids_near_misses_and_hostile_text_name_no_session(client: Client) -> None:
    id, text = client.id(), client.contract.of_kind("text")[0].name
    before = client.still(id)
    for change in battery.IDS[:-1]:
        if change(id) != id:
            target = client.contract.update.path_for(change(id))
            assert (
                raw(client, client.contract.update.method.upper(), target, json.dumps({text: "x"}).encode())[0] == 404
            )
    assert client.still(id) == before


def test_an_id_may_be_percent_encoded(client: Client) -> None:
    id = client.id()
    assert raw(client, "GET", client.contract.update.path_for(battery.IDS[-1](id)))[0] == 200


def raw(client: Client, method: str, target: str, body: bytes = b"") -> tuple[int, bytes]:
    """Send a target as it is, which the usual libraries don't."""
    port = int(client.mock.base_url.rpartition(":")[2])
    head = f"{method} {target} HTTP/1.1\r\nHost: x\r\nAuthorization: {client.http.headers['Authorization']}\r\n"
    head += f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return told(port, head.encode("latin-1") + body)


def told(port: int, sent: bytes) -> tuple[int, bytes]:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as wire:
        wire.sendall(sent)
        parts = []
        while part := wire.recv(65536):
            parts.append(part)
    answer = b"".join(parts)
    return int(answer.split(b" ", 2)[1]), answer


def test_another_account_reaches_nothing(client: Client) -> None:
    id, text = client.id(), client.contract.of_kind("text")[0].name
    other = Client(client.mock, client.mock.other_secret_key)
    assert other.id() != id
    assert other.update(id, {text: "foreign"}).status_code == 404
    assert other.http.get(client.url(id)).status_code == 404
    assert client.shown(id)[text] != "foreign"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: None,
        lambda _: "",
        lambda key: key[:-1],
        lambda key: key.swapcase(),
        lambda key: f"{key}x",
        lambda key: key[:10],
        lambda _: "wrong",
    ],
)
def test_a_key_that_is_not_the_real_one_is_401_and_changes_nothing(client: Client, spoil: Any) -> None:
    id, text = client.id(), client.contract.of_kind("text")[0].name
    before, key = client.still(id), spoil(client.mock.secret_key)
    headers = {} if key is None else {"Authorization": battery.Driver(client.contract, None, None).credentials(key)}
    for url in (client.url(id), client.url(f"{id}x"), f"{client.mock.base_url}/elsewhere"):
        answer = requests.request(client.contract.update.method, url, json={text: "x"}, headers=headers, timeout=9)
        assert answer.status_code == 401
    assert client.still(id) == before


@pytest.mark.parametrize(
    "header", ["Basic", "Bearer", "Basic !!", "Bearer wrong", "Digest a=b", "", "Foo bar", "Basic AAAA", "Basic \xff"]
)
def test_malformed_credentials_are_401(client: Client, header: str) -> None:
    answer = requests.get(client.url(client.id()), headers={"Authorization": header.encode("latin-1")}, timeout=9)
    assert answer.status_code == 401
    assert is_refusal(client, answer)


def test_the_scheme_is_matched_without_regard_to_case(client: Client) -> None:
    id, scheme = client.id(), str(client.http.headers["Authorization"]).partition(" ")
    headers = {"Authorization": f"{scheme[0].lower()} {scheme[2]}"}
    assert requests.get(client.url(id), headers=headers, timeout=9).status_code == 200


def test_a_publishable_key_may_not_update(speedy: Client) -> None:
    id = speedy.id()
    published = Client(speedy.mock, speedy.mock.publishable_key)
    assert published.update(id, {"title": "published"}).status_code == 403
    assert speedy.shown(id)["title"] != "published"


def test_a_version_shows_the_methods_that_it_knows(speedy: Client) -> None:
    old, new = ({"speed-version": version} for version in ("2022-04-15", "2022-10-15"))
    id = str(speedy.create(**new)["id"])
    assert speedy.shown(id, **new)["payment_methods"] == ["lightning", "onchain"]
    assert speedy.shown(id, **old)["payment_methods"] == ["lightning"]
    assert speedy.update(id, {"title": "x"}, **new).json()["payment_methods"] == ["lightning", "onchain"]
    assert speedy.update(id, {"title": "x"}).status_code == 200
    assert is_refusal(speedy, speedy.update(id, {"title": "x"}, **{"speed-version": "2022-10-16"}))


@pytest.mark.parametrize("body", battery.BODIES, ids=range(len(battery.BODIES)))
def test_no_body_is_met_by_a_server_error(client: Client, body: bytes) -> None:
    id, text = client.id(), client.contract.of_kind("text")[0].name
    answer = client.update(id, body.replace(b'"a"', json.dumps(text).encode()))
    assert answer.status_code == 200 or is_refusal(client, answer)
    assert client.shown(id)


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"null", b'"text"', b"5", b'{"a": NaN}', b"{} x", b'{"a": "\xff"}', b"{'a': 1}", b""]
)
def test_what_is_no_json_object_is_refused(client: Client, body: bytes) -> None:
    assert is_refusal(client, client.update(client.id(), body))


def test_a_method_that_is_not_named_is_405_with_the_allowed_ones(client: Client) -> None:
    operations, path = client.contract.operations.values(), client.contract.update.path
    named = {operation.method.upper() for operation in operations if operation.path == path}
    id = client.id()
    before = client.still(id)
    for method in {"PUT", "DELETE", "TRACE", "FOO", "PATCH", "POST"} - named:
        answer = client.http.request(method, client.url(id), json={"note": "x", "title": "x"})
        assert answer.status_code == 405, method
        assert client.contract.update.method.upper() in answer.headers["Allow"]
        assert is_refusal(client, answer)
        assert client.still(id) == before


def test_head_has_no_body_and_options_names_the_methods(client: Client) -> None:
    url = client.url(client.id())
    head = client.http.head(url)
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["Content-Length"]) > 0
    assert "GET" in client.http.options(url).headers["Allow"]


def test_amounts_keep_their_decimals(speedy: Client) -> None:
    assert speedy.shown(speedy.id())["amount"] == 1999.99


def test_deactivate_sets_the_status(speedy: Client) -> None:
    id = speedy.id()
    assert speedy.http.post(f"{speedy.url(id)}/deactivate").json()["status"] == "deactivated"
    assert speedy.shown(id)["status"] == "deactivated"


@pytest.mark.parametrize(
    "sent",
    [
        b"GARBAGE\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/x\r\n\r\n",
        b"GET /a b HTTP/1.1\r\n\r\n",
        b"A" * 70_000,
        b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 200 + b"\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: odd\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_what_is_no_readable_request_is_refused_in_silence(
    client: Client, sent: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    status, answer = told(int(client.mock.base_url.rpartition(":")[2]), sent)
    assert 400 <= status < 600
    assert status != 500
    assert b"Traceback" not in answer
    assert client.id()
    assert capfd.readouterr() == ("", "")


def test_a_chunked_body_is_read(client: Client) -> None:
    id, text = client.id(), client.contract.of_kind("text")[0].name
    body = json.dumps({text: "in chunks"}).encode()
    answer = client.http.request(client.contract.update.method, client.url(id), data=iter([body[:5], body[5:]]))
    assert answer.json()[text] == "in chunks"


def test_one_connection_serves_many_requests_without_delay(client: Client) -> None:
    id = client.id()
    began = time.monotonic()
    for _ in range(50):
        client.shown(id)
    # 40 ms a request is what delayed acknowledgements cost.
    assert time.monotonic() - began < 50 * 0.04
    assert len(client.http.adapters["http://"].poolmanager.pools) == 1
    pool = next(iter(client.http.adapters["http://"].poolmanager.pools._container.values()))
    assert pool.num_connections == 1


def test_parallel_updates_all_take_effect(speedy: Client) -> None:
    id = speedy.id("minimal")
    with ThreadPoolExecutor(8) as pool:
        clients = [Client(speedy.mock) for _ in range(8)]
        sent = [(clients[turn], {"metadata": {f"k{turn}": "v"}}) for turn in range(8)]
        assert {answer.status_code for answer in pool.map(lambda pair: pair[0].update(id, pair[1]), sent)} == {200}
    assert set(speedy.shown(id)["metadata"]) == {f"k{turn}" for turn in range(8)}


def test_basic_takes_the_key_as_the_user_name(speedy: Client) -> None:
    credentials = base64.b64encode(f"{speedy.mock.secret_key}:".encode()).decode()
    assert speedy.http.headers["Authorization"] == f"Basic {credentials}"
