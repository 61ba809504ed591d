"""HTML elements as values: whatever text they are given is text, never markup."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

from markupsafe import Markup, escape

from pytest_checkout.report.text import harmless

Content: TypeAlias = "Markup | str | Iterable[Markup | str]"
_URL = re.compile(r"https?://[\w./?#&=%~:@!$'*+,;-]+")


def element(name: str, *contents: Content, **attributes: str | int | bool | None) -> Markup:
    """An element with its contents; text is escaped, and what acts in it is shown as a visible escape.

    A trailing underscore of an attribute's name is dropped and others are hyphens; ``True`` stands for an attribute
    without a value, ``None`` and ``False`` for none.

    >>> str(element("a", "<b>", href="#x", data_id="1"))
    '<a href="#x" data-id="1">&lt;b&gt;</a>'
    """
    made = Markup("").join(_attribute(key, value) for key, value in attributes.items() if value not in (None, False))
    return Markup("<{}{}>{}</{}>").format(Markup(name), made, joined(*contents), Markup(name))  # noqa: S704 - names of ours


def joined(*contents: Content) -> Markup:
    """Contents one behind the other."""
    return Markup("").join(_escaped(item) for content in contents for item in _items(content))


def code(text: str, *, lines: bool = False, **attributes: str | int | bool | None) -> Markup:
    """Text of an exchange or a script; with ``lines`` as a block of its own."""
    return element("pre" if lines else "code", _shown(text), **attributes)


def copy_button(what: str, *, text: str | None = None, source: str | None = None) -> Markup:
    """A button that copies a text, or the element beside it that the selector ``source`` finds."""
    return element(
        "button", "copy", type="button", class_="copy", data_from=source, data_copy=text, aria_label=f"copy {what}"
    )


def pill(text: str, kind: str) -> Markup:
    """A word in a coloured frame, such as a level."""
    return element("span", text, class_=f"pill {kind}")


def linked(text: str) -> Markup:
    """Text of the contract in which http(s) URLs are links."""
    parts, last = [], 0
    for found in _URL.finditer(text):
        parts += [_escaped(text[last : found.start()]), element("a", found[0], href=found[0], rel="noreferrer")]
        last = found.end()
    return joined(*parts, text[last:])


def _items(content: Content) -> Iterable[Markup | str]:
    return [content] if isinstance(content, str) else content


def _escaped(text: Markup | str) -> Markup:
    return text if isinstance(text, Markup) else escape(harmless(text))


def _shown(text: str) -> Markup:
    return Markup("\n").join(escape(harmless(line)) for line in text.split("\n"))


def _attribute(name: str, value: object) -> Markup:
    key = Markup(name.rstrip("_").replace("_", "-"))  # noqa: S704 - names of ours
    return Markup(" {}").format(key) if value is True else Markup(' {}="{}"').format(key, harmless(str(value)))
