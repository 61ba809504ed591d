"""The bodies of a replay script: shell commands that print the bytes which were sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from pytest_checkout.exchange import Body
from pytest_checkout.images import no_image
from pytest_checkout.report.text import shown
from pytest_checkout.shell import escaped_bytes, plain, quoted

#: A body up to this many characters stands in curl's own arguments.
_INLINE = 2000
#: Stands in a JSON text where an image's text belongs.
_PLACEHOLDER = "\ue000\ue001image\ue001\ue000"
_SUFFIXES = {"text/html": "html", "text/plain": "txt"}


@dataclass
class Bodies:
    """Writes bodies, and remembers in ``pictures`` the files to serve and the command that makes each."""

    pictures: dict[str, str] = field(default_factory=dict)

    def commands(self, body: Body | None) -> tuple[list[str], list[str]]:
        """What is piped into curl, and the options that take the body."""
        if body is None:
            return [], []
        if body.whole and not self._by_url(body) and len(body.data) <= _INLINE and plain(body.data):
            return [], [f"--data-raw {quoted(body.data.decode())}"]
        made = list(self._printed(body))
        # Without an Expect of our own, curl asks whether it may send a large body, and waits for the answer.
        return [made[0] if len(made) == 1 else f"{{ {'; '.join(made)}; }}", "|"], ["-H 'Expect:'", "--data-binary @-"]

    def _by_url(self, body: Body) -> bool:
        return "by URL" in _carriers((body.recipe or {}).get("json"))

    def _printed(self, body: Body) -> Iterator[str]:
        recipe = body.recipe or {}
        if "json" in recipe and (not body.whole or self._by_url(body)):
            yield from self._recipe(recipe["json"])
        elif body.whole:
            yield _print(body.data)
        elif "runs" in recipe:
            yield from (_run(text, times) for text, times in recipe["runs"])
        else:
            begins = shown(body.text, 60)
            note = f"a body of {body.size:,} bytes (sha256 {body.sha256}) was sent, and not kept: {begins}"
            yield f"{{ echo {quoted(note)} >&2; exit 1; }}"

    def _recipe(self, value: Any) -> Iterator[str]:
        """Commands that print the JSON of a recipe, as compact as it was sent."""
        images: list[Mapping[str, Any]] = []

        def marked(item: Any) -> Any:
            if isinstance(item, Mapping) and "$image" in item:
                images.append(item["$image"])
                return _PLACEHOLDER
            if isinstance(item, Mapping):
                return {key: marked(inner) for key, inner in item.items()}
            return [marked(inner) for inner in item] if isinstance(item, list) else item

        text = json.dumps(marked(value), ensure_ascii=False, separators=(",", ":"))
        for index, piece in enumerate(text.split(_PLACEHOLDER)):
            if index:
                yield self._image(images[index - 1])
            if piece:
                yield _print(piece.encode("utf-8", "surrogatepass"))

    def _image(self, image: Mapping[str, Any]) -> str:
        if image.get("carrier") == "url":
            return f'printf %s "$images/{self._picture(image)}{image.get("query", "")}"'
        if "no_image" in image:
            return _print(no_image(image["no_image"]).data_uri().encode())
        return f"{_made(image)} --data-uri"

    def _picture(self, image: Mapping[str, Any]) -> str:
        """The name of a file to serve."""
        if "no_image" in image:
            item = no_image(image["no_image"])
            suffix = _SUFFIXES.get(item.media_type, item.media_type.partition("/")[2])
            name = f"{re.sub('[^a-z]+', '-', item.name)}.{suffix}"
            if item.status == HTTPStatus.OK:
                self.pictures[name] = _print(item.bytes())
        else:
            name = f"{image['bytes']}.{image['format']}"
            self.pictures[name] = _made(image)
        return name


def _made(image: Mapping[str, Any]) -> str:
    return f"python -m pytest_checkout image {image['format']} {image['bytes']}"


def _carriers(value: Any) -> set[str]:
    """The ways in which a recipe's images are carried."""
    if isinstance(value, Mapping) and "$image" in value:
        return {"by URL" if value["$image"].get("carrier") == "url" else "inline"}
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return {carrier for item in items for carrier in _carriers(item)}


def _print(data: bytes) -> str:
    return f"printf %s {quoted(data.decode())}" if plain(data) else f"printf '{escaped_bytes(data)}'"


def _run(text: str, times: int) -> str:
    """A command that prints a text so many times."""
    if times == 1:
        return _print(text.encode())
    if len(text) == 1 and text.isalnum():
        return f"printf '%{times}s' '' | tr ' ' {text}"
    return f't={quoted(text)} awk \'BEGIN {{ while (i++ < {times}) printf "%s", ENVIRON["t"] }}\''
