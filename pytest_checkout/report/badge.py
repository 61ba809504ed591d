"""The verdicts as a badge for a README: ``checkout conformance 96/98``."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from pytest_checkout.verdict import RunSummary, Verdict

_LABEL = "checkout conformance"
_HEIGHT, _PADDING, _LETTER = 20, 6, 6.6
#: Colours that white text can be read on.
_GREEN, _RED, _GREY = "#1a6b34", "#b3261e", "#59636e"


def badge(summary: RunSummary, verdicts: Sequence[Verdict]) -> str:
    """An SVG picture: how many of the judged behaviours held.

    Args:
        summary: what is said of the whole run; nothing of it is shown.
        verdicts: in the order of collection.
    """
    del summary
    held = sum(verdict.verdict == "held" for verdict in verdicts)
    judged = held + sum(
        verdict.verdict == "broken" or (verdict.verdict == "untried" and verdict.red) for verdict in verdicts
    )
    value = f"{held}/{judged}" if judged else "not judged"
    colour = _GREY if not judged else _GREEN if held == judged else _RED
    left, right = _wide(_LABEL), _wide(value)
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="{high}" role="img" aria-label="{label} {value}">'
        "<title>{label} {value}</title>"
        '<clipPath id="round"><rect width="{whole}" height="{high}" rx="3"/></clipPath>'
        '<g clip-path="url(#round)"><rect width="{left}" height="{high}" fill="#39424c"/>'
        '<rect x="{left}" width="{right}" height="{high}" fill="{colour}"/></g>'
        '<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
        '<text x="{middle_left}" y="14" textLength="{text_left}">{label}</text>'
        '<text x="{middle_right}" y="14" textLength="{text_right}">{value}</text></g></svg>\n'
    ).format(
        whole=left + right,
        high=_HEIGHT,
        left=left,
        right=right,
        colour=colour,
        label=_LABEL,
        value=value,
        middle_left=left / 2,
        middle_right=left + right / 2,
        text_left=left - 2 * _PADDING,
        text_right=right - 2 * _PADDING,
    )


def _wide(text: str) -> int:
    """How wide a part of the badge is, in pixels."""
    return round(len(text) * _LETTER) + 2 * _PADDING
