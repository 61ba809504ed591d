"""Where the line runs between the longest text that is treated well and the shortest that is not, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pytest_checkout.checks import Broken, Check
from pytest_checkout.errors import Untried
from pytest_checkout.example import Trace
from pytest_checkout.perform import Ground, Walk

#: Requests that may be spent on one boundary.
REQUESTS = 12
_TELLING = 4


def boundary(ground: Ground, check: Check, trace: Trace, found: Broken) -> str:
    """Bisect the length of the text that a finding is about; empty where its length is not what matters."""
    step = trace.taken[found.cause].step
    texts = [(name, value) for name, value in _texts(step.body) if len(value) > _TELLING]
    if len(texts) != 1 or not step.ordinary or step.part != "update" or step.group:
        return ""
    name, text = texts[0]
    reads = found.index != found.cause
    walk = Walk(ground, version=trace.version, name="the boundary")
    create = ground.contract.create
    try:
        walk.create(create.examples.get("minimal", walk.full) if create is not None else walk.full)
        held, broken = 0, len(text)
        for _ in range((REQUESTS - 1) // (2 if reads else 1)):
            if broken - held <= 1:
                break
            middle = 1 if not held else (held + broken) // 2
            walk.update({**step.body, name: text[:middle]}, read=reads)
            if _shows(check, walk.trace, found.reason):
                if middle == 1:
                    return ""
                broken = middle
            else:
                held = middle
    except Untried:
        return ""
    return _sentence(name, held, broken, found.reason)


def _texts(body: Any) -> Iterator[tuple[str, str]]:
    if isinstance(body, dict):
        yield from ((name, value) for name, value in body.items() if isinstance(value, str) and "://" not in value)


def _shows(check: Check, trace: Trace, reason: str) -> bool:
    """Whether the last update of a trace shows the finding."""
    last = max(place for place, item in enumerate(trace.taken) if item.step.part == "update")
    return any(isinstance(each, Broken) and each.reason == reason and each.cause == last for each in check(trace))


def _sentence(name: str, held: int, broken: int, reason: str) -> str:
    good, bad = (
        ("accepted", "not") if reason.startswith("not accepted") else ("kept", "cut" if " cut " in reason else "not")
    )
    if broken - held <= 1:
        return f"{name}: {held:,} characters {good}, {broken:,} {bad}"
    return f"{name}: {held:,} characters {good}, {broken:,} {bad}; the line runs between them"
