"""Figures of the run: how long answers took, and what of the contract was exercised."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from pytest_checkout.latency import BOUNDS_MS, Latency
from pytest_checkout.report.html.elements import element

_WIDTH, _HEIGHT, _GAP = 260, 60, 2
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
    most = max(latency.histogram)
    wide = _WIDTH / len(latency.histogram)
    bars = []
    for place, count in enumerate(latency.histogram):
        tall = max(2.0 if count else 0.0, _HEIGHT * count / most)
        bars.append(
            element(
                "rect",
                element("title", f"{_LABELS[place]}: {count:,}"),
                x=f"{place * wide:.1f}",
                y=f"{_HEIGHT - tall:.1f}",
                width=f"{wide - _GAP:.1f}",
                height=f"{tall:.1f}",
            )
        )
    axis = (
        element("text", "1 ms", x="0", y=_HEIGHT + 12),
        element("text", "5 s", x=_WIDTH, y=_HEIGHT + 12, text_anchor="end"),
    )
    # viewBox is case-sensitive, and the keyword's underscores would become hyphens.
    opened = Markup('<svg role="img" viewBox="0 0 {} {}" aria-label="{}">').format(
        _WIDTH, _HEIGHT + 16, f"{name}: {said}"
    )
    picture = opened + Markup("").join([*bars, *axis]) + Markup("</svg>")
    return element(
        "figure", picture, element("figcaption", element("strong", name), f" ({latency.count:,} answers): {said}")
    )


def _ms(milliseconds: float) -> str:
    return f"{milliseconds / 1000:.2f} s" if milliseconds >= 1000 else f"{milliseconds:.3g} ms"


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
