"""The scenarios of a quick run: the most telling edge cases, as many on one session as can stand on it.

Each stands in for several of the usual scenarios, whose behaviours are judged on its traces. Nothing is drawn at random,
and a value shows in one what many show in turn; a finding is made smaller afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

from pytest_checkout.example import Trace
from pytest_checkout.perform import Ground
from pytest_checkout.scenarios import access, generated, images, inputs, metadata, protocol, races, success, updates
from pytest_checkout.scenarios.quick.pictures import pictures
from pytest_checkout.scenarios.quick.plain import beside_another, excluded, merged, plain
from pytest_checkout.scenarios.quick.refusals import refused
from pytest_checkout.scenarios.quick.strangers import strangers
from pytest_checkout.scenarios.quick.third_zone import others

Scenario: TypeAlias = "Callable[[Ground], Sequence[Trace]]"

#: Which of the scenarios here stands in for a usual one.
_STANDS_IN: Mapping[Scenario, Scenario] = MappingProxyType(
    {
        **dict.fromkeys((updates.alone, updates.values, updates.pairs, updates.together, updates.drawn), plain),
        **dict.fromkeys((updates.repeated, updates.in_a_row, updates.nothing, updates.fixed_named), plain),
        **dict.fromkeys((updates.settled, generated.by_schemathesis), plain),
        **dict.fromkeys((updates.others, metadata.others, inputs.hostile), others),
        **dict.fromkeys((success.excluded, success.states), excluded),
        **dict.fromkeys((images.beside_others, images.no_pictures), pictures),
        **dict.fromkeys((inputs.typed, inputs.unaddressed, inputs.half_applied, inputs.malformed), refused),
        **dict.fromkeys((metadata.untyped, access.strangers, access.near_misses), refused),
        **dict.fromkeys((protocol.unknown, protocol.unnamed_methods), refused),
        **dict.fromkeys((access.unauthenticated, access.unauthorized), strangers),
        **dict.fromkeys((metadata.merged, metadata.cased, metadata.emptied), merged),
        updates.beside_another: beside_another,
        races.beside_a_picture: races.fields,
    }
)


def stands_in(scenario: Scenario) -> Scenario:
    """The scenario of a quick run whose traces are evidence in place of this one's; itself, if there is none."""
    if isinstance(scenario, images.Sized | images.AnyCarrier):
        return pictures
    return _STANDS_IN.get(scenario, scenario)
