"""Answers that are remembered for arguments that can't be hashed, such as the parts of a contract."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar

_Argument = TypeVar("_Argument")
_Result = TypeVar("_Result")
_MOST = 512


class _Itself:
    """An argument that is equal to itself alone; it is held, so that no other one takes its identity."""

    __slots__ = ("argument",)

    def __init__(self, argument: Any) -> None:
        self.argument = argument

    def __hash__(self) -> int:
        return id(self.argument)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and self.argument is other.argument


def remembered(function: Callable[[_Argument], _Result]) -> Callable[[_Argument], _Result]:
    """Remember what a function of one argument returned, by the argument's identity: it must not be changed later.

    >>> asked = []
    >>> tell = remembered(lambda part: asked.append(part) or len(part))
    >>> part = {"title": 1}
    >>> tell(part), tell(part), len(asked)
    (1, 1, 1)
    """

    @lru_cache(maxsize=_MOST)
    def known(itself: _Itself) -> _Result:
        return function(itself.argument)

    @wraps(function)
    def tell(argument: _Argument) -> _Result:
        return known(_Itself(argument))

    return tell
