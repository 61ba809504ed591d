"""The credentials that the suite sends, as named transformations of the real key.

A near miss *is* the key less a letter. So no exchange and no report ever holds one: they hold its identifier, such as
``without_last``; the client applies the transformation when it sends, and a replay script derives the same value from
``$CHECKOUT_API_KEY``. Each transformation is therefore written twice here, in Python and in POSIX shell, and a test
holds the two against each other.
"""

from __future__ import annotations

import base64
import re
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeAlias

from pytest_checkout.contract.model import Security

KeyName: TypeAlias = Literal["secret", "other", "publishable", "none"]
Scheme: TypeAlias = Literal["basic", "bearer", "header"]

#: The environment variable that holds each key.
VARIABLES: Mapping[KeyName, str] = MappingProxyType(
    {"secret": "CHECKOUT_API_KEY", "other": "CHECKOUT_OTHER_API_KEY", "publishable": "CHECKOUT_PUBLISHABLE_KEY"}
)

#: Up to two short words in front of a key, such as ``sk_test_``, tell what it is for and are no secret.
_PREFIX = re.compile(r"(?:[A-Za-z]{1,7}[_-]){0,2}")
_SED_PREFIX = r"^\(\([A-Za-z]\{1,7\}[_-]\)\{0,2\}\)"

_LOWER, _UPPER, _DIGITS = string.ascii_lowercase, string.ascii_uppercase, string.digits
#: By half of each alphabet: keys for tests like to be each other's neighbours, ``key_1`` and ``key_2``.
_TURN = str.maketrans(
    _LOWER + _UPPER + _DIGITS,
    _LOWER[13:] + _LOWER[:13] + _UPPER[13:] + _UPPER[:13] + _DIGITS[5:] + _DIGITS[:5],
)
_TR_TURN = "tr a-zA-Z0-9 n-za-mN-ZA-M5-90-4"
_SWAP = str.maketrans(_LOWER + _UPPER, _UPPER + _LOWER)
_TO_UPPER = str.maketrans(_LOWER, _UPPER)
_TO_LOWER = str.maketrans(_UPPER, _LOWER)

_WORDS: Mapping[Scheme, str] = MappingProxyType({"basic": "Basic", "bearer": "Bearer"})
_LONG = 6135


@dataclass(frozen=True)
class Keys:
    """The keys of a run; an empty text stands for one that was not given."""

    secret: str = field(default="", repr=False)
    other: str = field(default="", repr=False)
    publishable: str = field(default="", repr=False)

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Keys:
        """The keys that an environment gives.

        >>> Keys.of({"CHECKOUT_API_KEY": "sk_test_a"}).get("secret")
        'sk_test_a'
        """
        return cls(**{name: environment.get(variable, "") for name, variable in VARIABLES.items()})

    def get(self, name: KeyName) -> str:
        """The key of this name, empty where it was not given."""
        return {"secret": self.secret, "other": self.other, "publishable": self.publishable, "none": ""}[name]


def split(key: str) -> tuple[str, str]:
    """Split a key into its public prefix and its secret part.

    ``sk_test_`` says what a key is for; identifiers and documentation are full of such words, so they are neither
    changed in a near miss nor struck out. The prefix is at most two words of up to seven letters, each with its
    underscore or hyphen.
    """
    found = _PREFIX.match(key)
    end = found.end() if found is not None else 0
    return (key[:end], key[end:]) if end < len(key) else ("", key)


def turned(text: str) -> str:
    """Each ASCII letter and digit replaced by another, so that the shape stays and the key does not."""
    return text.translate(_TURN)


def value_for(scheme: Scheme, key: str) -> bytes:
    """The header value that carries a key: RFC 7617 section 2, RFC 6750 section 2.1, or the key as it is."""
    if scheme == "basic":
        return b"Basic " + base64.b64encode(f"{key}:".encode())
    return f"Bearer {key}".encode() if scheme == "bearer" else key.encode()


