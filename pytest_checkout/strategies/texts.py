"""Texts that show what an API does with text: plain ones, and ones of the third zone."""

from __future__ import annotations

import string

_PRINTABLE = "".join(chr(code) for code in range(0x21, 0x7F))


def mixed(length: int) -> str:
    """Printable text of this many characters, in which no two places look alike.

    >>> len(mixed(255)), mixed(8)
    (255, 'aB3-dE6-')
    """
    if length <= 8:
        return "aB3-dE6-"[:length]
    alphabet = (string.ascii_letters + string.digits) * 8
    # Every seventh letter, from another one on in each row of 62; a dash at each ninth place but the last.
    letters = list("".join(alphabet[row % 62 : row % 62 + 62 * 7 : 7] for row in range(length // 62 + 1))[:length])
    dashes = range(8, length - 1, 9)
    letters[8 : length - 1 : 9] = "-" * len(dashes)
    return "".join(letters)


#: Printable ASCII of 1 to 255 characters, each a value that some mistake would change.
PLAIN: tuple[str, ...] = (
    "Spring sale",
    mixed(255),
    "x",
    'MiXeD & "quoted", 100% of 50%25 a+b %41 it\'s  two  spaces',
    "0",
    "C:\\new\\table \\u0041 ${HOME} {{title}} #{x} %s %d %% {0} $1 $$ $& `id` *b* _i_ ~x~ [a](b) /* */ // -- #",
    "00123",
    "true",
    f'"{mixed(126)}"',
    '{"a": [1, null]}',
    "Robert'); DROP TABLE sessions;-- {\"(['",
    "null",
    "1e5",
    "https://example.com/?a=1&b=2#c",
    "__proto__",
    "!\"#$%'()*+,-./:; =?@[\\]^_`{|}~" + _PRINTABLE.replace("<", "").replace(">", "").replace("&", ""),
    "undefined",
    "-12.50",
    "Save%2025%25+now%21",
    "2026-01-31",
    "1042",
    "?! ...",
)

#: What many of :data:`PLAIN` hold, in one, where requests are few; it is as long as a text may be.
COMBINED: tuple[str, ...] = (
    (
        'MiXeD & "quoted", 100%% 50%25 a+b %41 it\'s  two C:\\new\\table \\u0041 ${HOME} {{title}} #{x} %s {0} $1 $$ $& `id` *b* _i_ ~x~ [a](b) // -- # '
        "!;/?@^|=, " + mixed(255)
    )[:255],
)
#: Those of :data:`PLAIN` that some mistakes see as a whole: as a number, as a date, as no text at all.
WHOLE: tuple[str, ...] = ("1042", "2026-01-31", "?! ...", "Save%2025%25+now%21", "true")

#: Texts that are kept exactly or refused.
OTHER: tuple[str, ...] = (
    "caf\u00e9 cr\u00e8me",
    "cafe\u0301 cre\u0300me",
    " leading space",
    "leading space ",
    "line one\nline two\r\nthree\n\n\nfour",
    "ends in a newline\n",
    "\ttabs at the ends\t",
    "\ufb01ne \u2460 \uff21\uff22 \u00bd",
    "party \U0001f389",
    mixed(256),
    "<b>bold</b>",
    "a &amp; b &lt; c",
    "tab\tinside",
    "\u7d50\u5e33 \u304a\u652f\u6255\u3044",
    "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
    "no\u00a0break",
    "zero\u200bwidth\u200djoin soft\u00adhyphen \u2764\ufe0f",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1f3\U0001f1f4",
    "\u202eright to left\u202c",
    "\ufeffbyte order mark",
    "line\u2028separator",
    "<script>alert(1)</script>",
    "z\u0351\u036b\u0343 \u0130stanbul \u00df\u1e9e \u03c2",
    "\u201cquoted\u201d \u2013 dash \u2026 \ufffd",
    "\x7f delete \x1b[31m \x85 next",
    "\U00020bb7 astral \U0010fffd",
    "nul\x00inside",
    "   ",
    mixed(1025),
    "\U0001f389" * 70 + "x" + "\U0001f389" * 60,
    "\u00fc" * 300,
    mixed(5000),
    mixed(70_000),
    "",
)

#: What many of :data:`OTHER` hold, in a few; what one API refuses together stands apart.
OTHER_COMBINED: tuple[str, ...] = (
    " caf\u00e9 cre\u0300me \ufb01ne <b>bold</b> &amp; &lt; \u7d50\u5e33 \U0001f389 ",
    "\tline one\nline two\r\nthree\n\n\ntab\tinside\t\n",
    mixed(5000),
)
