"""A script is judged by what arrives when sh runs it."""

import base64
import json
import os
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from pytest_checkout import load_contract
from pytest_checkout.contract.model import Contract
from pytest_checkout.credentials import CREDENTIALS, Keys
from pytest_checkout.exchange import Body, Exchange, Request, Response
from pytest_checkout.images import no_image, picture
from pytest_checkout.script import script

KEYS = Keys("sk_test_9aBcD3fGh1JkLmZz", "sk_test_Qw7rTy1Zx4Uo8Kp5", "pk_test_ZxCvBnM9vT6sR3qP")
OLD = "cs_test_aBcDeFgHiJkLmNoP"
ACME = Path(__file__).parent.parent / "contracts" / "acme.yaml"


@dataclass
class Arrived:
    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes
    at_once: int
    picture: bytes = b""

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass
class Api:
    """Writes down what arrives, and answers a create with a new id each time."""

    url: str = ""
    arrived: list[Arrived] = field(default_factory=list)
    answer: str = '{{"id": "{id}"}}'
    created: int = 0
    busy: int = 0
    meet: threading.Barrier | None = None

    def new_id(self) -> str:
        self.created += 1
        return f"cs_test_New{self.created}ZyXwVuTsRqPo"


@pytest.fixture
def api() -> Iterator[Api]:
    state = Api()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"
        wbufsize = -1

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            state.busy += 1
            if state.meet is not None and self.path.endswith("together"):
                state.meet.wait(timeout=10)
            item = Arrived(self.command, self.path, self.headers.items(), body, state.busy)
            if b"http://127.0.0.1" in body:
                with urllib.request.urlopen(json.loads(body)["title_image"], timeout=10) as response:
                    item.picture = response.read()
            state.arrived.append(item)
            create = self.command == "POST" and self.path.rstrip("/").count("/") <= 2
            text = state.answer.format(id=state.new_id()) if create else '{"ok": true}'
            state.busy -= 1
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(text.encode())

        do_GET = do_POST = do_PATCH = do_PUT = do_HEAD = do_DELETE = do_BREW = handle_any  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield state
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def speed() -> Contract:
    return load_contract("speed")


def exchange(
    method: str = "POST",
    target: str = f"/checkout-sessions/{OLD}",
    body: bytes | Body | None = None,
    *,
    role: str = "update",
    session: str = "A",
    purpose: str = "",
    credentials: str = "secret",
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),),
    answer: Any = None,
) -> Exchange:
    kept = Body.of(body) if isinstance(body, bytes) else body
    text = json.dumps(answer or {}).encode()
    return Exchange(
        request=Request(method=method, target=target, headers=headers, body=kept, credentials=credentials),
        response=Response(status=200, body=Body.of(text), value=answer or {}),
        role=role,
        session=session,
        purpose=purpose,
    )


def create(session: str = "A", id: str = OLD, **answer: Any) -> Exchange:
    return exchange(
        target="/checkout-sessions",
        body=b'{"amount":200,"currency":"USD"}',
        role="create",
        session=session,
        answer={**answer, "id": id},
    )


def run(text: str, api: Api, **environment: str) -> "subprocess.CompletedProcess[str]":
    variables = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "CHECKOUT_BASE_URL": api.url + "/",
        "CHECKOUT_API_KEY": KEYS.secret,
        "CHECKOUT_OTHER_API_KEY": KEYS.other,
        "CHECKOUT_PUBLISHABLE_KEY": KEYS.publishable,
        **environment,
    }
    return subprocess.run(["sh"], input=text, env=variables, capture_output=True, text=True, check=False, timeout=60)


def replay(example: list[Exchange], api: Api, contract: Contract) -> list[Arrived]:
    text = script(example, contract=contract, wanted="this", got="that")
    # Reports indent the script; whoever copies it copies the indentation.
    done = run("".join(f"    {line}" for line in text.splitlines(keepends=True)), api)
    assert done.returncode == 0, done.stderr + text
    assert done.stderr == "", text
    assert done.stdout.count("-> 200") == len(example), done.stdout
    assert len(api.arrived) == len(example)
    return api.arrived


