"""Strikes keys out of whatever an API echoes, before anything else sees it.

The promise: after redaction no window of eight characters of a key's secret part is left, neither as it is (in any
letter case), nor percent-encoded, nor escaped as JSON or HTML do, nor in base64 at any of its three alignments. Where
a window is found, the strike is widened to what hangs on it, so that the public prefix and the other end of a near
miss go too.

Keys for tests are often short, or words, or one letter over and over. What stands in the contract, or in a body that the
suite made by itself, is no secret (:meth:`Redactor.allow`), and a secret part that is short, or of few different
characters, is looked for as a whole, with its prefix. Else an API whose key is ``sk_test_checkout`` would be struck out
wherever it names a checkout session.

Nearly everything that passes through here is clean, so a text is first searched for *anchors*: short pieces of the
encoded keys, so placed that every window contains one. Only a text that holds one is looked at closely.

Two bounds: within an unbroken run of more than 64 kB of base64 (an inline picture), clean or not, the search is for
whole secret parts and not for windows of eight; three keys have a hundred anchors and such a run millions of places. And
where there would be no end of striking (:data:`MOST_STRUCK`, :data:`MOST_ESCAPES`), everything is struck out as one.
"""

from __future__ import annotations

import base64
import hashlib
import re
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import islice

from pytest_checkout.credentials import split, turned

#: How many characters in a row of a key's secret part are too many to be shown.
WINDOW = 8
#: What stands where a key was, in the order of the keys that a :class:`Redactor` takes.
MARKERS = ("‹secret key›", "‹other key›", "‹publishable key›")  # noqa: RUF001 - marks that no key and no JSON holds
HEADER_MARKER = "‹secret header›"  # noqa: RUF001 - marks that no key and no JSON holds
WRONG_MARKER = "‹wrong key›"  # noqa: RUF001 - marks that no key and no JSON holds
#: Above so many places with a secret, or so many escapes to look behind, the whole text is struck out: only who means
#: harm sends those, and they would cost minutes.
MOST_STRUCK = 1_000
MOST_ESCAPES = 300_000
ESCAPES_MARKER = '"‹text of countless escapes›"'  # noqa: RUF001 - a mark, and JSON, that no API answers with
#: A secret part of fewer different characters is no window's worth: base64 is full of ``AAAAAAAA``.
FEWEST_DIFFERENT = 6
#: So many windows that are no secret are remembered at the most.
_MOST_ALLOWED = 10_000
#: A value shorter than this is no secret; striking it out would only make a text unreadable.
SHORTEST = 4
#: Texts up to this many characters are remembered.
_SHORT = 200

_RUN = 64 * 1024
#: How many long runs without a key are remembered, by digests: a run ends with closing sessions that show them again.
_CLEAN_RUNS = 256
#: What stands between two quotes, where that is long; split() would make millions of pieces of a hostile body.
_LONG_PIECE = re.compile(rb'(?<![^"])[^"]{%d,}' % (_RUN + 1))
#: What an escape begins with, and how far into a long run one may stand.
_ESCAPING = (b"%", b"\\", b"&#")
_LONGEST_PREFIX = 128
_LONG_RUN = re.compile(rb"(?:data:[^,]{0,99},)?[A-Za-z0-9+/_=-]*")
#: The anchor's length, and how many of a window's base64 characters depend on the window alone.
_ANCHOR = 4
_BASE64_WINDOW = 10
_ESCAPE = re.compile(
    rb"""%(?P<percent>[0-9a-f]{2}) | \\(?:u00|x)(?P<json>[0-9a-f]{2}) | \\(?P<itself>[/\\"])
    | &\#x0*(?P<hex>[0-9a-f]{2}); | &\#0*(?P<decimal>[0-9]{2,3}); | \\u[0-9a-f]{4} | \\[a-z]""",
    re.IGNORECASE | re.VERBOSE,
)
#: An escape that may stand for a character of a key, of base64, or for the beginning of another escape.
_TELLING = re.compile(rb"[%\\&](?:[2-7][0-9a-fA-F]|[uU]00[2-7]|[xX][2-7]|[/\\]|#)")
_NESTING = 3
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_HANGS_ON = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+=*")
_REACH = 24


