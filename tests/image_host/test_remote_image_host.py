import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from pytest_checkout.errors import SetupProblem
from pytest_checkout.image_host import ImageHost, RemoteImageHost, server
from pytest_checkout.images import NotImage, Picture, no_image, not_images

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@pytest.fixture
def host() -> Iterator[ImageHost]:
    with ImageHost() as running:
        yield running


def get(url: str) -> tuple[str, bytes]:
    with DIRECT.open(url, timeout=10) as answer:
        return answer.headers["Content-Type"], answer.read()


def post(url: str, body: bytes) -> tuple[int, bytes]:
    try:
        with DIRECT.open(urllib.request.Request(url, body, method="POST"), timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as problem:
        return problem.code, problem.read()


def test_a_picture_is_published_and_counted_from_another_process(host: ImageHost) -> None:
    script = (
        "import sys\n"
        "from pytest_checkout.image_host import RemoteImageHost\n"
        "from pytest_checkout.images import Picture\n"
        "print(RemoteImageHost(sys.argv[1]).publish(Picture('jpeg', 2097153)), end='')"
    )
    command = [sys.executable, "-c", script, host.control_url]
    url = subprocess.run(command, capture_output=True, text=True, check=True, timeout=20).stdout
    assert url.startswith(host.base_url)
    assert RemoteImageHost(host.control_url).asked(url) == host.asked(url) == 0
    assert get(url) == ("image/jpeg", Picture("jpeg", 2_097_153).bytes())
    assert RemoteImageHost(host.control_url).asked(url) == host.asked(url) == 1


@pytest.mark.parametrize("item", [item for item in not_images("url") if item.status == 200], ids=lambda item: item.name)
def test_what_is_no_image_is_published_by_its_name(host: ImageHost, item: NotImage) -> None:
    assert get(RemoteImageHost(host.control_url).publish(item)) == (item.media_type, item.content)


def test_media_type_and_freshness_arrive(host: ImageHost) -> None:
    remote = RemoteImageHost(host.control_url)
    first = remote.publish(Picture("png", 500), media_type="image/x-own", fresh=False)
    assert get(first)[0] == "image/x-own"
    assert remote.publish(Picture("png", 500), media_type="image/x-own", fresh=False) == first
    assert remote.publish(Picture("png", 500), media_type="image/x-own") != first


def test_a_delay_arrives(host: ImageHost) -> None:
    url = RemoteImageHost(host.control_url).publish(Picture("png", 500), delay_s=0.2)
    started = time.monotonic()
    get(url)
    assert time.monotonic() - started >= 0.2


def test_no_order_is_longer_than_a_recipe(host: ImageHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "LONGEST_ORDER", 200)
    assert RemoteImageHost(host.control_url).publish(Picture("webp", 5_000_000)).endswith(".webp")


def test_proxies_of_the_environment_are_not_used(host: ImageHost, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert RemoteImageHost(host.control_url).publish(Picture("png", 500))


@pytest.mark.parametrize("content", [b"bytes", "text", NotImage("my own", b"", "image/png")])
def test_what_has_no_recipe_is_refused(host: ImageHost, content: Any) -> None:
    with pytest.raises(ValueError, match=r"can be published from here|nothing here is called"):
        RemoteImageHost(host.control_url).publish(content)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda remote: remote.publish(Picture("png", 500), media_type="png"), "'png' is no media type"),
        (lambda remote: remote.publish(no_image("an empty data: URI")), "data: URI only"),
        (lambda remote: remote.asked("https://example.com/a.png"), "does not serve 'https://example.com/a.png'"),
    ],
)
def test_the_host_s_refusals_arrive_as_its_own_errors(host: ImageHost, ask: Callable[[Any], object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        ask(RemoteImageHost(host.control_url))


def test_a_host_that_is_gone_is_one_clear_problem_that_keeps_the_secret(host: ImageHost) -> None:
    host.stop()
    with pytest.raises(SetupProblem) as caught:
        RemoteImageHost(host.control_url).publish(Picture("png", 500))
    address = urlsplit(host.control_url)
    assert f"the image host of the run does not answer at 127.0.0.1:{address.port}" in str(caught.value)
    assert address.path.strip("/") not in str(caught.value)


ORDER = json.dumps(
    {"publish": {"image": {"format": "png", "bytes": 500}}, "media_type": None, "fresh": True, "delay_s": 0.0}
).encode()


def test_nobody_publishes_without_the_run_s_secret(host: ImageHost) -> None:
    own = host.control_url.rpartition("/")[0]
    assert post(host.control_url, ORDER)[0] == 200
    wrong = [own, f"{own}/", f"{own}/{'0' * 32}", host.control_url[:-1], f"{host.control_url}0", f"{host.control_url}/"]
    assert [post(url, ORDER)[0] for url in wrong] == [404] * len(wrong)
    with pytest.raises(SetupProblem):
        RemoteImageHost(f"{own}/{'0' * 32}").publish(Picture("png", 500))
    with pytest.raises(urllib.error.HTTPError, match="404"):
        get(host.control_url)


def test_the_secret_is_another_one_in_every_run(host: ImageHost) -> None:
    with ImageHost() as other:
        assert urlsplit(host.control_url).path != urlsplit(other.control_url).path


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b"[]",
        b"{}",
        b'{"asked": 3}',
        b'{"publish": {}, "media_type": null, "fresh": true, "delay_s": 0.0}',
        b'{"publish": {"image": {"format": [], "bytes": 500}}, "media_type": null, "fresh": true, "delay_s": 0.0}',
        b'{"publish": {"image": {"format": "png", "bytes": "500"}}, "media_type": null, "fresh": true, "delay_s": 0.0}',
        b'{"publish": {"image": {"format": "png", "bytes": 500}}, "media_type": 1, "fresh": true, "delay_s": 0.0}',
        b'{"publish": {"no_image": "unheard of"}, "media_type": null, "fresh": true, "delay_s": 0.0}',
        b'{"publish": {"image": {"format": "png", "bytes": 500}}, "media_type": null, "fresh": true, "delay_s": "long"}',
    ],
)
def test_an_order_that_is_none_is_400_with_a_reason(
    host: ImageHost, body: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    status, answer = post(host.control_url, body)
    assert status == 400
    assert json.loads(answer)["problem"]
    assert capfd.readouterr().err == ""


def test_an_order_that_is_too_long_is_not_read(host: ImageHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "LONGEST_ORDER", len(ORDER))
    assert post(host.control_url, ORDER)[0] == 200
    assert post(host.control_url, ORDER + b" ")[0] == 404


@pytest.mark.parametrize("length", ["9" * 5000, "-1", "ten"])
def test_a_length_that_is_none_is_404_and_the_end_of_the_connection(
    host: ImageHost, length: str, capfd: pytest.CaptureFixture[str]
) -> None:
    address = urlsplit(host.control_url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as client:
        client.sendall(f"POST {address.path} HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n".encode())
        answer = b"".join(iter(lambda: client.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert capfd.readouterr().err == ""
