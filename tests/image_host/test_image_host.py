import contextlib
import http.client
import io
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest
from PIL import Image

from pytest_checkout.image_host import ImageHost, server, shelf
from pytest_checkout.images import NOT_IMAGES, NotImage, Picture, no_image, not_images

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@pytest.fixture
def host() -> Iterator[ImageHost]:
    with ImageHost() as running:
        yield running


def get(url: str, method: str = "GET") -> tuple[Any, bytes]:
    with DIRECT.open(urllib.request.Request(url, method=method), timeout=10) as answer:
        return answer, answer.read()


def status(url: str, method: str = "GET") -> int:
    try:
        return get(url, method)[0].status
    except urllib.error.HTTPError as problem:
        return problem.code


@pytest.mark.parametrize(
    ("picture", "suffix"),
    [
        (Picture("png", 2_097_153), "png"),
        (Picture("jpeg", 2_000_000), "jpg"),
        (Picture("gif", 1000), "gif"),
        (Picture("webp", 1001), "webp"),
    ],
)
def test_a_published_picture_is_served_whole_under_a_fitting_name(
    host: ImageHost, picture: Picture, suffix: str
) -> None:
    url = host.publish(picture)
    assert re.fullmatch(re.escape(host.base_url) + r"/[0-9a-f]{32}\." + suffix, url)
    answer, content = get(url)
    assert answer.version == 11
    assert answer.headers["Content-Type"] == f"image/{picture.format}"
    assert answer.headers["Content-Length"] == str(picture.size)
    assert content == picture.bytes()
    Image.open(io.BytesIO(content)).load()


SERVED = [item for item in not_images("url") if item.status == 200]


def test_a_page_that_is_not_there_is_answered_with_404(host: ImageHost) -> None:
    url = host.publish(no_image("a page that is not there"))
    with pytest.raises(urllib.error.HTTPError, match="404"):
        get(url)
    assert host.asked(url) == 1


def test_a_connection_that_breaks_off_was_asked_for(host: ImageHost) -> None:
    url = host.publish(no_image("a connection that breaks off"))
    with pytest.raises(http.client.RemoteDisconnected):
        get(url)
    assert host.asked(url) == 1


@pytest.mark.parametrize("item", SERVED, ids=lambda item: item.name)
def test_what_is_no_image_is_served_under_its_declared_type(host: ImageHost, item: NotImage) -> None:
    answer, content = get(host.publish(item))
    assert content == item.content
    assert answer.headers["Content-Type"] == item.media_type


def test_bytes_are_served_under_any_media_type(host: ImageHost) -> None:
    answer, content = get(host.publish(b"words", media_type="text/plain; charset=utf-8"))
    assert (answer.headers["Content-Type"], content) == ("text/plain; charset=utf-8", b"words")
    url = host.publish(b"words")
    assert url.endswith(".bin")
    assert get(url)[0].headers["Content-Type"] == "application/octet-stream"


def test_a_picture_can_be_declared_as_something_else(host: ImageHost) -> None:
    url = host.publish(Picture("png", 500), media_type="image/gif")
    assert get(url)[0].headers["Content-Type"] == "image/gif"
    assert get(url)[1].startswith(b"\x89PNG")


def test_head_gives_the_head_alone(host: ImageHost) -> None:
    answer, content = get(host.publish(Picture("png", 2_097_153)), "HEAD")
    assert (answer.status, answer.headers["Content-Length"], content) == (200, "2097153", b"")


def test_the_host_knows_how_often_each_picture_was_asked_for(host: ImageHost) -> None:
    first, second = host.publish(Picture("png", 500)), host.publish(Picture("png", 500))
    assert first != second
    assert (host.asked(first), host.asked(second)) == (0, 0)
    get(first)
    get(first, "HEAD")
    get(first + "?size=large")
    assert (host.asked(first), host.asked(second)) == (3, 0)


def test_a_picture_can_take_its_time_and_is_counted_as_soon_as_it_was_asked_for(host: ImageHost) -> None:
    url = host.publish(Picture("png", 500), delay_s=0.5)
    started = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(get, url)
        while not host.asked(url):
            assert not answer.done()
        assert answer.result()[0].status == 200
    assert time.monotonic() - started >= 0.5


def test_the_same_content_keeps_its_url_where_no_fresh_one_is_wanted(host: ImageHost) -> None:
    first = host.publish(Picture("png", 500), fresh=False)
    assert host.publish(Picture("png", 500), fresh=False) == first
    others = {
        host.publish(Picture("png", 501), fresh=False),
        host.publish(Picture("png", 500), media_type="image/gif", fresh=False),
        host.publish(no_image("a web page"), fresh=False),
        host.publish(Picture("png", 500)),
    }
    assert len(others | {first}) == 5


def test_everything_else_is_404(host: ImageHost) -> None:
    url = host.publish(Picture("png", 500))
    name = url.rpartition("/")[2]
    wrong = ("", "/", "/" + name[:-1], "/" + name.replace(".png", ".gif"), "/" + "0" * 32 + ".png", "/" + name + "/")
    assert {path: status(host.base_url + path) for path in wrong} == dict.fromkeys(wrong, 404)
    assert status(url, "POST") == 404
    assert status(url, "DELETE") == 501
    assert host.asked(url) == 0


