"""The mock as its users see it: names, keys, start and stop, the command."""

import argparse
import os
import re
import signal
import socket
import subprocess
import sys

import pytest
import requests

from pytest_checkout.contract.model import Contract
from pytest_checkout.errors import UsageProblem
from pytest_checkout.mock import Mock, fault_names, variant_names
from pytest_checkout.mock.command import add_arguments, run


def test_an_unknown_fault_gets_near_matches(speed: Contract) -> None:
    with pytest.raises(UsageProblem, match=r"did you mean success\.exclusive/when_equal_to_stored"):
        Mock(speed, faults=["success.exclusive/when_equl_to_stored"])


def test_an_unknown_variant_gets_near_matches(speed: Contract) -> None:
    with pytest.raises(UsageProblem, match=r"did you mean http\.gzip"):
        Mock(speed, variants=["http.gzp"])


def test_a_name_that_comes_near_nothing_says_so(speed: Contract) -> None:
    with pytest.raises(UsageProblem, match="--list"):
        Mock(speed, faults=["\u00e9\u00e9\u00e9"])


def test_keys_have_the_shape_that_the_contract_gives(contract: Contract) -> None:
    mock = Mock(contract)
    assert contract.security is not None
    pattern = re.escape(contract.security.secret.template).replace(r"\*", "[A-Za-z0-9]")
    assert re.fullmatch(pattern, mock.secret_key)
    assert re.fullmatch(pattern, mock.other_secret_key)
    assert mock.secret_key != mock.other_secret_key
    assert (mock.publishable_key is None) == (contract.security.publishable is None)
    assert not contract.security.secret.is_live(mock.secret_key)


def test_keys_differ_between_mocks_unless_a_seed_is_given(speed: Contract) -> None:
    assert Mock(speed).secret_key != Mock(speed).secret_key
    assert Mock(speed, seed=5).secret_key == Mock(speed, seed=5).secret_key
    assert Mock(speed, seed=5).secret_key != Mock(speed, seed=6).secret_key


def test_a_mock_that_is_not_running_has_no_address(speed: Contract) -> None:
    mock = Mock(speed)
    with pytest.raises(RuntimeError, match="start"):
        _ = mock.base_url
    with mock:
        assert mock.base_url.startswith("http://127.0.0.1:")
    mock.stop()


def test_requests_are_counted(speed: Contract) -> None:
    with Mock(speed) as mock:
        for _ in range(3):
            requests.get(mock.base_url, timeout=9)
        assert mock.requests == 3


def test_nothing_listens_after_a_stop(speed: Contract) -> None:
    with Mock(speed) as mock:
        port = int(mock.base_url.rpartition(":")[2])
        kept = socket.create_connection(("127.0.0.1", port), timeout=5)
        kept.sendall(b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert kept.recv(65536)
    with kept:
        assert kept.recv(1) == b""
    with pytest.raises(OSError, match=r"refused"):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def test_a_port_that_is_taken_is_a_usage_problem(speed: Contract) -> None:
    with Mock(speed) as mock, pytest.raises(UsageProblem, match="choose another port"):
        Mock(speed, port=int(mock.base_url.rpartition(":")[2])).start()


def test_the_list_names_every_fault_and_variant(speed: Contract, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    assert run(parser.parse_args(["--list"])) == 0
    lines = {line.strip() for line in capsys.readouterr().out.splitlines()}
    assert set(fault_names(speed)) | set(variant_names(speed)) <= lines


def test_a_wrong_name_on_the_command_line_is_one_line_and_status_4(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    assert run(parser.parse_args(["--port", "0", "--fault", "no.such"])) == 4
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("ERROR: ")


def test_the_command_serves_until_it_is_told_to_stop() -> None:
    program = (
        "import argparse, sys; from pytest_checkout.mock.command import add_arguments, run; "
        "parser = argparse.ArgumentParser(); add_arguments(parser); sys.exit(run(parser.parse_args()))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, "--port", "0", "--variant", "session.created_201"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "NO_PROXY": "*"},
    ) as process:
        assert process.stdout is not None
        exported = {}
        while len(exported) < 4:
            line = process.stdout.readline()
            if found := re.fullmatch(r"export (\w+)=(\S+)\n", line):
                exported[found[1]] = found[2]
            assert line
        answer = requests.post(
            f"{exported['CHECKOUT_BASE_URL']}/checkout-sessions",
            json={"amount": 1, "currency": "USD"},
            auth=(exported["CHECKOUT_API_KEY"], ""),
            timeout=9,
        )
        assert answer.status_code == 201
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "", "")