def test_the_new_sessions_id_stands_where_the_old_one_stood(api: Api, speed: Contract) -> None:
    api.answer = '{{"payments": [{{"id": "not this"}}], "id" : "{id}", "note": "a,\\"id\\":\\"x"}}'
    example = [
        create(payments=[{"id": "another"}]),
        exchange(body=b'{"title":"x"}'),
        exchange("GET", role="retrieve", headers=()),
        exchange(target=f"/checkout-sessions/{OLD}/deactivate", role="deactivate", headers=()),
    ]
    new = "cs_test_New1ZyXwVuTsRqPo"
    # The recorded answer holds the id last, behind another one, as this server's does.
    example[0] = replace(
        example[0], response=Response(status=200, body=Body.of(api.answer.format(id=OLD).encode()), value={"id": OLD})
    )
    arrived = replay(example, api, speed)
    assert [(item.method, item.target) for item in arrived] == [
        ("POST", "/checkout-sessions"),
        ("POST", f"/checkout-sessions/{new}"),
        ("GET", f"/checkout-sessions/{new}"),
        ("POST", f"/checkout-sessions/{new}/deactivate"),
    ]
    assert arrived[0].body == b'{"amount":200,"currency":"USD"}'
    assert arrived[1].body == b'{"title":"x"}'
    assert arrived[2].header("content-type") is None
    assert all(
        item.header("authorization") == "Basic " + base64.b64encode(f"{KEYS.secret}:".encode()).decode()
        for item in arrived
    )


def test_each_session_keeps_its_own_id(api: Api, speed: Contract) -> None:
    other = "cs_test_bBbBbBbBbBbBbBbB"
    example = [
        create("A"),
        create("B", other),
        exchange(session="A"),
        exchange(target=f"/checkout-sessions/{other}", session="B"),
    ]
    arrived = replay(example, api, speed)
    assert [item.target.rpartition("/")[2] for item in arrived[2:]] == [
        "cs_test_New1ZyXwVuTsRqPo",
        "cs_test_New2ZyXwVuTsRqPo",
    ]


