"""Area *image*: what is taken for an image, and up to which size."""

import pytest

from pytest_checkout import checks
from pytest_checkout.contract.model import Field
from pytest_checkout.errors import Inapplicable
from pytest_checkout.judging import Judge
from pytest_checkout.scenarios import images
from pytest_checkout.scenarios.images import Sized


@pytest.mark.checkout(level="must", per="image field")
def test_offered(checkout_judge: Judge, field: Field) -> None:
    """A small picture is accepted by at least one carrier.

    Sent: a small picture of each format by each carrier.

    Wanted: 200 for at least one.

    Granted: an API that never asks the run's image host is not accused: its URLs are out of reach.
    """
    ways = images.ways(checkout_judge.contract, field)
    checkout_judge(checks.takes_small_picture(field), images.AnyCarrier(ways))


@pytest.mark.checkout(per="image")
def test_accepts(checkout_judge: Judge, image: Sized) -> None:
    """An image up to the limit is accepted; the size is that of the image itself.

    Sent: pictures of this format and carrier from small to exactly the limit that must be accepted.

    Wanted: 200.

    Granted: sizes between MB and MiB may go either way; formats and carriers that refuse a small picture are
    inapplicable.
    """
    _offered(checkout_judge, image)
    checkout_judge(checks.accepts_image(checkout_judge.contract, image), image)


@pytest.mark.checkout(per="image", rule="image_size")
def test_refuses_large(checkout_judge: Judge, image: Sized) -> None:
    """An image over the limit is refused.

    Sent: pictures of this format and carrier from one byte over the limit to several times it, alone and beside
    other fields.

    Wanted: 4xx.

    Granted: sizes between MB and MiB may go either way.
    """
    _offered(checkout_judge, image)
    behaviour = f"image.refuses_large[{image.carrier}-{image.format}]"
    check = checks.refuses(checkout_judge.contract, behaviour, fields=[image.field])
    checkout_judge(check, image, images.beside_others)


@pytest.mark.checkout(level="should", rule="image_content")
def test_refuses_other(checkout_judge: Judge) -> None:
    """Text that is neither a URL nor an image, and what carries something that is no image, is refused.

    Sent: text that is no URL, broken data URIs, and web pages, text, audio and damaged files in place of a
    picture, by URL and inline.

    Wanted: 4xx.

    Granted: a URL that the API never asked for is not judged; SVG, redirects and declared types that differ are
    not sent.
    """
    fields = checkout_judge.contract.of_kind("image")
    if not fields:
        raise Inapplicable("the contract has no image field")
    for field in fields:
        ways = images.ways(checkout_judge.contract, field)
        checks.any_picture_taken(checkout_judge.traces(images.AnyCarrier(ways)), field)
    checkout_judge(checks.refuses(checkout_judge.contract, "image.refuses_other"), images.no_pictures)


def _offered(checkout_judge: Judge, image: Sized) -> None:
    """Stop where the API does not take a small picture of this format by this carrier."""
    first = images.AnyCarrier(images.ways(checkout_judge.contract, checkout_judge.contract.fields[image.field]))
    checks.small_picture_taken([*checkout_judge.traces(image), *checkout_judge.traces(first)], image)
