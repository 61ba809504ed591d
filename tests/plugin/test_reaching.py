"""How an API is reached: its certificate, a proxy, a rate limit, and what happens when it goes away."""

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
import trustme

from pytest_checkout.mock import Mock

Run = Callable[..., pytest.RunResult]
ID = "cs_test_zZ9yY8xX7wW6vV5u"
SESSION = {"id": ID, "object": "checkout_session", "status": "active", "amount": 200, "currency": "USD"}
KEY = "sk_test_aB3dE6gH9jK2mN5p"


def said(result: pytest.RunResult) -> str:
    return "\n".join([*result.outlines, *result.errlines])


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def https(authority: trustme.CA) -> Iterator[str]:
    """An API behind TLS, whose certificate only its own authority vouches for; it knows one session."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def handle_any(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            body = json.dumps(SESSION).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = handle_any  # noqa: N815 - http.server's names

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class Proxy:
    """A proxy that counts tunnels and plain requests, and passes bytes on."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def _pass_on(self, client: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            if not (part := client.recv(65536)):
                return
            head += part
        line = head.split(b"\r\n", 1)[0].decode()
        self.asked.append(line)
        method, target, _ = line.split(" ")
        if method == "CONNECT":
            host, _, port = target.partition(":")
            server = socket.create_connection((host, int(port)))
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            url = urlsplit(target)
            server = socket.create_connection((url.hostname, url.port))
            server.sendall(head.replace(target.encode(), target.encode().split(url.netloc.encode(), 1)[1], 1))
        threading.Thread(target=copy, args=(server, client), daemon=True).start()
        copy(client, server)

    def close(self) -> None:
        self._listener.close()


def copy(one: socket.socket, other: socket.socket) -> None:
    try:
        while part := one.recv(65536):
            other.sendall(part)
        other.shutdown(socket.SHUT_WR)
    except OSError:
        pass


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    made = Proxy()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHECKOUT_API_KEY", KEY)


def test_a_certificate_that_nobody_vouches_for_is_refused_in_one_line(run_here: Run, https: str) -> None:
    result = run_here(f"--checkout-base-url={https}")
    assert result.ret == 4
    assert "certificate verify failed" in said(result)
    assert "--checkout-ca-bundle" in said(result)
    assert len([line for line in result.errlines if line.startswith("ERROR")]) == 1


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_bundle_names_the_certificates_to_trust(
    run: Run, https: str, authority: trustme.CA, pytester: pytest.Pytester, workers: str
) -> None:
    authority.cert_pem.write_to_path(pytester.path / "authority.pem")
    options = [f"--checkout-base-url={https}", "--checkout-ca-bundle=authority.pem", "-n", workers]
    result = run(*options, "checkout::version::test_accepted[absent]")
    assert "1 passed" in said(result)


@pytest.mark.parametrize("text", ["", "no certificate\n", None])
def test_a_bundle_that_can_not_be_used_is_one_error(run_here: Run, pytester: pytest.Pytester, text: str | None) -> None:
    if text is not None:
        (pytester.path / "bundle.pem").write_text(text)
    result = run_here("--checkout-mock", "--checkout-ca-bundle=bundle.pem")
    assert result.ret == 4
    assert "ERROR: --checkout-ca-bundle: bundle.pem holds no certificates that can be used" in said(result)


def test_https_goes_through_a_tunnel_of_the_proxy(
    run: Run, https: str, authority: trustme.CA, proxy: Proxy, pytester: pytest.Pytester
) -> None:
    authority.cert_pem.write_to_path(pytester.path / "authority.pem")
    result = run(
        f"--checkout-base-url={https}",
        "--checkout-ca-bundle=authority.pem",
        f"--checkout-proxy={proxy.url}",
        "checkout::version::test_accepted[absent]",
    )
    assert "1 passed" in said(result)
    assert proxy.asked
    assert all(line.startswith(f"CONNECT {urlsplit(https).netloc} HTTP/1.") for line in proxy.asked)


def test_plain_http_is_asked_of_the_proxy_with_the_whole_url(
    run: Run, speed_mock: Callable[..., Mock], proxy: Proxy
) -> None:
    base_url = speed_mock().base_url
    result = run(f"--checkout-base-url={base_url}", f"--checkout-proxy={proxy.url}", "checkout::success")
    assert result.ret == 0, said(result)
    assert proxy.asked[0].startswith(f"POST {base_url}/checkout-sessions HTTP/1.1")


