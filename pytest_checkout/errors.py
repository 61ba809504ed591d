"""The errors of a run, in the order in which a run can meet them.

1. The command line is read: :class:`UsageProblem` (an option, a key, a path).
2. The contract is read: :class:`ContractError` (file and line).
3. The run probes what it stands on: :class:`SetupProblem` (the API does not answer, the key is refused …).
4. Behaviours are judged: :class:`Untried` says why one could not be, :class:`ApiGone` that no other one can be either,
   :class:`TimeSpent` that the run's time is over, :class:`Inapplicable` that the contract or the account does not offer what it speaks of.
5. Reports are written: :class:`ReportProblem`.

The first three stop the run before anything is judged: exit status 4 and one message each.
"""

from __future__ import annotations


class CheckoutError(Exception):
    """The base of all errors of this package."""


class UsageProblem(CheckoutError):
    """An option, an environment variable or a path can't be used as it was given."""


class ContractError(CheckoutError):
    """A contract can't be used; the message starts with its file and line."""


class SetupProblem(CheckoutError):
    """The run has nothing to stand on: no API, no accepted key, no session that can be created."""


class Untried(CheckoutError):
    """A behaviour applies and could not be judged; ``red`` tells whether that turns the run red."""

    def __init__(self, cause: str, *, red: bool = True) -> None:
        super().__init__(cause)
        self.red = red


class ApiGone(Untried):
    """No connection to the API can be made any more."""


class TimeSpent(Untried):
    """The time that the run may take is over."""


class Inapplicable(CheckoutError):
    """The contract or the account does not offer what a behaviour speaks of."""


class ReportProblem(CheckoutError):
    """A report could not be written."""
