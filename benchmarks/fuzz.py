"""Feed the package what nobody meant it to read: mutated contracts, and runs against an API with mutated answers.

    python benchmarks/fuzz.py contracts --count 10000
    python benchmarks/fuzz.py answers --count 10000

A contract is loaded or refused in one ContractError that names a place; a run ends with exit status 0, 1 or 4. What else
comes (a traceback, a defect told as one, a time-out) is printed with its seed; exit status 1 where there is any.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pytest_checkout import load_contract
from pytest_checkout.errors import ContractError
from pytest_checkout.mock import Mock
from pytest_checkout.mock.messages import Answer, Request

_ROOT = Path(__file__).parents[1]
CONTRACTS = (
    _ROOT / "contracts" / "speed.yaml",
    _ROOT / "tests" / "contracts" / "acme.yaml",
    _ROOT / "tests" / "contract" / "shop.yaml",
)
_SLOW_S = 10.0
_WORDS = (
    "null",
    "[]",
    "{}",
    "true",
    "-1",
    "1e999",
    '""',
    "'\\0'",
    "*x",
    "&x",
    "!!python/object:os.system",
    "$ref",
    "? :",
    "- -",
    "\t",
    "\u202e",
    "0x7f",
    "2022-01-01",
    "~",
    "<<",
)
_VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1e308,
    "",
    "x" * 70_000,
    [],
    {},
    [[]],
    {"": None},
    "\u202e\x1b[31m",
    "\ud800",
    10**400,
    "sk_test_x",
)


def mutated_contract(text: str, chance: random.Random) -> str:
    """A contract with one to four lines or pieces that are wrong."""
    lines = text.split("\n")
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(lines))
        other = chance.randrange(len(lines))
        change = chance.randrange(8)
        line = lines[at]
        if change == 0:
            del lines[at]
        elif change == 1:
            lines.insert(at, lines[other])
        elif change == 2:
            lines[at], lines[other] = lines[other], line
        elif change == 3:
            lines[at] = " " * chance.randrange(12) + line.lstrip()
        elif change == 4 and ":" in line:
            lines[at] = f"{line.partition(':')[0]}: {chance.choice(_WORDS)}"
        elif change == 5 and ":" in line:
            lines[at] = f"{line.partition(':')[0]}: {lines[other].partition(':')[2]}"
        elif change == 6 and line:
            place = chance.randrange(len(line))
            lines[at] = line[:place] + chance.choice("{}[]:#&*!|>'\"%@`, \x00é\U0001f600") + line[place + 1 :]
        else:
            lines = lines[: max(at, 1)]
        lines = lines or [""]
    return "\n".join(lines)


def contracts(count: int, seed: int) -> list[str]:
    """Load mutated contracts; what went wrong otherwise than it should, in lines."""
    wrong, refused = [], 0
    texts = [path.read_text("utf-8") for path in CONTRACTS]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "contract.yaml"
        for turn in range(count):
            chance = random.Random(seed * 1_000_003 + turn)  # noqa: S311 - to be repeated
            path.write_text(mutated_contract(texts[turn % len(texts)], chance), encoding="utf-8")
            began = time.process_time()
            try:
                load_contract(path)
            except ContractError as problem:
                refused += 1
                if not str(problem).startswith(folder) or len(str(problem)) > 2000:
                    wrong.append(f"contract {turn}: refused without a place, or at length: {str(problem)[:200]}")
            except Exception as problem:  # noqa: BLE001 - that is what is looked for
                wrong.append(f"contract {turn}: {type(problem).__name__}: {problem}"[:300])
            if (spent := time.process_time() - began) > _SLOW_S:
                wrong.append(f"contract {turn}: took {spent:.1f} s of CPU")
    print(f"{count} contracts: {refused} refused, {count - refused} loaded, {len(wrong)} wrong")
    return wrong


def mutated_answer(answer: Answer, chance: random.Random) -> Answer:
    """An answer with another status, other headers or another body."""
    change = chance.randrange(9)
    if change == 0:
        answer.status = chance.choice((200, 201, 204, 302, 304, 400, 404, 409, 418, 500, 502, 599))
    elif change == 1:
        answer.body = answer.body[: chance.randrange(len(answer.body) + 1)]
    elif change == 2:
        answer.body = bytes(chance.randrange(256) for _ in range(chance.randrange(200)))
    elif change == 3:
        answer.headers = [pair for pair in answer.headers if chance.random() < 0.5]
    elif change == 4:
        answer.headers += [
            ("Content-Type", chance.choice(("text/html", "", "application/json; charset=utf-16", "x" * 500)))
        ]
    else:
        answer.body = _mutated_json(answer.body, chance)
    return answer


def _mutated_json(body: bytes, chance: random.Random) -> bytes:
    try:
        value = json.loads(body)
    except ValueError:
        return body
    if isinstance(value, dict) and value:
        for _ in range(chance.randint(1, 3)):
            key = chance.choice(list(value) or [""])
            if chance.random() < 0.3:
                value.pop(key, None)
            else:
                value[key] = chance.choice((*_VALUES, dict(value), list(value.values())))
    else:
        value = chance.choice(_VALUES)
    return json.dumps(value).encode("utf-8", "backslashreplace")


def answers(count: int, seed: int) -> list[str]:
    """Run the suite against mutated answers until so many of them were sent; what went wrong, in lines."""
    wrong: list[str] = []
    mutated: list[int] = []
    turn = 0
    while len(mutated) < count:
        turn += 1
        chance = random.Random(seed * 1_000_003 + turn)  # noqa: S311 - to be repeated
        share = chance.choice((0.02, 0.1, 0.5))
        mock = Mock(load_contract("speed"), seed=turn)
        honest: Callable[[Request], Answer] = mock._api.answer  # noqa: SLF001 - the fuzzer stands between mock and server

        def answer(
            request: Request,
            honest: Callable[[Request], Answer] = honest,
            chance: random.Random = chance,
            share: float = share,
            turn: int = turn,
        ) -> Answer:
            made = honest(request)
            creates = request.method == "POST" and request.target.count("/") == 1
            if creates or chance.random() >= share:
                return made
            mutated.append(turn)
            return mutated_answer(made, chance)

        mock._api.answer = answer  # type: ignore[method-assign]  # noqa: SLF001
        with mock, tempfile.TemporaryDirectory() as folder:
            environment = {
                **os.environ,
                "CHECKOUT_API_KEY": mock.secret_key,
                "CHECKOUT_OTHER_API_KEY": mock.other_secret_key,
                "CHECKOUT_PUBLISHABLE_KEY": mock.publishable_key or "",
            }
            options = [f"--checkout-base-url={mock.base_url}", f"--checkout-seed={turn}", "--checkout-max-time=120"]
            reports = [f"--checkout-report={folder}/r.{kind}" for kind in ("json", "html", "md", "sarif", "svg", "har")]
            command = [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-p",
                "no:cacheprovider",
                "-p",
                "no:schemathesis",
                *options,
                *reports,
            ]
            began = time.monotonic()
            try:
                done = subprocess.run(
                    command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300
                )
            except subprocess.TimeoutExpired:
                wrong.append(f"run {turn}: did not end")
                continue
            said = done.stdout + done.stderr
            if done.returncode not in (0, 1, 4) or any(
                word in said
                for word in ("Traceback (most", "INTERNALERROR", "a defect of pytest-checkout", "could not be written")
            ):
                place = next(
                    (
                        said.find(word)
                        for word in ("INTERNALERROR", "a defect of", "could not be written", "Traceback (most")
                        if word in said
                    ),
                    0,
                )
                wrong.append(f"run {turn}: exit {done.returncode}: {said[place : place + 600]}")
        print(
            f"run {turn}: {mutated.count(turn)} of {mock.requests} answers mutated, exit {done.returncode}, "
            f"{time.monotonic() - began:.0f} s",
            flush=True,
        )
    print(f"{len(mutated)} mutated answers in {turn} runs, {len(wrong)} wrong")
    return wrong


def main() -> int:
    """Fuzz; the exit status is 1 where something went wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("contracts", "answers"))
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    wrong = (contracts if chosen.what == "contracts" else answers)(chosen.count, chosen.seed)
    sys.stdout.writelines(f"{line}\n" for line in wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
