import base64
import json
import os
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from processes import keys_of

from pytest_checkout import load_contract
from pytest_checkout.mock import Mock

Answer = Callable[[str, str, str], tuple[Any, ...]]
Run = Callable[..., pytest.RunResult]


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the shell that runs these tests has set is no part of them."""
    for name in [name for name in os.environ if name.startswith(("CHECKOUT_", "PYTEST_ADDOPTS", "PYTEST_XDIST"))]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("CI", raising=False)


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    """Run pytest as a user does, in a process of its own; without Schemathesis's plugin, which takes a second to load."""

    def started(*arguments: str) -> pytest.RunResult:
        return pytester.runpytest_subprocess("-p", "no:schemathesis", *arguments, timeout=120)

    return started


@pytest.fixture
def run_here(pytester: pytest.Pytester) -> Run:
    """Run pytest in this process, for what ends before anything is judged."""
    return lambda *arguments: pytester.runpytest_inprocess("-p", "no:schemathesis", *arguments)


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], str]]:
    """Serve what a function of method, path and Authorization answers: status, JSON, headers; gives the base URL."""
    servers: list[ThreadingHTTPServer] = []

    def start(answer: Answer) -> str:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1

            def handle_any(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, value, *more = answer(self.command, self.path, self.headers.get("Authorization", ""))
                body = json.dumps(value).encode()
                self.send_response(status)
                for name, text in more[0].items() if more else ():
                    self.send_header(name, text)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any  # noqa: N815 - http.server's names

            def log_message(self, *arguments: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    start.servers = servers  # type: ignore[attr-defined]
    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def speed_mock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Mock]]:
    """Start Speed's mock with faults outside the run that judges it; its keys go into the environment."""
    mocks: list[Mock] = []

    def start(*faults: str) -> Mock:
        mock = Mock(load_contract("speed"), faults=faults).start()
        mocks.append(mock)
        for name, key in keys_of(mock).items():
            monkeypatch.setenv(name, key)
        return mock

    yield start
    for mock in mocks:
        mock.stop()


@pytest.fixture
def report(pytester: pytest.Pytester) -> Callable[[], dict[str, Any]]:
    """The JSON report that the run wrote to ``report.json``."""
    return lambda: json.loads((pytester.path / "report.json").read_text("utf-8"))


@pytest.fixture
def broken(report: Callable[[], dict[str, Any]]) -> Callable[[], list[str]]:
    """The behaviours that ``report.json`` calls broken."""
    return lambda: [each["id"] for each in report()["behaviours"] if each["verdict"] == "broken"]


def basic(key: str) -> str:
    return "Basic " + base64.b64encode(f"{key}:".encode()).decode()
