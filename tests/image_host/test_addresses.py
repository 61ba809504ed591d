"""Where an image host listens, and under which URL the API reaches it."""

import re
import urllib.request

import pytest

from pytest_checkout.errors import UsageProblem
from pytest_checkout.image_host import ImageHost, host
from pytest_checkout.images import Picture

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def test_a_public_url_stands_in_the_urls_and_its_path_may_or_may_not_arrive() -> None:
    with ImageHost(public_url="https://pictures.example.com/run/7/") as running:
        url = running.publish(Picture("png", 500))
        assert url.startswith("https://pictures.example.com/run/7/")
        assert running.control_url.startswith("http://127.0.0.1:")
        own, name = running.control_url.rpartition("/")[0], url.rpartition("/")[2]
        for served in (f"{own}/run/7/{name}", f"{own}/{name}"):
            with DIRECT.open(served, timeout=10) as answer:
                assert len(answer.read()) == 500
        assert running.asked(url) == 2


def test_it_listens_on_ipv6_too() -> None:
    try:
        running = ImageHost(bind="[::1]:0")
    except UsageProblem:
        pytest.skip("this machine has no IPv6 loopback")
    with running:
        assert running.base_url.startswith("http://[::1]:")
        with DIRECT.open(running.publish(Picture("png", 500)), timeout=10) as answer:
            assert answer.status == 200


def test_a_port_in_use_is_one_clear_problem() -> None:
    with (
        ImageHost() as running,
        pytest.raises(
            UsageProblem, match=r"can't listen on 127.0.0.1:\d+: Address already in use.*port 0 takes a free one"
        ),
    ):
        ImageHost(bind=running.base_url.removeprefix("http://"))


@pytest.mark.parametrize("bind", ["", "8080", "127.0.0.1", ":80", "127.0.0.1:", "127.0.0.1:http", "127.0.0.1:65536"])
def test_an_address_that_is_none_is_one_clear_problem(bind: str) -> None:
    with pytest.raises(UsageProblem, match=rf"can't listen on '{bind}': wanted is HOST:PORT"):
        ImageHost(bind=bind)


def test_an_address_of_another_machine_is_one_clear_problem() -> None:
    with pytest.raises(UsageProblem, match=r"can't listen on 192\.0\.2\.1:0: "):
        ImageHost(bind="192.0.2.1:0")


@pytest.mark.parametrize(
    "url", ["", "pictures.example.com", "ftp://a.example", "http://", "http://[", "http://a:b", "http://a:0"]
)
def test_a_public_url_that_is_none_is_one_clear_problem(url: str) -> None:
    with pytest.raises(UsageProblem, match=rf"the image host's URL {re.escape(repr(url))} is no absolute URL"):
        ImageHost(public_url=url)


@pytest.mark.parametrize("url", ["http://a/?b", "http://a/#b", "http://a b", "http://ä", "http://a/\n"])
def test_a_public_url_that_pictures_can_t_be_hung_under_is_one_clear_problem(url: str) -> None:
    with pytest.raises(UsageProblem, match="can't hold a query, a fragment, spaces or non-ASCII characters"):
        ImageHost(public_url=url)


def test_a_public_url_with_a_password_is_refused_without_repeating_it() -> None:
    with pytest.raises(UsageProblem) as caught:
        ImageHost(public_url="https://me:hunter2@pictures.example.com")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("listens_on", "own"),
    [
        ("0.0.0.0", "http://127.0.0.1:81"),
        ("::", "http://[::1]:81"),
        ("10.1.2.3", "http://10.1.2.3:81"),
        ("fd00::1", "http://[fd00::1]:81"),
        ("localhost", "http://localhost:81"),
    ],
)
def test_the_run_itself_reaches_a_host_on_all_addresses_through_loopback(listens_on: str, own: str) -> None:
    assert host._reached_at(listens_on, 81) == own
