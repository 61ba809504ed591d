"""Figures of the run: how long answers took, and what of the contract was exercised."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup

from pytest_checkout.latency import BOUNDS_MS, Latency
from pytest_checkout.report.html.elements import element

_WIDTH, _HEIGHT, _TOP, _GAP = 300, 70, 14, 2
#: The bounds that stand at the axis, and how much room a name takes.
_TICKS, _ROOM = (2, 10, 50, 200, 1000), 34
_LABELS = (*(f"up to {bound:,} ms" for bound in BOUNDS_MS), f"over {BOUNDS_MS[-1]:,} ms")


def latency_plots(latencies: Mapping[str, Latency]) -> Markup:
    """A small plot for each operation: how many answers took how long."""
    if not latencies:
        return Markup("")
    plots = [_plot(name, latency) for name, latency in latencies.items()]
    return element("section", element("h2", "How long answers took"), element("div", plots, class_="plots"))


def _plot(name: str, latency: Latency) -> Markup:
    said = (
        f"half of the answers within {_ms(latency.p50_ms)}, 95 % within {_ms(latency.p95_ms)}, "
        f"the slowest after {_ms(latency.slowest_ms)}"
    )
    figures = [("p50", latency.p50_ms), ("p95", latency.p95_ms), ("slowest", latency.slowest_ms)]
    # viewBox is case-sensitive, and the keyword's underscores would become hyphens.
    opened = Markup('<svg role="img" viewBox="0 0 {} {}" aria-label="{}">').format(
        _WIDTH, _TOP + _HEIGHT + 14, f"{name}: {said}"
    )
    picture = opened + Markup("").join([*_bars(latency), *_marks(figures), *_axis()]) + Markup("</svg>")
    rows = [element("div", element("dt", label), element("dd", _ms(value))) for label, value in figures]
    caption = element(
        "figcaption",
        element("strong", name),
        f" {latency.count:,} answer{'' if latency.count == 1 else 's'}",
        element("dl", rows),
    )
    return element("figure", caption, picture)


def _bars(latency: Latency) -> Iterator[Markup]:
    most = max(latency.histogram)
    wide = _WIDTH / len(latency.histogram)
    for place, count in enumerate(latency.histogram):
        tall = max(2.0 if count else 0.0, _HEIGHT * count / most)
        yield element(
            "rect",
            element("title", f"{_LABELS[place]}: {count:,}"),
            x=f"{place * wide + _GAP / 2:.1f}",
            y=f"{_TOP + _HEIGHT - tall:.1f}",
            width=f"{wide - _GAP:.1f}",
            height=f"{tall:.1f}",
        )


def _marks(figures: Sequence[tuple[str, float]]) -> Iterator[Markup]:
    """A line where each of the figures stands among the bars, with its name where there is room for it."""
    last = -_WIDTH
    for label, value in figures:
        place = _place(value)
        yield element("line", x1=f"{place:.1f}", x2=f"{place:.1f}", y1=_TOP - 3, y2=_TOP + _HEIGHT)
        if place - last > _ROOM:
            anchor = "end" if place > _WIDTH - _ROOM else "middle" if place > _ROOM else "start"
            yield element("text", label, x=f"{place:.1f}", y=_TOP - 5, text_anchor=anchor)
            last = int(place)


def _axis() -> Iterator[Markup]:
    wide = _WIDTH / (len(BOUNDS_MS) + 1)
    yield element("line", x1=0, x2=_WIDTH, y1=_TOP + _HEIGHT, y2=_TOP + _HEIGHT, class_="axis")
    for bound in _TICKS:
        place = (BOUNDS_MS.index(bound) + 1) * wide
        yield element("text", _ms(bound), x=f"{place:.1f}", y=_TOP + _HEIGHT + 12, text_anchor="middle")


def _place(milliseconds: float) -> float:
    """Where a time stands on the axis: in its bar, as far along as it is between the bar's ends."""
    bar = bisect_left(BOUNDS_MS, milliseconds)
    low = BOUNDS_MS[bar - 1] if bar else 0
    high = BOUNDS_MS[bar] if bar < len(BOUNDS_MS) else 2 * BOUNDS_MS[-1]
    along = min(1.0, (milliseconds - low) / (high - low))
    return (bar + along) * _WIDTH / (len(BOUNDS_MS) + 1)


def _ms(milliseconds: float) -> str:
    return f"{milliseconds / 1000:.3g} s" if milliseconds >= 1000 else f"{milliseconds:.3g} ms"


def coverage_tables(coverage: Mapping[str, Mapping[str, int]]) -> Markup:
    """What of the contract the run exercised, and what not, kind by kind."""
    if not coverage:
        return Markup("")
    kinds = []
    for kind, counts in coverage.items():
        if not counts:
            continue
        used = sum(bool(count) for count in counts.values())
        items = [
            element(
                "li",
                element("span", "✓" if count else "✗", aria_hidden="true"),
                f" {name}: ",
                f"{count:,}" if count else "not exercised",
                class_=None if count else "unexercised",
            )
            for name, count in counts.items()
        ]
        kinds.append(element("div", element("h3", f"{kind} ({used} of {len(counts)})"), element("ul", items)))
    summary = element("summary", element("h2", "What of the contract was exercised"))
    return element("details", summary, element("div", kinds, class_="coverage"), class_="folded")