def test_asking_about_a_foreign_url_is_an_error_and_not_a_zero(host: ImageHost) -> None:
    with pytest.raises(ValueError, match=r"does not serve 'https://example\.com/a\.png'"):
        host.asked("https://example.com/a.png")


def test_one_connection_serves_many_requests_quickly(host: ImageHost) -> None:
    url = urlsplit(host.publish(Picture("png", 500)))
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=10)
    started = time.perf_counter()
    for _ in range(50):
        connection.request("GET", url.path)
        assert len(connection.getresponse().read()) == 500
    assert time.perf_counter() - started < 1  # 40 ms each would be two seconds
    connection.close()


def test_many_at_once_are_all_served_and_counted(host: ImageHost) -> None:
    urls = [host.publish(Picture(format, size)) for format in ("png", "gif") for size in (500, 2_097_153)]
    with ThreadPoolExecutor(max_workers=16) as pool:
        lengths = list(pool.map(lambda url: len(get(url)[1]), urls * 25))
    assert lengths == [500, 2_097_153, 500, 2_097_153] * 25
    assert [host.asked(url) for url in urls] == [25] * 4


def test_more_connections_than_there_is_room_for_wait_for_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_CONNECTIONS", 2)
    with ImageHost() as small:
        url = small.publish(Picture("png", 500))
        address = urlsplit(url).hostname, urlsplit(url).port
        idle = [socket.create_connection(address, timeout=10) for _ in range(2)]
        with pytest.raises(TimeoutError), DIRECT.open(url, timeout=0.3):
            pass
        idle[0].close()
        assert len(get(url)[1]) == 500
        idle[1].close()


def test_a_client_that_hangs_up_leaves_no_trace(host: ImageHost, capfd: pytest.CaptureFixture[str]) -> None:
    url = host.publish(Picture("png", 5_000_000))
    address = urlsplit(url).hostname, urlsplit(url).port
    for said in (
        b"",
        b"GET ",
        f"GET {urlsplit(url).path} HTTP/1.1\r\nHost: a\r\n\r\n".encode(),
        b"\0\xff nonsense\r\n\r\n",
    ):
        with socket.create_connection(address, timeout=10) as client:
            client.sendall(said)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # a reset, no polite end
    assert len(get(url)[1]) == 5_000_000
    host.stop()
    assert capfd.readouterr() == ("", "")


def test_a_stopped_host_answers_nobody_and_frees_its_port() -> None:
    host = ImageHost()
    url = urlsplit(host.publish(Picture("png", 500)))
    kept = http.client.HTTPConnection(url.hostname, url.port, timeout=5)
    kept.request("GET", url.path)
    assert kept.getresponse().read()
    host.stop()
    host.stop()
    with contextlib.suppress(ConnectionError):
        assert kept.sock.recv(1) == b""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((url.hostname, url.port), timeout=5)
    ImageHost(bind=f"127.0.0.1:{url.port}").stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "image host"]
    with pytest.raises(ValueError, match="does not serve"):
        host.asked(url.geturl())


def test_a_host_full_of_silent_clients_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_CONNECTIONS", 2)
    host = ImageHost()
    address = urlsplit(host.base_url).hostname, urlsplit(host.base_url).port
    silent = [socket.create_connection(address, timeout=5) for _ in range(4)]
    time.sleep(0.1)
    started = time.perf_counter()
    host.stop()
    assert time.perf_counter() - started < 2
    for client in silent:
        client.close()


def test_a_host_that_is_never_stopped_does_not_keep_the_process_alive() -> None:
    script = "from pytest_checkout.image_host import ImageHost; print(ImageHost().base_url)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=20)
    assert done.stdout.startswith("http://127.0.0.1:")
    assert done.stderr == ""


def test_the_oldest_pictures_are_forgotten_beyond_a_bound(host: ImageHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "MOST_PUBLISHED", 3)
    urls = [host.publish(Picture("png", 500)) for _ in range(5)]
    assert [status(url) for url in urls] == [404, 404, 200, 200, 200]
    monkeypatch.setattr(shelf, "MOST_BYTES", 1000)
    first, second = host.publish(bytes(600)), host.publish(bytes(600))
    assert (status(first), status(second)) == (404, 200)
    with pytest.raises(ValueError, match="1001 bytes are too many to publish: at most 1000"):
        host.publish(bytes(1001))


@pytest.mark.parametrize(
    "item", [item for item in NOT_IMAGES if item not in not_images("url")], ids=lambda item: item.name
)
def test_what_only_a_data_uri_can_be_is_not_published(host: ImageHost, item: NotImage) -> None:
    with pytest.raises(ValueError, match="data: URI only"):
        host.publish(item)


@pytest.mark.parametrize("media_type", ["", "png", "image/png\r\nX-Evil: 1", "image/ü", "/png"])
def test_a_media_type_that_is_none_is_refused(host: ImageHost, media_type: str) -> None:
    with pytest.raises(ValueError, match="is no media type, such as image/png"):
        host.publish(b"", media_type=media_type)


def test_something_else_than_content_is_refused(host: ImageHost) -> None:
    with pytest.raises(TypeError, match="a Picture, a NotImage or bytes can be published, not str"):
        host.publish("picture.png")
