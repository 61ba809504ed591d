"""An example as a POSIX shell script that a stranger can run.

The script creates the sessions that the example creates, takes their ids from the answers, and sends the rest to them,
byte for byte as it was sent. It needs ``curl``; pictures are made by ``python -m pytest_checkout image``. No key is in
it: each header is derived from ``$CHECKOUT_API_KEY`` and its kin.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from urllib.parse import quote

from pytest_checkout.contract.model import Contract
from pytest_checkout.credentials import CREDENTIALS, VARIABLES
from pytest_checkout.exchange import Exchange
from pytest_checkout.report.text import harmless, wrapped
from pytest_checkout.script_bodies import Bodies
from pytest_checkout.shell import derived, double_quoted, escaped_bytes, plain, quoted, variable

_CALL = "call() {\n  curl -sS --path-as-is --globoff -H 'Accept: application/json' -w '\\n-> %{http_code}\\n' \"$@\"\n}"
_COMMENT_WIDTH = 98
_PICTURES = (
    "The pictures are served to the API from here. Where the API can't reach this machine, serve the same files "
    "elsewhere and set CHECKOUT_IMAGE_HOST to their URL."
)


def script(example: Sequence[Exchange], *, contract: Contract, wanted: str, got: str, setup: str = "") -> str:
    """The example as a POSIX shell script.

    Args:
        example: the exchanges, in the order in which they were sent; those in a row whose purpose is the same
            ``parallel …`` are sent at the same time.
        contract: says how a key is carried and which field of a session is its id.
        wanted: what was wanted, in a sentence.
        got: what came, in a sentence.
        setup: lines that stand first.

    Returns:
        The script, which runs with ``$CHECKOUT_BASE_URL`` and ``$CHECKOUT_API_KEY`` set and prints each answer's body
        and status.
    """
    writer = _Writer(contract=contract, ids=_ids(example, contract))
    steps: list[str] = []
    number = 0
    for purpose, group in groupby(example, key=_together):
        exchanges = list(group)
        if purpose and len(exchanges) > 1:
            steps += ["", *writer.parallel(exchanges, number + 1)]
        else:
            for offset, exchange in enumerate(exchanges, number + 1):
                steps += ["", *writer.alone(exchange, offset)]
        number += len(exchanges)
    lines = ["#!/bin/sh", *setup.splitlines(), *_comment(f"wanted: {wanted}"), *_comment(f"got: {got}")]
    return "\n".join([*lines, *writer.head(example), *steps]) + "\n"


def _together(exchange: Exchange) -> str:
    return exchange.purpose if exchange.purpose.startswith("parallel") else ""


def _comment(text: str) -> list[str]:
    return wrapped(harmless(text), _COMMENT_WIDTH, first="# ", rest="#   ")


def _ids(example: Sequence[Exchange], contract: Contract) -> dict[str, str]:
    """The id of each session by its name, as the answers of the creates hold it."""
    found: dict[str, str] = {}
    for exchange in example:
        id = exchange.member(contract.session.id_field)
        if exchange.role == "create" and exchange.ok and exchange.session and isinstance(id, str) and id:
            found[exchange.session] = id
    return found


@dataclass
class _Writer:
    """Writes the commands of one script, and remembers what they need before them."""

    contract: Contract
    ids: Mapping[str, str]
    bodies: Bodies = field(default_factory=Bodies)
    needs_folder: bool = False

    def head(self, example: Sequence[Exchange]) -> list[str]:
        """What comes before the first request; written last, when it is known what is needed."""
        lines = ["set -u", ': "${CHECKOUT_BASE_URL:?the URL of the API}"']
        used = [CREDENTIALS[name] for name in dict.fromkeys(exchange.request.credentials for exchange in example)]
        keys = dict.fromkeys(credential.key for credential in used if credential.key in VARIABLES)
        if self.contract.security is not None:
            lines += [f': "${{{VARIABLES[key]}:?{CREDENTIALS[key].name}}}"' for key in keys]
        lines.append("base=${CHECKOUT_BASE_URL%/}")
        if self.contract.security is not None and any(credential.id == "secret" for credential in used):
            value = CREDENTIALS["secret"].shell(self.contract.security)
            lines.append(f'key="{self.contract.security.header}: $({value})"')
        lines.append(_CALL)
        if self.needs_folder or self.bodies.pictures:
            lines += [
                "folder=$(mktemp -d) || exit 1",
                'server=""',
                'trap \'test -z "$server" || kill "$server"; rm -rf "$folder"\' EXIT',
                "trap 'exit 1' HUP INT TERM",
            ]
        return [*lines, *self._served()]

    def _served(self) -> list[str]:
        if not self.bodies.pictures:
            return []
        return [
            "",
            *_comment(_PICTURES),
            'mkdir "$folder/served" && : > "$folder/log"',
            *(f'{command} > "$folder/served/{name}" || exit 1' for name, command in self.bodies.pictures.items()),
            'python -u -m http.server 0 --bind 127.0.0.1 --directory "$folder/served" > "$folder/log" 2>&1 &',
            "server=$!",
            "port=",
            'while test -z "$port"; do',
            '  kill -0 "$server" || exit 1',
            "  port=$(sed -n 's/^Serving HTTP on .* port \\([0-9]*\\) .*/\\1/p' \"$folder/log\")",
            '  test -n "$port" || sleep 1',
            "done",
            "images=${CHECKOUT_IMAGE_HOST:-http://127.0.0.1:$port}",
        ]

    def alone(self, exchange: Exchange, number: int) -> list[str]:
        """The commands of one request."""
        call = self._call(exchange)
        lines = self._heading(exchange, number)
        if exchange.role != "create" or exchange.session not in self.ids:
            return [*lines, call]
        name = variable(exchange.session)
        member = f'^[[:space:]]*"{_sed(self.contract.session.id_field)}"[[:space:]]*:[[:space:]]*"\\([^"]*\\)".*'
        return [
            *lines,
            f"created=$({call})",
            "printf '%s\\n' \"$created\"",
            f"{name}=$(printf %s \"$created\" | tr ',{{}}' '\\n\\n\\n' |",
            f"  sed -n 's/{member}/\\1/p' | sed -n {self._which(exchange)}p)",
            f'test -n "${name}" || {{ echo "no session was created" >&2; exit 1; }}',
        ]

    def _which(self, exchange: Exchange) -> int:
        """Which of the members of the id's name is the session's own: an answer may hold other ids before it."""
        text = exchange.response.body.text if exchange.response is not None else ""
        pattern = re.compile(rf'\s*"{re.escape(self.contract.session.id_field)}"\s*:\s*"([^"]*)"')
        found = [match[1] for piece in re.split(r"[,{}\n]", text) if (match := pattern.match(piece))]
        wanted = self.ids[exchange.session]
        return found.index(wanted) + 1 if wanted in found else 1

    def parallel(self, exchanges: Sequence[Exchange], number: int) -> list[str]:
        """The commands of requests that are sent at the same time; each writes into a file of its own."""
        self.needs_folder = True
        lines: list[str] = []
        for offset, exchange in enumerate(exchanges, number):
            call = f'{{ {self._call(exchange)}; }} > "$folder/{offset}" 2>&1 &'
            lines += [*self._heading(exchange, offset), call, f"p{offset}=$!"]
        waiting = " ".join(f'"$p{offset}"' for offset in range(number, number + len(exchanges)))
        files = " ".join(f'"$folder/{offset}"' for offset in range(number, number + len(exchanges)))
        # A bare wait would wait for the server of pictures, too.
        return [*lines, f"wait {waiting}", f"cat {files}"]

    def _heading(self, exchange: Exchange, number: int) -> list[str]:
        parts = [exchange.role or exchange.request.method, exchange.session]
        remarks = [exchange.purpose] if exchange.purpose else []
        if exchange.request.credentials != "secret":
            remarks.append(CREDENTIALS[exchange.request.credentials].name)
        came = exchange.failure or str(exchange.status)
        said = " ".join(filter(None, parts)) + (f" ({', '.join(remarks)})" if remarks else "")
        return _comment(f"{number}. {said}: came {came}")

    def _call(self, exchange: Exchange) -> str:
        request = exchange.request
        before, data = self.bodies.commands(request.body)
        # curl waits for the body of an answer to HEAD, unless it knows the method as its own.
        method = "-I" if request.method == "HEAD" else f"-X {quoted(request.method)}"
        words = ["call", method, self._url(exchange), *self._credentials(request.credentials)]
        words += [_header(name, value) for name, value in request.headers]
        if request.body is not None and request.header("content-type") is None:
            words.append("-H 'Content-Type:'")
        return " ".join([*before, *words, *data])

    def _credentials(self, name: str) -> list[str]:
        if self.contract.security is None:
            return []
        if name == "secret":
            return ['-H "$key"']
        option = CREDENTIALS[name].curl(self.contract.security)
        return [option] if option else []

    def _url(self, exchange: Exchange) -> str:
        target = exchange.request.target
        id = self.ids.get(exchange.session, "")
        if id and exchange.role != "create":
            name = variable(exchange.session)
            for form in dict.fromkeys((id, quote(id, safe=""))):
                if form in target:
                    return '"$base' + f"${{{name}}}".join(map(double_quoted, target.split(form))) + '"'
            before, segment, after = self._segment(exchange)
            return f'"$base{double_quoted(before)}{derived(segment, id, name)}{double_quoted(after)}"'
        return f'"$base{double_quoted(target)}"'

    def _segment(self, exchange: Exchange) -> tuple[str, str, str]:
        """The target before the id, in its place, and after it; where it does not fit the operation, all is before."""
        target = exchange.request.target
        for operation in self.contract.operations.values():
            if operation.role == exchange.role and operation.id_parameter is not None:
                before, _, after = operation.path.partition(f"{{{operation.id_parameter}}}")
                if target.startswith(before) and target.endswith(after):
                    return before, target[len(before) : len(target) - len(after)], after
        return target, "", ""


def _header(name: str, value: str) -> str:
    # curl takes "Name:" for a wish to leave a header out, and "Name;" for an empty one.
    text = f"{name}: {value}" if value else f"{name};"
    data = text.encode("latin-1", "replace")
    return f"-H {quoted(text)}" if plain(data) else f"-H \"$(printf '{escaped_bytes(data)}')\""


def _sed(text: str) -> str:
    return re.sub(r"([][\\/.*^$])", r"\\\1", text)