@dataclass(frozen=True, kw_only=True)
class Credential:
    """One way to present oneself, as a transformation of a key.

    ``id`` is its stable identifier, ``name`` the same in words, ``key`` the key that it starts from. ``schemes`` are
    those in which it can be told apart from the others, and ``authentic`` those in which HTTP makes it the real key's
    equal (a scheme's name in lower case, a space that belongs to the header and not to the key).
    """

    id: str
    name: str
    key: KeyName
    build: Callable[[Scheme, str], bytes | None] = field(repr=False)
    command: Callable[[Scheme], str] = field(repr=False)
    change: Callable[[str], str] | None = field(default=None, repr=False)
    schemes: frozenset[Scheme] = frozenset({"basic", "bearer", "header"})
    authentic: frozenset[Scheme] = frozenset()

    def applies(self, security: Security) -> bool:
        """Whether it makes sense under the contract's scheme."""
        return security.scheme in self.schemes

    def available(self, keys: Keys) -> bool:
        """Whether the key that it starts from was given."""
        return self.key == "none" or bool(keys.get(self.key))

    def differs(self, keys: Keys) -> bool:
        """Whether the transformation makes another key than those of the run: a key of digits has no other letter case."""
        if self.change is None:
            return self.id not in _REAL
        return self.change(keys.get(self.key)) not in {keys.secret, keys.other, keys.publishable}

    def authenticates(self, security: Security) -> bool:
        """Whether HTTP's own rules make it as good as the key that it starts from."""
        return security.scheme in self.authentic

    def authorization(self, security: Security, keys: Keys) -> bytes | None:
        """The exact value of the header to send.

        Args:
            security: how the contract carries a key.
            keys: the run's keys.

        Returns:
            The bytes after ``Authorization: ``, empty for an empty header, ``None`` for no header at all.

        Raises:
            ValueError: it does not apply to the scheme, or its key was not given.
        """
        if not self.applies(security):
            raise ValueError(f"{self.name}: there is no such thing under the scheme {security.scheme}")
        if not self.available(keys):
            raise ValueError(f"{self.name}: the key was not given; set {VARIABLES[self.key]}")
        return self.build(security.scheme, keys.get(self.key))

    def shell(self, security: Security) -> str:
        """Commands for a POSIX shell that print the same header value; empty for no header and for an empty one."""
        return self.command(security.scheme)

    def curl(self, security: Security) -> str:
        """The option that makes curl send the same header; empty where none is sent."""
        if self.id == "none":
            return ""
        if self.id == "empty_header":
            return f"-H '{security.header};'"
        return f'-H "{security.header}: $({self.shell(security)})"'


_REAL = frozenset({"secret", "other", "publishable", "scheme_lower", "no_colon", "with_password"})
_HTTP_SCHEMES: frozenset[Scheme] = frozenset({"basic", "bearer"})
_BASIC: frozenset[Scheme] = frozenset({"basic"})
_BASE64 = "base64 | tr -d '\\n'"


def _carry(scheme: Scheme, text: str) -> str:
    """Commands that print the header value, where ``text`` is a double-quoted shell word that gives the key."""
    if scheme == "basic":
        return f"printf 'Basic '; printf '%s:' {text} | {_BASE64}"
    return f"printf 'Bearer %s' {text}" if scheme == "bearer" else f"printf %s {text}"


def _changed(
    id: str,
    words: str,
    change: Callable[[str], str],
    text: str,
    *,
    before: str = "",
    key: KeyName = "secret",
    authentic: frozenset[Scheme] = frozenset(),
) -> Credential:
    """A credential whose key is changed and then carried as the scheme carries any key.

    In the shell commands, ``$k`` is the key, ``$p`` its public prefix and ``$s`` its secret part.
    """
    variable = VARIABLES[key]

    def command(scheme: Scheme) -> str:
        if text == "$k":
            return _carry(scheme, f'"${variable}"')
        steps = [f"k=${variable}"]
        if "$p" in before + text or "$s" in before + text:
            steps += [f"p=$(printf %s \"$k\" | sed 's/{_SED_PREFIX}.*/\\1/')", 's=${k#"$p"}']
        return "; ".join([*steps, *([before] if before else []), _carry(scheme, f'"{text}"')])

    def build(scheme: Scheme, real: str) -> bytes:
        return value_for(scheme, change(real))

    return Credential(id=id, name=words, key=key, build=build, command=command, change=change, authentic=authentic)


def _header(
    id: str,
    words: str,
    build: Callable[[Scheme, str], bytes | None],
    command: Callable[[Scheme], str],
    *,
    key: KeyName = "none",
    schemes: frozenset[Scheme] = _HTTP_SCHEMES | {"header"},
    authentic: frozenset[Scheme] = frozenset(),
) -> Credential:
    """A credential whose header is made by itself."""
    return Credential(id=id, name=words, key=key, build=build, command=command, schemes=schemes, authentic=authentic)


def _fixed(id: str, words: str, value: str, *, schemes: frozenset[Scheme] = _HTTP_SCHEMES) -> Credential:
    """A credential that holds nothing of any key; ``{scheme}`` stands for the scheme's own word."""

    def text(scheme: Scheme) -> str:
        return value.replace("{scheme}", _WORDS.get(scheme, "Basic"))

    return _header(id, words, lambda s, _: text(s).encode(), lambda s: f"printf %s '{text(s)}'", schemes=schemes)