def test_a_proxy_of_the_environment_changes_nothing(
    run: Run, speed_mock: Callable[..., Mock], monkeypatch: pytest.MonkeyPatch, proxy: Proxy
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy.url)
    result = run(f"--checkout-base-url={speed_mock().base_url}", "checkout::success")
    assert result.ret == 0, said(result)
    assert proxy.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "",
        "proxy.example.com:3128",
        "https://proxy.example.com",
        "http://",
        "http://h:99999",
        "http://h/path",
        "socks5://h:1",
    ],
)
def test_what_is_no_proxy_is_one_error(run_here: Run, url: str) -> None:
    result = run_here("--checkout-mock", f"--checkout-proxy={url}")
    assert result.ret == 4
    assert "ERROR: --checkout-proxy" in said(result)


def test_a_password_in_a_proxys_url_is_refused_and_not_shown(run_here: Run) -> None:
    result = run_here("--checkout-mock", "--checkout-proxy=http://me:hunter2@proxy.example.com:3128")
    assert result.ret == 4
    assert "hunter2" not in said(result)


@pytest.mark.parametrize("rate", ["", "0/s", "20", "20/h", "-1/s", "fast", "1e9/s"])
def test_what_is_no_rate_is_one_error(run_here: Run, rate: str) -> None:
    result = run_here("--checkout-mock", f"--checkout-rate-limit={rate}")
    assert result.ret == 4
    assert f"ERROR: --checkout-rate-limit: {rate!r} is no rate above 0" in said(result)


@pytest.mark.parametrize("workers", ["0", "2"])
def test_all_workers_together_keep_within_the_rate(run: Run, serve: Callable[..., str], workers: str) -> None:
    moments: list[float] = []

    def answer(_method: str, _path: str, _authorization: str) -> tuple[int, object]:
        moments.append(time.monotonic())
        return 200, SESSION

    options = [f"--checkout-base-url={serve(answer)}", "--checkout-rate-limit=50/s", "-n", workers]
    run(*options, "checkout::auth", "checkout::version")
    spans = [later - earlier for earlier, later in zip(moments, moments[60:], strict=False)]
    assert spans
    assert min(spans) > 0.8  # sixty requests take more than a second, less what the clocks and sockets jitter


def test_an_update_that_never_answers_is_not_waited_for_a_thousand_times(
    run: Run, serve: Callable[..., str], pytester: pytest.Pytester
) -> None:
    def answer(method: str, path: str, _authorization: str) -> tuple[int, object]:
        if method == "POST" and path.endswith(ID):
            time.sleep(1)
        return 200, SESSION

    began = time.monotonic()
    options = [
        f"--checkout-base-url={serve(answer)}",
        "--checkout-request-timeout=0.3",
        "--checkout-report=report.json",
    ]
    result = run(*options)
    assert time.monotonic() - began < 30
    assert result.ret == 1
    report = json.loads(pytester.path.joinpath("report.json").read_text())
    reasons = {each["reason"] for each in report["behaviours"] if each["verdict"] == "untried"}
    assert "update gave no whole answer within 0.3 s, 3 times in a row" in reasons
    broken = next(each for each in report["behaviours"] if each["id"] == "any.no_server_error")
    assert broken["verdict"] == "broken"
    assert "no whole answer within 0.3 s" in broken["reason"]


def test_set_up_that_meets_a_passing_fault_is_sent_again_and_counted(
    run: Run, serve: Callable[..., str], pytester: pytest.Pytester
) -> None:
    count = 0

    def answer(_method: str, path: str, _authorization: str) -> tuple[int, object]:
        nonlocal count
        if path == "/checkout-sessions":
            count += 1
            if count % 3 == 0:
                return 503, {"errors": [{"type": "api_error", "message": "no"}]}
        return 200, SESSION

    result = run(f"--checkout-base-url={serve(answer)}", "--checkout-report=report.json", "checkout::auth")
    report = json.loads(pytester.path.joinpath("report.json").read_text())
    note = next(note for note in report["notes"] if "sent again" in note)
    assert int(note.split()[0]) >= 1
    assert note in " ".join(said(result).split())
