"""What a remote image host orders over HTTP, as JSON-ready data; recipes only, never the bytes of a picture."""

from __future__ import annotations

from typing import Any

from pytest_checkout.images import NotImage, Picture, no_image


def written(content: Picture | NotImage) -> dict[str, Any]:
    """What is to be published, as a recipe.

    Raises:
        ValueError: There is no recipe for it.
    """
    if isinstance(content, Picture):
        return content.recipe()
    if isinstance(content, NotImage) and content == no_image(content.name):
        return {"no_image": content.name}
    raise ValueError(f"a Picture or one of NOT_IMAGES can be published from here, not {content!r:.200}")


def read(order: dict[str, Any]) -> Picture | NotImage:
    """The reverse of :func:`written`.

    Raises:
        ValueError: The order is no recipe.
    """
    match order:
        case {"image": {"format": format, "bytes": size}}:
            return Picture(format, size)
        case {"no_image": str(name)}:
            return no_image(name)
    raise ValueError("the order holds no recipe for a picture")
