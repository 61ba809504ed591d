"""What an API does where nothing is stated, in a sentence."""

from traces import SPEED, created, read, sent, trace, updated

from pytest_checkout import checks

URL, MESSAGE = {"success_url": "https://example.com/"}, {"success_message": "m"}


def test_each_update_is_told_with_its_status() -> None:
    seen = checks.seen_statuses(
        [trace(created({}), sent({"title": "é"}), sent({"title": None}, 400)), trace(sent({}, 0), read({}))]
    )
    assert seen == '{"title": "é"}: 200; {"title": null}: 400; {}: the connection was closed before an answer'


def test_a_long_body_is_told_by_its_beginning() -> None:
    assert checks.seen_statuses([trace(sent("t" * 58))]) == f'"{"t" * 58}": 200'
    assert checks.seen_statuses([trace(sent("t" * 1059))]) == f'"{"t" * 59}… (1,061 characters): 200'


def test_what_is_no_json_is_told_all_the_same() -> None:
    assert checks.seen_statuses([trace(sent(b"raw", 400))]) == "\"b'raw'\": 400"


def test_how_often_a_field_of_a_group_was_cleared_by_another_is_counted() -> None:
    def set_message(after: object) -> object:
        return trace(updated(MESSAGE, before=URL, after=after))

    cleared, kept = set_message(MESSAGE), set_message({**URL, **MESSAGE})
    assert checks.seen_clearing(SPEED, [cleared, kept, kept]) == "setting one cleared the other in 1 of 3 updates"
    assert checks.seen_clearing(SPEED, [kept]) == "setting one cleared the other in 0 of 1 updates"
    assert checks.seen_clearing(SPEED, [cleared]) == "setting one cleared the other in 1 of 1 updates"


def test_where_no_update_could_clear_a_field_nothing_was_seen() -> None:
    others = [
        updated(MESSAGE, before=URL, after=MESSAGE, status=400),
        updated(MESSAGE, before={"success_url": None}, after=MESSAGE),
        updated({"title": "a"}, before=URL, after={}),
        updated({**URL, **MESSAGE}, before=URL, after={}),
        (read(URL), sent(MESSAGE)),
        (sent(MESSAGE), read(MESSAGE)),
    ]
    assert checks.seen_clearing(SPEED, [trace(steps) for steps in others]) == "could not be seen"
    after = updated(MESSAGE, before=URL, after=MESSAGE)
    seen = checks.seen_clearing(SPEED, [trace(steps, sent({"title": "b"}), after) for steps in others])
    assert seen == "setting one cleared the other in 6 of 6 updates"