@dataclass(frozen=True)
class _Needle:
    """One encoded form of a key: any ``window`` bytes in a row of ``text`` give the key away."""

    text: bytes
    window: int
    marker: bytes
    folded: bool

    @property
    def anchors(self) -> Iterator[tuple[int, bytes]]:
        """Pieces of the text with their offsets, so placed that every window contains one whole."""
        length = min(_ANCHOR, self.window)
        last = len(self.text) - length
        for offset in range(0, last + 1, self.window - length + 1):
            yield offset, self.text[offset : offset + length]

    def spans(self, data: bytes) -> Iterator[tuple[int, int]]:
        """Where the data holds a window or more of the text."""
        for offset, anchor in self.anchors:
            at = data.find(anchor)
            while at >= 0:
                start, end = at, at + len(anchor)
                left, right = offset, offset + len(anchor)
                while left and start and data[start - 1] == self.text[left - 1]:
                    start, left = start - 1, left - 1
                while right < len(self.text) and end < len(data) and data[end] == self.text[right]:
                    end, right = end + 1, right + 1
                if end - start >= self.window:
                    yield start, end
                at = data.find(anchor, at + 1)


def _aligned(secret: bytes) -> Iterator[bytes]:
    """The base64 of a text at each alignment, less the characters that its neighbours take part in."""
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + secret)
        yield encoded[-(-before * 8 // 6) : (before + len(secret)) * 8 // 6]


def _needles(prefix: str, secret: str, marker: str) -> Iterator[_Needle]:
    """The forms of one secret: as it is in any letter case, and in base64 at each alignment."""
    plain = len(secret) < WINDOW or len(set(secret.lower())) < FEWEST_DIFFERENT
    whole = (prefix + secret).encode()
    raw = whole if plain else secret.encode()
    window = len(raw) if plain else WINDOW
    yield _Needle(raw.lower(), window, marker.encode(), folded=True)
    for encoded in _aligned(raw):
        yield from _base64_needles(encoded, window, marker)
    if plain:
        return
    if prefix:  # the key as a whole is none that a contract names, whatever words it is made of
        yield _Needle(whole.lower(), len(whole), marker.encode(), folded=True)
    if marker != MARKERS[0]:
        return
    # The suite sends near misses of the secret key. What is not in them as it is in the key, is here.
    wrong = turned(secret)
    yield _Needle(wrong.encode().lower(), window, WRONG_MARKER.encode(), folded=True)
    for form in {secret.upper(), secret.lower(), secret.swapcase(), wrong} - {secret}:
        encoded = list(_aligned(form.encode()))[len(prefix.encode()) % 3]
        yield from _base64_needles(encoded, window, WRONG_MARKER if form == wrong else marker)


def _base64_needles(encoded: bytes, window: int, marker: str) -> Iterator[_Needle]:
    least = _BASE64_WINDOW if window == WINDOW else len(encoded)
    for form in dict.fromkeys((encoded, encoded.translate(_URL_SAFE))):
        yield _Needle(form, least, marker.encode(), folded=False)


class Redactor:
    """Strikes keys and secret headers out of texts and bodies.

    Args:
        keys: the secret key, another account's, and the publishable one, in this order; empty ones are passed over.
        secrets: other values that are nobody's business, such as those of ``--checkout-header``.
        public: text of which no part is a secret, such as the contract.
    """

    def __init__(self, keys: Sequence[str], *, secrets: Sequence[str] = (), public: str = "") -> None:
        self._public = public.lower().encode()
        self._allowed: set[bytes] = set()
        named = [(*split(key), marker) for key, marker in zip(keys, MARKERS, strict=False)]
        named += [("", word, HEADER_MARKER) for value in secrets for word in dict.fromkeys((value, *value.split()))]
        needles = [needle for part in named if len(part[0] + part[1]) >= SHORTEST for needle in _needles(*part)]
        self._needles = tuple(needles)
        self._folded = _unique(anchor for needle in needles if needle.folded for _, anchor in needle.anchors)
        self._exact = _unique(anchor for needle in needles if not needle.folded for _, anchor in needle.anchors)
        self._whole_folded = _unique(needle.text for needle in needles if needle.folded)
        self._whole_exact = _unique(needle.text for needle in needles if not needle.folded)
        # Most texts are headers, and most headers are the same in every answer.
        self._known = lru_cache(maxsize=512)(self._text)
        # Digests of long runs without a key: a picture comes back in every answer of its session.
        self._clean_runs: deque[bytes] = deque(maxlen=_CLEAN_RUNS)

    def __repr__(self) -> str:
        return f"<Redactor of {len({needle.marker for needle in self._needles})} kinds of secrets>"

    def allow(self, data: bytes) -> None:
        """Take what the suite made by itself for no secret, as no key ever goes into it; an API may echo it."""
        if len(data) > _RUN:
            self._clean_runs.extend(_digest(piece[0]) for piece in _LONG_PIECE.finditer(data))
            return
        if len(self._allowed) >= _MOST_ALLOWED or not self._suspect(data):
            return
        before = len(self._allowed)
        for _, needle, piece, *_ in islice(self._matches(data), MOST_STRUCK):
            self._allowed.update(_windows(piece, needle.window))
        if len(self._allowed) > before:
            self._known.cache_clear()

    def text(self, text: str) -> str:
        """The text with every secret in it replaced by its marker."""
        return self._known(text) if len(text) <= _SHORT else self._text(text)

    def _text(self, text: str) -> str:
        data = text.encode("utf-8", "surrogatepass")
        clean = self.data(data)
        return text if clean is data else clean.decode("utf-8", "surrogatepass")

    def data(self, data: bytes) -> bytes:
        """The bytes with every secret in them replaced by its marker, in UTF-8; clean bytes come back as they are."""
        known = self._without_clean_runs(data) if len(data) > _RUN and self._clean_runs else data
        if len(known) > MOST_ESCAPES and _countless_escapes(known):
            return ESCAPES_MARKER.encode()
        if not self._suspect(known):
            return data
        found = list(islice(self._found(data), MOST_STRUCK + 1))
        if len(found) > MOST_STRUCK:
            return b'"%s"' % found[0][2]
        return _struck(data, found) if found else data

    def _found(self, data: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Where the data holds a secret, at any depth of escapes, and the marker that is to stand there."""
        for view, needle, piece, start, end in self._matches(data):
            if not all(map(self._is_public, _windows(piece, needle.window))):
                yield (*view.origin(*_widened(view.data, start, end)), needle.marker)

    def _matches(self, data: bytes) -> Iterator[tuple[_View, _Needle, bytes, int, int]]:
        """Where the data holds a window or more of a needle, at any depth of escapes, and what stands there."""
        for view in _views(data):
            folded = view.data.lower()
            for needle in self._needles:
                searched = folded if needle.folded else view.data
                for start, end in needle.spans(searched):
                    yield view, needle, searched[start:end], start, end

    def _is_public(self, window: bytes) -> bool:
        return window in self._allowed or window in self._public

    def _suspect(self, data: bytes) -> bool:
        """Whether the data, or what its escapes stand for, holds an anchor."""
        for _ in range(_NESTING):
            if len(data) > _RUN and b"\\/" in data:
                data = data.replace(b"\\/", b"/")
            if self._anchored(data) if len(data) <= _RUN else self._large_suspect(data):
                return True
            if not _any_in(_ESCAPING, data) or _TELLING.search(data) is None:
                return False
            data = _ESCAPE.sub(_meaning, data)
        return self._anchored(data)

    def _anchored(self, data: bytes) -> bool:
        folded = data.lower()
        return _any_in(self._folded, folded) or _any_in(self._exact, data)

    def _large_suspect(self, data: bytes) -> bool:
        rest, runs = _parted(data, lambda piece: _LONG_RUN.fullmatch(piece) is not None)
        return self._anchored(rest) or any(map(self._run_suspect, runs))

    def _run_suspect(self, run: bytes) -> bool:
        if _any_in(self._whole_folded, run.lower()) or _any_in(self._whole_exact, run):
            return True
        if not _any_in(_ESCAPING, run[:_LONGEST_PREFIX]):  # behind an escape the next level may find something
            self._clean_runs.append(_digest(run))
        return False

    def _without_clean_runs(self, data: bytes) -> bytes:
        """The data less long runs that were looked at before; their bytes are not worth a second look."""
        return _parted(data, lambda piece: _digest(piece) in self._clean_runs)[0]


def _windows(piece: bytes, size: int) -> Iterator[bytes]:
    return (piece[start : start + size] for start in range(len(piece) - size + 1))


def holds_key(text: str, *, publishable: bool = False) -> bool:
    """Whether a redacted text held a secret key, or, where that counts, a publishable one, which is public by design."""
    return any(marker in text for marker in MARKERS[: 3 if publishable else 2])


def _any_in(anchors: tuple[bytes, ...], data: bytes) -> bool:
    for anchor in anchors:  # noqa: SIM110 - a generator would double the time that a small body takes
        if anchor in data:
            return True
    return False


def _parted(data: bytes, is_run: Callable[[bytes], bool]) -> tuple[bytes, list[bytes]]:
    """The data without those long pieces that are runs, and the runs."""
    rest: list[bytes] = []
    runs: list[bytes] = []
    position = 0
    for piece in _LONG_PIECE.finditer(data):
        if is_run(piece[0]):
            rest.append(data[position : piece.start()])
            runs.append(piece[0])
            position = piece.end()
    return b'"'.join([*rest, data[position:]]), runs


def _digest(run: bytes) -> bytes:
    return hashlib.sha256(run).digest()


def _countless_escapes(data: bytes) -> bool:
    """Whether the data holds more escapes than can be looked behind; escaped slashes, as in base64, cost nothing."""
    slashes = data.count(b"\\/")
    return sum(map(data.count, _ESCAPING)) - slashes > MOST_ESCAPES


def _unique(anchors: Iterable[bytes]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(anchors))


def _meaning(found: re.Match[bytes]) -> bytes:
    """What an escape stands for; a space where that is nothing of interest here."""
    if found["percent"] or found["json"] or found["hex"]:
        return bytes([int(found["percent"] or found["json"] or found["hex"], 16)])
    if found["decimal"]:
        return bytes([min(int(found["decimal"]), 255)])
    return found["itself"] or b" "


@dataclass(frozen=True)
class _View:
    """The data with its escapes replaced by what they stand for; ``origin`` maps a span back to the data."""

    data: bytes
    origin: Callable[[int, int], tuple[int, int]]


def _views(data: bytes) -> Iterator[_View]:
    """The data as it is, and as it is meant, to some depth of escapes within escapes."""
    view = _View(data, lambda start, end: (start, end))
    yield view
    for _ in range(_NESTING):
        unescaped = _unescaped(view)
        if unescaped.data == view.data:
            return
        view = unescaped
        yield view


def _unescaped(view: _View) -> _View:
    """The view one level of escapes deeper."""
    pieces: list[bytes] = []
    here: list[int] = [0]  # where each piece starts in the new data …
    there: list[int] = [0]  # … and in the old
    escaped: list[bool] = []
    size = position = 0

    def add(piece: bytes, end: int, *, escape: bool) -> None:
        nonlocal size, position
        pieces.append(piece)
        escaped.append(escape)
        size, position = size + len(piece), end
        here.append(size)
        there.append(position)

    for found in _ESCAPE.finditer(view.data):
        if found.start() > position:
            add(view.data[position : found.start()], found.start(), escape=False)
        add(_meaning(found), found.end(), escape=True)
    add(view.data[position:], len(view.data), escape=False)

    def origin(start: int, end: int) -> tuple[int, int]:
        first, last = bisect_right(here, start) - 1, bisect_right(here, end - 1) - 1
        begins = there[first] if escaped[first] else there[first] + start - here[first]
        ends = there[last + 1] if escaped[last] else there[last] + end - here[last]
        return view.origin(begins, ends)

    return _View(b"".join(pieces), origin)


def _widened(data: bytes, start: int, end: int) -> tuple[int, int]:
    """The span with the characters that hang on it: a prefix, the rest of a near miss, the padding of base64."""
    first, last = max(0, start - _REACH), min(len(data), end + _REACH)
    while start > first and data[start - 1] in _HANGS_ON:
        start -= 1
    while end < last and data[end] in _HANGS_ON:
        end += 1
    return start, end


def _struck(data: bytes, found: Iterable[tuple[int, int, bytes]]) -> bytes:
    """The data with each span replaced; spans that overlap or touch become one, under the first one's marker."""
    merged: list[tuple[int, int, bytes]] = []
    # Half an escape would spoil what surrounds the key: a span that cuts into one takes the whole of it.
    for start, end, marker in sorted(map(partial(_whole_escapes, _escapes(data)), found), key=lambda item: item[:2]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]), merged[-1][2])
        else:
            merged.append((start, end, marker))
    clean: list[bytes] = []
    position = 0
    for start, end, marker in merged:
        clean += [data[position:start], marker]
        position = end
    return b"".join([*clean, data[position:]])


def _escapes(data: bytes) -> list[tuple[int, int]]:
    return [escape.span() for escape in _ESCAPE.finditer(data)]


def _whole_escapes(escapes: list[tuple[int, int]], span: tuple[int, int, bytes]) -> tuple[int, int, bytes]:
    start, end, marker = span
    for position in (start, end):
        index = bisect_right(escapes, (position, 0)) - 1
        if index >= 0 and escapes[index][0] < position < escapes[index][1]:
            start, end = min(start, escapes[index][0]), max(end, escapes[index][1])
    return start, end, marker
