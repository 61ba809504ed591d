"""Pictures are opened by Pillow here, which shares nothing with how they are made."""

import base64
import io
import time
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from pytest_checkout.contract.model import ImageFormat
from pytest_checkout.images import LARGEST, Picture, data_uri, granularity, media_type, picture, smallest
from pytest_checkout.images.picture import CACHED_UP_TO, _kept_data_uri, _kept_picture

FORMATS: tuple[ImageFormat, ...] = ("png", "jpeg", "gif", "webp")
#: Where a frame, a segment or a sub-block of a format begins or ends, and what the limits of providers are near.
FURTHER = (*range(40), 250, 251, 252, 253, 254, 255, 256, 257, 258, 508, 509, 510, 511, 512, 513, 514)
SEGMENTS = tuple(n * 65537 + more for n in (1, 2, 3) for more in range(-6, 7))
SIZES = (500_000, 512_001, 1_000_000, 2_000_000, 2_000_001, 2_097_151, 2_097_152, 2_097_153, 5_000_000, 5_000_001)
SUMS = {"png": "a88e5f44e8f7d090", "jpeg": "2a34ef4373523b99", "gif": "ff322317af24dfdb", "webp": "237ccd5b4fdccebc"}


def opened(content: Any, format: ImageFormat) -> Image.Image:
    with Image.open(io.BytesIO(content), formats=[format]) as checked:
        checked.verify()
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        assert image.format == format.upper()
        return image.convert("RGB")


@pytest.mark.parametrize("format", FORMATS)
def test_a_picture_of_every_small_size_opens(format: ImageFormat) -> None:
    for size in (smallest(format) + more for more in (*FURTHER, *SEGMENTS)):
        content = picture(format, size)
        assert len(content) == size
        assert opened(content, format).size == (64, 64), size


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("format", FORMATS)
def test_a_picture_of_every_large_size_opens(format: ImageFormat, size: Any) -> None:
    content = picture(format, size)
    assert len(content) == size
    assert opened(content, format).size == (64, 64)


@pytest.mark.parametrize("format", FORMATS)
def test_the_larger_picture_shows_what_the_smallest_shows(format: ImageFormat) -> None:
    shown = opened(picture(format, smallest(format)), format)
    assert len(shown.getcolors()) == 1
    assert opened(picture(format, 2_097_153), format).tobytes() == shown.tobytes()


def test_the_check_of_these_tests_can_fail() -> None:
    content = bytearray(picture("png", 300))
    content[-20] ^= 1  # inside the private chunk, whose checksum is wrong now
    with pytest.raises(Exception, match=r"broken|checksum"):
        opened(bytes(content), "png")


def test_the_chunks_of_a_png_have_the_right_checksums_and_end_with_the_file() -> None:
    import zlib

    content, at, kinds = picture("png", 1_000_003), 8, []
    while at < len(content):
        length = int.from_bytes(content[at : at + 4])
        kinds.append(content[at + 4 : at + 8])
        covered = content[at + 4 : at + 8 + length]
        assert zlib.crc32(covered) == int.from_bytes(content[at + 8 + length : at + 12 + length])
        at += 12 + length
    assert at == len(content)
    assert kinds == [b"IHDR", b"IDAT", b"paDd", b"IEND"]


@pytest.mark.parametrize("more", [0, 1, 2, 3, 1000, 1001])
def test_the_riff_header_of_a_webp_counts_an_even_number_and_leaves_one_byte_at_most_behind(more: int) -> None:
    content = picture("webp", smallest("webp") + more)
    counted = int.from_bytes(content[4:8], "little")
    assert counted % 2 == 0
    assert len(content) - (8 + counted) == len(content) % 2
    assert granularity("webp") == 2


def test_only_webp_has_sizes_that_its_specification_does_not_know() -> None:
    assert [granularity(format) for format in FORMATS] == [1, 1, 1, 2]


