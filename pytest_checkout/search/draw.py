"""Values from Hypothesis strategies: the one place that touches Hypothesis's settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

_USUAL_EXAMPLES = 100


def draw(strategy: SearchStrategy[Any], *, count: int, seed: int) -> list[Any]:
    """Draw values from a strategy, the same ones for the same seed.

    Nothing of the user's Hypothesis profile is changed, and nothing is stored: a failure is found again by its example,
    not by Hypothesis's database. A profile whose ``max_examples`` is not Hypothesis's own 100 has more or fewer drawn, in
    proportion.
    """
    if not count:
        return []
    import hypothesis

    profile = hypothesis.settings.default or hypothesis.settings()
    count = max(1, count * profile.max_examples // _USUAL_EXAMPLES)

    drawn: list[Any] = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
        print_blob=False,
        derandomize=False,
    )
    @hypothesis.given(strategy)
    def collect(value: Any) -> None:
        drawn.append(value)

    collect()
    return drawn[:count]
