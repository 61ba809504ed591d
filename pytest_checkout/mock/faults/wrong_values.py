"""What becomes of text and URLs in the hands of the careless."""

from __future__ import annotations

import html
import re
import unicodedata
import urllib.parse
from collections.abc import Callable
from typing import Any


def _decoded(text: str) -> str:
    """The text with its percent-encodings decoded, where every percent sign begins one."""
    return text if re.search(r"%(?![0-9A-Fa-f]{2})", text) else urllib.parse.unquote(text)


def _in_pieces(text: str) -> str:
    """The text cut into pieces of 64 UTF-16 code units, each of which is read by itself."""
    units = text.encode("utf-16-le", "surrogatepass")
    return "".join(units[start : start + 128].decode("utf-16-le", "replace") for start in range(0, len(units), 128))


REFUSED_TEXTS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("over_64", lambda text: len(text) > 64),
    ("single_character", lambda text: len(text) == 1),
    ("quotes", lambda text: '"' in text or "'" in text),
    ("over_200", lambda text: len(text) > 200),
    ("digits", lambda text: text.isdigit()),
    ("percent", lambda text: "%" in text),
    ("punctuation_alone", lambda text: not any(map(str.isalnum, text))),
)


REFUSED_URLS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("query", lambda url: "?" in url),
    ("fragment", lambda url: "#" in url),
    ("over_128", lambda url: len(url) > 128),
    ("escapes", lambda url: "%" in url),
    ("commas_in_the_query", lambda url: "," in url.partition("?")[2]),
    ("two_question_marks", lambda url: url.count("?") > 1),
)


WRONG_TEXTS: tuple[tuple[str, Callable[[str], Any], str], ...] = (
    ("cut_at_64", lambda text: text[:64], "Text is cut at 64 characters."),
    ("cut_at_250", lambda text: text[:250], "Text is cut at 250 characters."),
    ("ampersand_escaped", lambda text: text.replace("&", "&amp;"), "An ampersand is kept as &amp;."),
    ("spaces_collapsed", lambda text: re.sub(" +", " ", text), "Several spaces become one."),
    ("backslash_lost", lambda text: text.replace("\\", ""), "Backslashes are lost."),
    ("capitalised", lambda text: text[:1].upper() + text[1:], "The first letter becomes a capital."),
    ("quote_doubled", lambda text: text.replace("'", "''"), "An apostrophe is doubled."),
    ("plus_as_space", lambda text: text.replace("+", " "), "A plus sign becomes a space."),
    ("percent_decoded", urllib.parse.unquote, "Percent signs are taken for an encoding."),
    ("lower_case", str.lower, "Text is stored in lower case."),
    ("percent_decoded_whole", _decoded, "Percent signs that are all encodings are decoded."),
    (
        "digits_as_number",
        lambda text: int(text) if re.fullmatch("[1-9][0-9]*", text) else text,
        "Digits come back as a number.",
    ),
    ("percent_halved", lambda text: text.replace("%%", "%"), "Two percent signs become one."),
    ("dollars_halved", lambda text: text.replace("$$", "$"), "Two dollar signs become one."),
    (
        "date_as_time",
        lambda text: re.sub(r"^(\d{4}-\d\d-\d\d)$", r"\1T00:00:00Z", text),
        "A text that is a date comes back as a moment.",
    ),
)


WRONG_URLS: tuple[tuple[str, Callable[[str], str], str], ...] = (
    ("query_lost", lambda url: re.sub(r"\?[^#]*", "", url), "The query is lost."),
    ("fragment_lost", lambda url: url.partition("#")[0], "The fragment is lost."),
    ("query_cut_at_ampersand", lambda url: url.partition("&")[0], "What follows an ampersand is lost."),
    ("escapes_decoded", urllib.parse.unquote, "Percent-encoded characters are decoded."),
    ("escaped_again", lambda url: url.replace("%", "%25"), "Percent signs are encoded once more."),
    ("last_slash_lost", lambda url: url.removesuffix("/"), "A slash at the end is lost."),
)


INEXACT_TEXTS: tuple[tuple[str, Callable[[str], str], str], ...] = (
    ("trimmed", str.strip, "Spaces at the ends are lost."),
    ("cut_at_255", lambda text: text[:255], "Text is cut at 255 characters."),
    ("composed", lambda text: unicodedata.normalize("NFC", text), "Combining marks are composed."),
    ("newlines_as_spaces", lambda text: re.sub(r"[\r\n]+", " ", text), "Newlines become spaces."),
    ("markup_escaped", lambda text: text.replace("<", "&lt;").replace(">", "&gt;"), "Angle brackets are escaped."),
    (
        "question_marks",
        lambda text: text.encode("ascii", "replace").decode(),
        "What is not ASCII becomes a question mark.",
    ),
    ("no_emoji", lambda text: re.sub("[\U00010000-\U0010ffff]", "", text), "Characters beyond U+FFFF are lost."),
    ("tags_stripped", lambda text: re.sub(r"<[^>]*>", "", text), "What looks like a tag is lost."),
    ("cut_at_1000", lambda text: text[:1000], "Text is cut at 1,000 characters."),
    ("entities_decoded", html.unescape, "HTML entities are decoded."),
    ("leading_space_lost", str.lstrip, "Spaces at the beginning are lost."),
    ("line_ends", lambda text: text.replace("\r\n", "\n"), "CR LF becomes LF."),
    ("last_newline_lost", lambda text: text.removesuffix("\n"), "A newline at the end is lost."),
    ("tabs_at_ends_lost", lambda text: text.strip("\t"), "Tabs at the ends are lost."),
    (
        "broken_each_64_units",
        _in_pieces,
        "Text passes through pieces of 64 UTF-16 units, and what stands on a border breaks.",
    ),
)


INEXACT_URLS: tuple[tuple[str, Callable[[str], str], str], ...] = (
    ("made_https", lambda url: re.sub("^http:", "https:", url), "http becomes https."),
    (
        "slash_added",
        lambda url: url if urllib.parse.urlsplit(url).path else f"{url}/",
        "A slash is added to a bare host.",
    ),
    ("port_lost", lambda url: re.sub(r"^(https?://[^/?#]*?):\d+", r"\1", url), "The port is lost."),
    ("user_lost", lambda url: re.sub(r"^(https?://)[^/?#]*@", r"\1", url), "The user name is lost."),
    ("cut_at_255", lambda url: url[:255], "A URL is cut at 255 characters."),
    (
        "host_lower_case",
        lambda url: re.sub(r"^https?://[^/?#]*", lambda host: host[0].lower(), url),
        "The host loses its case.",
    ),
)
