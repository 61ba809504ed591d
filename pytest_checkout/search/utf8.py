"""Which characters UTF-8 can encode, said to Hypothesis instead of found out.

Hypothesis tries each of 1.1 million characters when a strategy names a codec, as Schemathesis's do. In every directory
that is new to it, a CI runner's for one, that takes seconds and 100 MB; of UTF-8 the answer is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

#: All but the surrogates (RFC 3629, section 3).
ENCODABLE = ((0, 0xD7FF), (0xE000, 0x10FFFF))


@contextmanager
def utf8_known() -> Iterator[None]:
    r"""Answer for UTF-8 while the block runs; what Hypothesis is asked for other codecs it finds out.

    >>> from hypothesis.internal import charmap
    >>> with utf8_known():
    ...     encodable, changed = charmap.intervals_from_codec("utf-8")
    >>> "\ud800" in encodable, "\ud7ff" in encodable, len(changed)
    (False, True, 0)
    """
    from hypothesis.internal import charmap
    from hypothesis.internal.intervalsets import IntervalSet

    found_out: Any = getattr(charmap, "intervals_from_codec", None)
    if found_out is None:  # another Hypothesis, which goes another way about it
        yield
        return

    def known(codec: str) -> Any:
        return (IntervalSet(ENCODABLE), IntervalSet(())) if codec == "utf-8" else found_out(codec)

    charmap.intervals_from_codec = known  # type: ignore[assignment]
    try:
        yield
    finally:
        charmap.intervals_from_codec = found_out
