"""The guards of the test suite themselves."""

import socket
import subprocess
import sys

import pytest


def test_a_unit_test_cannot_open_a_connection() -> None:
    with socket.socket() as unbound, pytest.raises(RuntimeError, match=r"socket\.connect"):
        unbound.connect(("127.0.0.1", 9))


def test_a_unit_test_cannot_listen() -> None:
    with socket.socket() as unbound, pytest.raises(RuntimeError, match=r"socket\.bind"):
        unbound.bind(("127.0.0.1", 0))


def test_a_unit_test_cannot_start_a_process() -> None:
    with pytest.raises(RuntimeError, match=r"subprocess\.Popen"):
        subprocess.run([sys.executable, "-c", ""], check=True)
