"""Each credential as bytes, and the same bytes derived by a POSIX shell."""

import base64
import os
import subprocess
from pathlib import Path

import pytest

from pytest_checkout.contract.model import KeyKind, Security
from pytest_checkout.credentials import CREDENTIALS, Credential, Keys, split, turned, value_for

KEYS = {
    "speed": Keys("sk_test_9aBcD3fGh1JkLmZz", "sk_test_QwErTy1234567890", "pk_test_ZxCvBnM123456789"),
    "acme": Keys("acme-test-0f1e2d3c4b5a69788796a5b4", "acme-test-aaaabbbbccccddddeeeeffff", "acme-pub-1"),
    "no prefix": Keys("Zz9012345678abcdefghijklmnopqrstuvwxyz", "y", "z"),
    "odd characters": Keys("sk_live_a b$c`d\"e'f\\g%s!h*i", "k-", "p_"),
}
SCHEMES = ("basic", "bearer", "header")
NEAR_MISSES = [
    c for c in CREDENTIALS.values() if c.change is not None and c.id not in ("secret", "other", "publishable")
]


def security(scheme: str) -> Security:
    return Security(
        scheme=scheme,  # type: ignore[arg-type]
        header="X-Api-Key" if scheme == "header" else "Authorization",
        secret=KeyKind(template="sk_test_****", live=None),
        publishable=None,
    )


def applying() -> list[object]:
    return [
        pytest.param(credential, scheme, id=f"{credential.id}-{scheme}")
        for credential in CREDENTIALS.values()
        for scheme in SCHEMES
        if credential.applies(security(scheme))
    ]


def run(script: str, keys: Keys) -> bytes:
    environment = {
        "PATH": os.environ["PATH"],
        "CHECKOUT_API_KEY": keys.secret,
        "CHECKOUT_OTHER_API_KEY": keys.other,
        "CHECKOUT_PUBLISHABLE_KEY": keys.publishable,
    }
    done = subprocess.run(["sh", "-eu", "-c", script], env=environment, capture_output=True, check=True)
    assert done.stderr == b""
    return done.stdout


@pytest.mark.parametrize(("credential", "scheme"), applying())
def test_a_shell_derives_the_same_bytes(credential: Credential, scheme: str) -> None:
    for keys in KEYS.values():
        expected = credential.authorization(security(scheme), keys) or b""
        assert run(credential.shell(security(scheme)) or ":", keys) == expected


@pytest.mark.parametrize(("credential", "scheme"), applying())
def test_the_shell_text_holds_no_key(credential: Credential, scheme: str) -> None:
    text = credential.shell(security(scheme)) + credential.curl(security(scheme))
    assert not any(split(keys.secret)[1] in text for keys in KEYS.values())


def test_the_real_key_is_the_user_name_with_an_empty_password() -> None:
    value = CREDENTIALS["secret"].authorization(security("basic"), Keys("sk_test_abc"))
    assert value == b"Basic " + base64.b64encode(b"sk_test_abc:")


def test_bearer_and_header_carry_the_key_as_it_is() -> None:
    assert CREDENTIALS["secret"].authorization(security("bearer"), Keys("k-1")) == b"Bearer k-1"
    assert CREDENTIALS["secret"].authorization(security("header"), Keys("k-1")) == b"k-1"


@pytest.mark.parametrize("credential", NEAR_MISSES, ids=lambda credential: credential.id)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_near_miss_is_not_the_key(credential: Credential, scheme: str) -> None:
    keys = KEYS["speed"]
    assert credential.differs(keys)
    assert credential.authorization(security(scheme), keys) != value_for(scheme, keys.secret)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("id", "expected"),
    [
        ("wrong_key", "sk_test_4nOpQ8sTu6WxYzMm"),
        ("swapped_case", "sk_test_9AbCd3FgH1jKlMzZ"),
        ("upper_case", "sk_test_9ABCD3FGH1JKLMZZ"),
        ("lower_case", "sk_test_9abcd3fgh1jklmzz"),
        ("without_last", "sk_test_9aBcD3fGh1JkLmZ"),
        ("without_first", "k_test_9aBcD3fGh1JkLmZz"),
        ("half", "sk_test_9aBc"),
        ("prefix_only", "sk_test_"),
        ("without_prefix", "9aBcD3fGh1JkLmZz"),
        ("other_mode", "sk_live_9aBcD3fGh1JkLmZz"),
        ("one_more", "sk_test_9aBcD3fGh1JkLmZz0"),
        ("doubled", "sk_test_9aBcD3fGh1JkLmZzsk_test_9aBcD3fGh1JkLmZz"),
        ("last_changed", "sk_test_9aBcD3fGh1JkLmZm"),
        ("first_changed", "sk_test_4aBcD3fGh1JkLmZz"),
        ("middle_changed", "sk_test_9aBcD3fGu1JkLmZz"),
        ("with_space", "sk_test_9aBcD3fGh1JkLmZz "),
        ("with_newline", "sk_test_9aBcD3fGh1JkLmZz\n"),
        ("wildcard", "sk_test_9aBcD3fG*"),
        ("wildcard_percent", "sk_test_9aBcD3fG%"),
    ],
)
def test_each_near_miss_is_what_its_name_says(id: str, expected: str) -> None:
    assert CREDENTIALS[id].authorization(security("header"), KEYS["speed"]) == expected.encode()