def test_no_gif_block_has_three_bytes_which_some_readers_take_for_a_number_of_loops() -> None:
    for size in range(smallest("gif"), smallest("gif") + 600):
        content = picture("gif", size)
        at, lengths = content.index(b"PADDING 1.0") + 11, []
        while content[at]:
            lengths.append(content[at])
            at += content[at] + 1
        assert content[at:] == b"\0\x3b"
        assert min(lengths) > 3


@pytest.mark.parametrize("format", FORMATS)
def test_the_dimensions_stand_before_the_padding(format: ImageFormat) -> None:
    with Image.open(io.BytesIO(picture(format, 100_000)[:1000] + bytes(99_000))) as image:
        assert image.size == (64, 64)


@pytest.mark.parametrize("format", FORMATS)
def test_a_picture_below_the_smallest_is_refused_with_the_smallest(format: ImageFormat) -> None:
    least = smallest(format)
    with pytest.raises(ValueError, match=rf"no {format} picture has {least - 1} bytes: the smallest one has {least}"):
        Picture(format, least - 1)


@pytest.mark.parametrize("size", [0, -1, LARGEST + 1, True, 2.0, "100", None])
@pytest.mark.parametrize("make", [picture, data_uri, Picture])
def test_a_size_that_is_none_is_refused(make: Callable[[Any, Any], object], size: Any) -> None:
    with pytest.raises(ValueError, match="picture"):
        make("png", size)


@pytest.mark.parametrize("format", ["bmp", "PNG", "", None, ["png"]])
@pytest.mark.parametrize("ask", [lambda format: picture(format, 500), smallest, media_type, granularity])
def test_an_unknown_format_is_refused_with_the_known_ones(ask: Callable[[Any], object], format: ImageFormat) -> None:
    with pytest.raises(ValueError, match="there are png, jpeg, gif, webp"):
        ask(format)


@pytest.mark.parametrize("format", FORMATS)
def test_a_data_uri_carries_the_picture_and_its_type(format: ImageFormat) -> None:
    head, _, text = Picture(format, 2_097_153).data_uri().partition(",")
    assert head == f"data:image/{format};base64"
    assert base64.b64decode(text, validate=True) == picture(format, 2_097_153)


def test_the_bytes_are_the_same_on_every_machine() -> None:
    import hashlib

    sums = {format: hashlib.sha256(picture(format, 2_097_153)).hexdigest()[:16] for format in FORMATS}
    assert sums == SUMS


def test_only_a_few_pictures_are_kept_and_no_large_one() -> None:
    for size in range(1000, 1020):
        data_uri("gif", size)
    kept = _kept_picture.cache_info().currsize, _kept_data_uri.cache_info().currsize
    assert kept == (4, 2)
    before = _kept_picture.cache_info(), _kept_data_uri.cache_info()
    data_uri("gif", CACHED_UP_TO + 1)
    assert (_kept_picture.cache_info(), _kept_data_uri.cache_info()) == before
    assert picture("gif", 1019) is picture("gif", 1019)


@pytest.mark.parametrize("format", FORMATS)
def test_a_large_picture_costs_milliseconds(format: ImageFormat) -> None:
    started = time.perf_counter()
    picture(format, 9_999_999)
    assert time.perf_counter() - started < 1


def test_a_picture_prints_as_its_recipe_in_one_line() -> None:
    from hypothesis.vendor import pretty

    assert repr(Picture("png", 2_097_153)) == "Picture('png', 2097153)"
    assert pretty.pretty({"title_image": Picture("png", 2_097_153)}) == "{'title_image': Picture('png', 2097153)}"


def test_a_picture_is_a_value() -> None:
    same = Picture("webp", 1000)
    assert {same, Picture("webp", 1000)} == {same}
    assert same.bytes() == picture("webp", 1000)
    assert same.media_type == "image/webp"
    assert same.recipe() == {"image": {"format": "webp", "bytes": 1000}}
