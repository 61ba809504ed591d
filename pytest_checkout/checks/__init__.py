"""The statements about what an API does, as pure functions over traces.

A check is made for a contract and, where the statement is per field, a field. It goes through a trace and yields, for
each exchange that could show the opposite of its statement, a :class:`Held` or a :class:`Broken`.
"""

from pytest_checkout.checks.accepted import accepts, accepts_beside, accepts_together, takes_beside
from pytest_checkout.checks.answer import answers_session, is_json
from pytest_checkout.checks.described import described
from pytest_checkout.checks.images import accepts_image, any_picture_taken, small_picture_taken, takes_small_picture
from pytest_checkout.checks.judgements import Broken, Check, Held, Judgement, Unjudged, answered
from pytest_checkout.checks.metadata import cased_apart, empty_keeps, pairs_kept, pairs_shown
from pytest_checkout.checks.methods import names_allowed
from pytest_checkout.checks.observed import seen_clearing, seen_statuses
from pytest_checkout.checks.races import all_took_effect, one_stands
from pytest_checkout.checks.refused import claimed, empty_answered, refuses
from pytest_checkout.checks.shown import answers, exact, last_wins, stores, stores_at_once
from pytest_checkout.checks.statuses import method_refused, no_server_error, refused_or_redirected
from pytest_checkout.checks.told_apart import tells_no_difference
from pytest_checkout.checks.unchanged import changes_nothing, fixed, idempotent, keeps, keeps_others, untouched
from pytest_checkout.checks.versions import version_shows

__all__ = [
    "Broken",
    "Check",
    "Held",
    "Judgement",
    "Unjudged",
    "accepts",
    "accepts_beside",
    "accepts_image",
    "accepts_together",
    "all_took_effect",
    "answered",
    "answers",
    "answers_session",
    "any_picture_taken",
    "cased_apart",
    "changes_nothing",
    "claimed",
    "described",
    "empty_answered",
    "empty_keeps",
    "exact",
    "fixed",
    "idempotent",
    "is_json",
    "keeps",
    "keeps_others",
    "last_wins",
    "method_refused",
    "names_allowed",
    "no_server_error",
    "one_stands",
    "pairs_kept",
    "pairs_shown",
    "refused_or_redirected",
    "refuses",
    "seen_clearing",
    "seen_statuses",
    "small_picture_taken",
    "stores",
    "stores_at_once",
    "takes_beside",
    "takes_small_picture",
    "tells_no_difference",
    "untouched",
    "version_shows",
]