def test_every_near_miss_is_named_in_this_file() -> None:
    assert len(NEAR_MISSES) == 19


@pytest.mark.parametrize("id", ["swapped_case", "upper_case", "lower_case"])
def test_a_key_without_letters_has_no_other_letter_case(id: str) -> None:
    assert not CREDENTIALS[id].differs(Keys("sk_test_1234567890"))


@pytest.mark.parametrize("id", ["wrong_key", "last_changed", "one_more", "first_changed"])
def test_neighbouring_keys_are_no_near_misses_of_each_other(id: str) -> None:
    assert CREDENTIALS[id].differs(Keys("sk_test_account_1", other="sk_test_account_2"))
    assert CREDENTIALS[id].differs(Keys("sk_test_aaaa", other="sk_test_bbbb"))


def test_a_near_miss_that_is_another_key_of_the_run_is_none() -> None:
    assert not CREDENTIALS["last_changed"].differs(Keys("sk_test_account_1", other="sk_test_account_6"))
    assert not CREDENTIALS["one_more"].differs(Keys("sk_test_account_1", publishable="sk_test_account_10"))


def test_the_real_keys_do_not_differ_from_themselves() -> None:
    assert not any(CREDENTIALS[id].differs(KEYS["speed"]) for id in ("secret", "other", "publishable", "scheme_lower"))
    assert CREDENTIALS["none"].differs(KEYS["speed"])


def test_no_header_is_not_an_empty_header() -> None:
    assert CREDENTIALS["none"].authorization(security("basic"), Keys()) is None
    assert CREDENTIALS["empty_header"].authorization(security("basic"), Keys()) == b""
    assert CREDENTIALS["none"].curl(security("basic")) == ""
    assert CREDENTIALS["empty_header"].curl(security("basic")) == "-H 'Authorization;'"


def test_a_space_after_a_key_belongs_to_the_key_in_basic_alone() -> None:
    credential = CREDENTIALS["with_space"]
    assert not credential.authenticates(security("basic"))
    assert credential.authenticates(security("bearer"))


def test_a_scheme_name_in_small_letters_authenticates() -> None:
    assert CREDENTIALS["scheme_lower"].authenticates(security("basic"))
    assert CREDENTIALS["scheme_lower"].authorization(security("basic"), Keys("k")) == b"basic azo="
    assert not CREDENTIALS["wrong_key"].authenticates(security("basic"))


def test_malformed_base64_is_malformed_in_the_way_it_says() -> None:
    keys = KEYS["speed"]
    no_colon = CREDENTIALS["malformed_no_colon"].authorization(security("basic"), keys)
    not_utf8 = CREDENTIALS["malformed_not_utf8"].authorization(security("basic"), keys)
    assert no_colon is not None
    assert not_utf8 is not None
    assert b":" not in base64.b64decode(no_colon[6:])
    decoded = base64.b64decode(not_utf8[6:], validate=True)
    assert b":" in decoded
    with pytest.raises(UnicodeDecodeError):
        decoded.decode()


def test_the_long_credentials_are_about_8_kb() -> None:
    value = CREDENTIALS["malformed_long"].authorization(security("basic"), Keys())
    assert value is not None
    assert 8000 < len(value) <= 8192


def test_what_needs_basic_does_not_apply_to_bearer() -> None:
    assert not CREDENTIALS["as_password"].applies(security("bearer"))
    with pytest.raises(ValueError, match="no such thing under the scheme bearer"):
        CREDENTIALS["as_password"].authorization(security("bearer"), KEYS["speed"])


def test_a_key_that_was_not_given_is_named() -> None:
    assert not CREDENTIALS["other"].available(Keys("a"))
    with pytest.raises(ValueError, match="CHECKOUT_OTHER_API_KEY"):
        CREDENTIALS["other"].authorization(security("basic"), Keys("a"))


def test_keys_hide_themselves() -> None:
    assert "9aBcD3" not in repr(KEYS["speed"])


def test_a_key_is_split_after_its_public_prefix() -> None:
    assert split("sk_test_abc_def") == ("sk_test_", "abc_def")
    assert split("acme-live-123") == ("acme-live-", "123")
    assert split("0123456789") == ("", "0123456789")
    assert split("sk_test_") == ("", "sk_test_")
    assert turned("azAZ09-_") == "nmNM54-_"


def test_identifiers_and_names_are_unique() -> None:
    assert all(id == credential.id for id, credential in CREDENTIALS.items())
    assert len({credential.name for credential in CREDENTIALS.values()}) == len(CREDENTIALS)
    assert (Path("/bin/sh")).exists()