def _at(key: str, index: int) -> str:
    """The key with one character of its secret part turned."""
    prefix, secret = split(key)
    return prefix + secret[:index] + turned(secret[index : index + 1]) + secret[index + 1 :]


def _in_secret(change: Callable[[str], str]) -> Callable[[str], str]:
    def changed(key: str) -> str:
        prefix, secret = split(key)
        return prefix + change(secret)

    return changed


def _sed(expression: str) -> str:
    return f"$(printf %s \"$s\" | sed '{expression}')"


def _other_mode(prefix: str) -> str:
    return prefix.replace("test", "live", 1) if "test" in prefix else prefix.replace("live", "test", 1)


def _half(secret: str) -> str:
    return secret[: len(secret) // 2]


_FIRST_HALF = '$(printf %.$((${#s} / 2))s "$s")'
_WRONG = _in_secret(turned)
_WRONG_SHELL = f'$p$(printf %s "$s" | {_TR_TURN})'


def _real(id: KeyName, words: str) -> Credential:
    return _changed(id, words, str, "$k", key=id, authentic=_HTTP_SCHEMES | {"header"})


def _other_scheme(scheme: Scheme) -> Scheme:
    return "bearer" if scheme == "basic" else "basic"


def _other_scheme_command(scheme: Scheme) -> str:
    return CREDENTIALS["wrong_key"].command(_other_scheme(scheme))


def _lower_scheme(scheme: Scheme, key: str) -> bytes:
    word, rest = value_for(scheme, key).split(b" ", 1)
    return word.lower() + b" " + rest


_ALL = (
    _real("secret", "the secret key"),
    _real("other", "another account's secret key"),
    _real("publishable", "the publishable key"),
    _header("none", "no credentials", lambda _s, _k: None, lambda _: ""),
    _header("empty_header", "an empty header", lambda _s, _k: b"", lambda _: ""),
    _header("empty_key", "an empty key", lambda s, _: value_for(s, ""), lambda s: _carry(s, '""')),
    _changed("wrong_key", "a wrong key of the secret key's shape", _WRONG, _WRONG_SHELL),
    _changed(
        "swapped_case",
        "the secret key with its letters in the other case",
        _in_secret(lambda secret: secret.translate(_SWAP)),
        '$p$(printf %s "$s" | tr a-zA-Z A-Za-z)',
    ),
    _changed(
        "upper_case",
        "the secret key in capital letters",
        _in_secret(lambda secret: secret.translate(_TO_UPPER)),
        '$p$(printf %s "$s" | tr a-z A-Z)',
    ),
    _changed(
        "lower_case",
        "the secret key in small letters",
        _in_secret(lambda secret: secret.translate(_TO_LOWER)),
        '$p$(printf %s "$s" | tr A-Z a-z)',
    ),
    _changed("without_last", "the secret key without its last character", lambda key: key[:-1], "${k%?}"),
    _changed("without_first", "the secret key without its first character", lambda key: key[1:], "${k#?}"),
    _changed("half", "the first half of the secret key", _half, '$(printf %.$((${#k} / 2))s "$k")'),
    _changed("prefix_only", "the secret key's public prefix alone", lambda key: split(key)[0], "$p"),
    _changed("without_prefix", "the secret key without its public prefix", lambda key: split(key)[1], "$s"),
    _changed(
        "other_mode",
        "the secret key with the other mode in its prefix, live for test and test for live",
        lambda key: _other_mode(split(key)[0]) + split(key)[1],
        '$(printf %s "$p" | sed -e s/test/live/ -e t -e s/live/test/)$s',
    ),
    _changed("one_more", "the secret key with one character more", lambda key: f"{key}0", "${k}0"),
    _changed("doubled", "the secret key twice", lambda key: key * 2, "$k$k"),
    _changed(
        "last_changed",
        "the secret key with its last character changed",
        lambda key: key[:-1] + turned(key[-1:]),
        f'${{k%?}}$(printf %s "${{k#"${{k%?}}"}}" | {_TR_TURN})',
    ),
    _changed(
        "first_changed",
        "the secret key with the first character after its prefix changed",
        lambda key: _at(key, 0),
        f'$p$(printf %.1s "$s" | {_TR_TURN})${{s#?}}',
    ),
    _changed(
        "middle_changed",
        "the secret key with a character in its middle changed",
        lambda key: _at(key, len(split(key)[1]) // 2),
        f'$p$h$(printf %.1s "$r" | {_TR_TURN})${{r#?}}',
        before=f'h={_FIRST_HALF}; r=${{s#"$h"}}',
    ),
    _changed(
        "with_space",
        "the secret key with a space after it",
        lambda key: f"{key} ",
        "$k ",
        # White space around a field's value is no part of it (RFC 9110 section 5.5); inside base64 it is.
        authentic=frozenset({"bearer", "header"}),
    ),
    _changed(
        "with_newline",
        "the secret key with a newline after it",
        lambda key: f"{key}\n",
        "$k$n",
        before="n=$(printf '\\n.'); n=${n%.}",
        authentic=frozenset({"bearer", "header"}),
    ),
    _changed(
        "wildcard",
        "the secret key with its second half replaced by *",
        _in_secret(lambda secret: _half(secret) + "*"),
        f"$p{_FIRST_HALF}*",
    ),
    _changed(
        "wildcard_percent",
        "the secret key with its second half replaced by %",
        _in_secret(lambda secret: _half(secret) + "%"),
        f"$p{_FIRST_HALF}%",
    ),
    _header(
        "as_password",
        "the secret key as the password of an empty user name",
        lambda _, key: b"Basic " + base64.b64encode(f":{key}".encode()),
        lambda _: f"printf 'Basic '; printf ':%s' \"$CHECKOUT_API_KEY\" | {_BASE64}",
        key="secret",
        schemes=_BASIC,
    ),
    _header(
        "with_password",
        "the secret key with a password beside it",
        lambda _, key: b"Basic " + base64.b64encode(f"{key}:password".encode()),
        lambda _: f"printf 'Basic '; printf '%s:password' \"$CHECKOUT_API_KEY\" | {_BASE64}",
        key="secret",
        schemes=_BASIC,
    ),
    _header(
        "no_colon",
        "the secret key in base64 without the colon",
        lambda _, key: b"Basic " + base64.b64encode(key.encode()),
        lambda _: f"printf 'Basic '; printf %s \"$CHECKOUT_API_KEY\" | {_BASE64}",
        key="secret",
        schemes=_BASIC,
    ),
    _header(
        "other_scheme_wrong",
        "a wrong key under another scheme",
        lambda scheme, key: value_for(_other_scheme(scheme), _WRONG(key)),
        _other_scheme_command,
        key="secret",
        schemes=_HTTP_SCHEMES,
    ),
    _header(
        "scheme_lower",
        "the secret key, the scheme's name in small letters",
        _lower_scheme,
        # The scheme's name is compared without regard to case (RFC 9110 section 11.1).
        lambda scheme: _carry(scheme, '"$CHECKOUT_API_KEY"').replace(_WORDS[scheme], _WORDS[scheme].lower(), 1),
        key="secret",
        schemes=_HTTP_SCHEMES,
        authentic=_HTTP_SCHEMES,
    ),
    _fixed("malformed_scheme_only", "the scheme's name alone", "{scheme}"),
    _fixed(
        "malformed_not_base64", "credentials that are not base64", "{scheme} %%%bm9ib2R5O"
    ),  # a lenient reader passes over what is no base64, and has one letter too many then
    _header(
        "malformed_no_colon",
        "a wrong key in base64 without the colon",
        lambda _, key: b"Basic " + base64.b64encode(_WRONG(key).encode()),
        lambda _: CREDENTIALS["wrong_key"].command("basic").replace("'%s:'", "'%s'"),
        key="secret",
        schemes=_BASIC,
    ),
    _fixed("malformed_not_utf8", "base64 of bytes that are not UTF-8", "Basic //79/Dr+/w==", schemes=_BASIC),
    _fixed("malformed_two_schemes", "the scheme's name twice", "{scheme} {scheme} bm9ib2R5Og=="),
    _header(
        "malformed_long",
        "8 kB of wrong credentials",
        lambda scheme, _: value_for(scheme, "x" * _LONG),
        lambda scheme: _carry(scheme, f"\"$(printf '%{_LONG}s' '' | tr ' ' x)\""),
    ),
    _fixed("malformed_digest", "a Digest header without its parts", 'Digest username="x"'),
    _fixed("malformed_negotiate", "a Negotiate header with nonsense in it", "Negotiate abc"),
    _fixed("malformed_word", "a single word that is no scheme", "vf93kq", schemes=_HTTP_SCHEMES | {"header"}),
)

#: Every kind of credential by its identifier, the value of an exchange's ``request.credentials``.
CREDENTIALS: Mapping[str, Credential] = MappingProxyType({credential.id: credential for credential in _ALL})
