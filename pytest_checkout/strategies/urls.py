"""URLs that show what an API does with URLs: plain ones, ones of the third zone, and what is no URL."""

from __future__ import annotations

_LONG_PATH = "".join(f"/step-{place}" for place in range(60))


def _long(length: int) -> str:
    start = "https://shop.example.com/thanks"
    return (start + _LONG_PATH)[: length - 1].rstrip("/-").ljust(length, "z")


#: https URLs on example domains in RFC 3986's normal form, each one that some mistake would change.
PLAIN: tuple[str, ...] = (
    "https://shop.example.com/thanks",
    "https://shop.example.com/thanks?order=1042&ref=mail#top",
    _long(255),
    "https://example.com/",
    "https://example.org/Thanks/ORDER/Aa",
    "https://shop.example.com/a%20b/c%2Fd?q=caf%C3%A9",
    "https://example.com/done?ids=1,2;3&a=1&a=2&b=&c&d=x?y/z",
    "https://example.net/path/?q=a+b&r=100%25",
    "https://example.com/x?next=https%3A%2F%2Fexample.org%2Fy%3Fz%3D1",
    "https://a.b.c.shop.example.com/~user/file.html;v=1,2",
    "https://example.com/cart/",
    "https://example.com/page#/section-2?tab=a,b",
    "https://example.com/ok?sum=$1.50&who=me@example.com:1!(x)*'~",
    _long(254),
    "https://example.com/q?B=2&A=1",
    "https://www.example.com/?token=aB3dE6&utm_source=mail",
)

#: What many of :data:`PLAIN` hold, in one, where requests are few.
COMBINED: tuple[str, ...] = (
    (
        "https://a.b.c.shop.example.com/~user/Thanks/a%20b/c%2Fd;v=1,2/?ids=1,2;3&a=1&a=2&b=&q=caf%C3%A9+100%25"
        "&next=https%3A%2F%2Fexample.org%2Fy%3Fz%3D1&d=x?y/z&sum=$1.50&who=me@example.com:1!(x)*'~#/section-2?tab=a,b"
    ),
)

#: URLs that are kept exactly or refused.
OTHER: tuple[str, ...] = (
    "http://shop.example.com/thanks",
    "https://shop.example.com:8443/thanks",
    "https://example.com/caf\u00e9?q=\u7d50\u5e33",
    "https://example.com",
    _long(256),
    "https://user:secret@shop.example.com/x",
    "https://EXAMPLE.com/Path",
    "https://example.com:443/",
    "https://m\u00fcnchen.example/",
    "https://example.com/a/../b/./c",
    "https://example.com/%41%7e%c3%a9",
    "https://192.0.2.7/x",
    "https://[2001:db8::7]/x",
    "https://example.com/?session={CHECKOUT_SESSION_ID}",
    "https://example.com//double//slash",
    "HTTPS://example.com/x",
    "https://xn--mnchen-3ya.example/",
    "https://example.com/?q='quoted'|\"x\"",
    "https://shop/thanks",
    "https://example.com/path?",
    "https://example.com/path#",
    "https://example.com./dot",
    "https://example.com:port/x",
    " https://example.com/spaces-at-the-ends ",
    _long(600),
    _long(2100),
    "",
)

#: What many of :data:`OTHER` hold, in a few; what one API refuses together stands apart.
OTHER_COMBINED: tuple[str, ...] = (
    "https://EXAMPLE.com:8443/a/../b/./c//d/%41%7e?q='x'&y=#",
    "https://example.com:443",
    "http://shop.example.com" + _LONG_PATH,
    "https://user:secret@m\u00fcnchen.example/caf\u00e9?q=\u7d50\u5e33",
)

#: What is no absolute http(s) URL.
NONE: tuple[str, ...] = (
    "/thanks",
    "null",
    "not a url",
    "example.com/thanks",
    "www.example.com",
    "//example.com/thanks",
    "?order=1",
    "https://",
    "https://?order=1",
    "https://exa mple.com/",
    "https://example.com/a b",
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "data:text/html,hello",
    "file:///etc/passwd",
    "ftp://example.com/thanks",
    "mailto:shop@example.com",
    "https:example.com",
    "https:/example.com/x",
    "https:///thanks",
    "://example.com/x",
    "about:blank",
)
