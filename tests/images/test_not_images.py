import base64
import io

import pytest
from PIL import Image, UnidentifiedImageError

from pytest_checkout.images import NOT_IMAGES, NotImage, no_image, not_images


@pytest.mark.parametrize("item", NOT_IMAGES, ids=lambda item: item.name)
def test_what_is_no_image_opens_nowhere(item: NotImage) -> None:
    with pytest.raises(UnidentifiedImageError):
        Image.open(io.BytesIO(item.bytes()))


@pytest.mark.parametrize("item", NOT_IMAGES, ids=lambda item: item.name)
def test_its_data_uri_carries_no_image_either(item: NotImage) -> None:
    uri = item.data_uri()
    assert uri.startswith("data:")
    letters = [letter for letter in uri.partition(",")[2] if letter.isalnum() or letter in "+/"]
    whole = len(letters) - (len(letters) % 4 == 1)  # as leniently as anyone reads
    content = base64.b64decode("".join(letters[:whole]) + "==")
    with pytest.raises(UnidentifiedImageError):
        Image.open(io.BytesIO(content))


def test_each_is_found_by_its_name() -> None:
    assert [no_image(item.name) for item in NOT_IMAGES] == list(NOT_IMAGES)


def test_an_unknown_name_gets_the_nearest_ones() -> None:
    with pytest.raises(ValueError, match="'a web pag'; there is 'a web page'"):
        no_image("a web pag")


def test_what_only_a_data_uri_can_be_is_not_sent_by_url() -> None:
    only = {item.name for item in not_images("data")} - {item.name for item in not_images("url")}
    assert only == {
        "unencoded text in a data: URI",
        "an empty data: URI",
        "base64 that can't be decoded",
        "plain text declared as a jpeg",
        "plain text declared as a gif",
    }
    assert {item.name for item in not_images("url")} - {item.name for item in not_images("data")} == {
        "a page that is not there",
        "a connection that breaks off",
    }


def test_it_prints_its_name_and_no_bytes() -> None:
    from hypothesis.vendor import pretty

    item = NotImage("so much of nothing", bytes(100_000), "image/png")
    assert repr(item) == pretty.pretty(item) == "NotImage('so much of nothing')"
