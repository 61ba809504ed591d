import argparse
import subprocess
import sys

import pytest

from pytest_checkout import image_command
from pytest_checkout.images import data_uri, picture

SCRIPT = """
import argparse, sys
from pytest_checkout import image_command
parser = argparse.ArgumentParser()
image_command.add_arguments(parser)
sys.exit(image_command.run(parser.parse_args()))
"""


def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-c", SCRIPT, *arguments], capture_output=True, check=False, timeout=30)


def test_the_command_writes_the_picture_and_nothing_else() -> None:
    done = run("jpeg", "2097153")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == picture("jpeg", 2_097_153)


def test_the_command_writes_the_data_uri_without_a_line_end() -> None:
    done = run("webp", "1001", "--data-uri")
    assert (done.returncode, done.stderr, done.stdout) == (0, b"", data_uri("webp", 1001).encode())


@pytest.mark.parametrize(
    ("format", "size", "said"),
    [
        ("bmp", "1000", "'bmp' is no format of pictures here; there are png, jpeg, gif, webp"),
        ("png", "2 MB", "BYTES is a whole number such as 2097153, not '2 MB'"),
        ("png", "1e6", "BYTES is a whole number such as 2097153, not '1e6'"),
        ("png", "٣٠٠", "BYTES is a whole number such as 2097153, not '٣٠٠'"),
        ("png", "", "BYTES is a whole number such as 2097153, not ''"),
        ("png", "7", "no png picture has 7 bytes: the smallest one has 111"),
        ("png", "99999999999999999999", "a picture of 99999999999999999999 bytes is not made"),
        ("png", "9" * 5000, "BYTES is a whole number such as 2097153, not '99999"),
    ],
)
def test_what_can_t_be_used_gets_one_line_and_exit_2(
    format: str, size: str, said: str, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    arguments = argparse.Namespace(format=format, bytes=size, data_uri=False)
    assert image_command.run(arguments) == 2
    out, err = capsysbinary.readouterr()
    assert out == b""
    assert err.decode().startswith(f"python -m pytest_checkout image: {said}")
    assert err.count(b"\n") == 1
    assert len(err) < 300


def test_a_picture_is_not_written_to_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert image_command.run(argparse.Namespace(format="png", bytes="500", data_uri=False)) == 2
    assert b"> picture.png" in capsysbinary.readouterr().err


def test_a_reader_that_had_enough_gets_no_traceback() -> None:
    command = [sys.executable, "-c", SCRIPT, "png", "5000000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=30) == 0