BODIES = {
    "json": b'{"title":"Summer concert"}',
    "quotes": b"""{"title":"it's \\"so\\" $HOME `id` \\\\ !! %s"}""",
    "at sign": b"@/etc/hostname",
    "line ends": b'{\n  "a": 1\n}\n\n',
    "carriage returns": b"a\r\nb\r\n",
    "letters of all kinds": '{"title":"é 日本 🎉"}'.encode(),
    "bidirectional marks": '{"title":"a\u202eb\u200b"}'.encode(),
    "not utf-8": b'{"title":"\xff\xfe\x00\x01"}',
    "every byte": bytes(range(256)),
    "percent and backslash": b"%d\\n\\\\%%" + b"\xff",
    "empty": b"",
    "long": b'{"title":"' + b"it's " * 2000 + b'"}',
    "nested": b"[" * 5000,
    "60 kB": b'{"title":"' + bytes(range(32, 127)).replace(b"'", b"") * 640 + b'"}',
    "100 kB": b'{"title":"' + b"x" * 102400 + b'"}',
    "100 kB of brackets": b"[" * 102400,
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_bodies_arrive_as_they_were_sent(api: Api, speed: Contract, body: bytes) -> None:
    assert replay([create(), exchange(body=body)], api, speed)[1].body == body


def test_a_script_is_plain_to_see(speed: Contract) -> None:
    for body in BODIES.values():
        text = script([create(), exchange(body=body)], contract=speed, wanted="\x1b[31m\n\u202e", got="é\r\nrm -rf /")
        assert all(
            character == "\n" or (character >= " " and character not in "\u202e\u200b\x7f") for character in text
        )
        assert not any(line.startswith("rm") for line in text.splitlines())


def pictured(**image: Any) -> Body:
    data = b'{"title":"t","title_image":"' + b"?" * 100_000 + b'"}'
    return Body.of(data, recipe={"json": {"title": "it's", "title_image": {"$image": image}}})


def test_a_large_picture_is_made_anew(api: Api, speed: Contract) -> None:
    body = pictured(format="png", bytes=200_001, carrier="data")
    arrived = replay([create(), exchange(body=body)], api, speed)[1]
    uri = "data:image/png;base64," + base64.b64encode(picture("png", 200_001)).decode()
    assert arrived.body == json.dumps({"title": "it's", "title_image": uri}, separators=(",", ":")).encode()


@pytest.mark.parametrize("format", ["png", "jpeg"])
def test_a_picture_by_url_is_served_while_the_script_runs(api: Api, speed: Contract, format: str) -> None:
    body = pictured(format=format, bytes=2_097_153, carrier="url")
    arrived = replay([create(), exchange(body=body)], api, speed)[1]
    assert arrived.picture == picture(format, 2_097_153)  # type: ignore[arg-type]
    # The port is closed, or was while a connection waited in its queue: refused, or reset.
    with pytest.raises(OSError, match=r"refused|reset"):
        urllib.request.urlopen(json.loads(arrived.body)["title_image"], timeout=5)


def test_what_is_no_picture_is_served_too(api: Api, speed: Contract) -> None:
    small = Body.of(b"{}", recipe={"json": {"title_image": {"$image": {"no_image": "a web page", "carrier": "url"}}}})
    assert replay([create(), exchange(body=small)], api, speed)[1].picture == no_image("a web page").bytes()


def test_another_image_host_can_be_named(api: Api, speed: Contract) -> None:
    text = script(
        [create(), exchange(body=pictured(format="gif", bytes=122, carrier="url"))], contract=speed, wanted="", got=""
    )
    done = run(text, api, CHECKOUT_IMAGE_HOST="https://pictures.example.com/x")
    assert done.returncode == 0
    assert json.loads(api.arrived[1].body)["title_image"] == "https://pictures.example.com/x/122.gif"


@pytest.mark.parametrize(
    ("near", "expected"),
    [
        (OLD.swapcase(), "CS_TEST_nEW1zYxWvUtSrQpO"),
        (OLD.upper(), "CS_TEST_NEW1ZYXWVUTSRQPO"),
        (OLD.lower(), "cs_test_new1zyxwvutsrqpo"),
        (OLD[:-1], "cs_test_New1ZyXwVuTsRqP"),
        (OLD[1:], "s_test_New1ZyXwVuTsRqPo"),
        (OLD[8:], "New1ZyXwVuTsRqPo"),
        (OLD[:16], "cs_test_New1ZyXw"),
        (OLD + "0", "cs_test_New1ZyXwVuTsRqPo0"),
        (OLD + OLD, "cs_test_New1ZyXwVuTsRqPocs_test_New1ZyXwVuTsRqPo"),
        (OLD[:-1] + "C", "cs_test_New1ZyXwVuTsRqPb"),
        ("cs_test_nOpQrStUvWxYzAbC", "cs_test_Arj6MlKjIhGfEdCb"),
        (OLD.replace("_test_", "_live_"), "cs_live_New1ZyXwVuTsRqPo"),
        (OLD[:12] + "%25", "cs_test_New1%25"),
        (OLD[:-1] + "_", "cs_test_New1ZyXwVuTsRqP_"),
        ("%20" + OLD, "%20cs_test_New1ZyXwVuTsRqPo"),
        ("__proto__", "__proto__"),
        ("constructor", "constructor"),
        ("'%20OR%20'1'='1", "'%20OR%20'1'='1"),
        ("%7B%22$ne%22:null%7D", "%7B%22$ne%22:null%7D"),
        ("[$ne]=1", "[$ne]=1"),
        ("..", ".."),
        ("*", "*"),
    ],
)
def test_a_near_miss_of_the_old_id_becomes_one_of_the_new(api: Api, speed: Contract, near: str, expected: str) -> None:
    example = [create(), exchange("GET", f"/checkout-sessions/{near}", role="retrieve", headers=())]
    assert replay(example, api, speed)[1].target == f"/checkout-sessions/{expected}"


@pytest.mark.parametrize(
    "name",
    [name for name in CREDENTIALS if CREDENTIALS[name].key != "none" or name.startswith(("none", "empty", "mal"))],
)
def test_credentials_arrive_as_they_were_sent(api: Api, speed: Contract, name: str) -> None:
    assert speed.security is not None
    sent = CREDENTIALS[name].authorization(speed.security, KEYS)
    arrived = replay([create(), exchange(credentials=name)], api, speed)[1].header("authorization")
    assert arrived == (None if sent is None else sent.decode())


def test_headers_and_methods_arrive_as_they_were_sent(api: Api, speed: Contract) -> None:
    headers = (
        ("speed-version", "2022-10-15"),
        ("X-Quote", 'it\'s "$HOME" `id`'),
        ("X-Empty", ""),
        ("X-Latin", "caf\u00e9"),
    )
    arrived = replay(
        [create(), exchange("BREW", headers=headers, body=b"{}"), exchange("HEAD", headers=())], api, speed
    )
    assert [item.method for item in arrived] == ["POST", "BREW", "HEAD"]
    assert [arrived[1].header(name) for name, _ in headers] == [value for _, value in headers]
    assert arrived[1].header("content-type") is None
    assert arrived[1].header("expect") is None


def test_parallel_requests_are_sent_at_the_same_time(api: Api, speed: Contract) -> None:
    api.meet = threading.Barrier(3)
    target = f"/checkout-sessions/{OLD}/together"
    example = [
        create(),
        *(exchange(target=target, body=b'{"metadata":{"k%d":"v"}}' % n, purpose="parallel 1") for n in range(3)),
        exchange("GET", role="retrieve", headers=()),
    ]
    arrived = replay(example, api, speed)
    assert {item.body for item in arrived[1:4]} == {b'{"metadata":{"k%d":"v"}}' % n for n in range(3)}
    assert arrived[4].method == "GET"


def test_another_provider_has_another_id_and_another_scheme(api: Api) -> None:
    contract = load_contract(ACME)
    api.answer = '{{"reference": "{id}"}}'
    example = [
        exchange(target="/v2/payment-pages", body=b"{}", role="create", answer={"reference": "p-1"}),
        exchange("PATCH", "/v2/payment-pages/p-1", b'{"note":"n"}'),
    ]
    arrived = replay(example, api, contract)
    assert (arrived[1].method, arrived[1].target) == ("PATCH", "/v2/payment-pages/cs_test_New1ZyXwVuTsRqPo")
    assert arrived[1].header("authorization") == f"Bearer {KEYS.secret}"


def test_set_up_lines_run_first(api: Api, speed: Contract) -> None:
    text = script([create()], contract=speed, wanted="", got="", setup="echo ready")
    assert run(text, api).stdout.startswith("ready\n")


def test_a_missing_variable_is_named(api: Api, speed: Contract) -> None:
    text = script([create(), exchange(credentials="other")], contract=speed, wanted="", got="")
    for name in ("CHECKOUT_BASE_URL", "CHECKOUT_API_KEY", "CHECKOUT_OTHER_API_KEY"):
        done = run(text, api, **{name: ""})
        assert done.returncode != 0
        assert name in done.stderr
        assert api.arrived == []


def test_a_script_says_what_is_wanted_and_what_came(speed: Contract) -> None:
    text = script([create()], contract=speed, wanted="the title stays", got="an empty title")
    assert "# wanted: the title stays\n# got: an empty title\n" in text
    assert "# 1. create A: came 200" in text


def test_a_script_without_a_created_session_stops(api: Api, speed: Contract) -> None:
    api.answer = '{{"errors": "{id}"}}'
    done = run(script([create(), exchange()], contract=speed, wanted="", got=""), api)
    assert done.returncode == 1
    assert "no session was created" in done.stderr
    assert len(api.arrived) == 1
