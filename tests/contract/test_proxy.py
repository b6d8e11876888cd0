"""The TCP proxy of the tests does what it says, against a server that sends everything back."""

import socket
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress

import pytest

from tests.servers.proxy import Proxy


@contextmanager
def echo_server() -> Generator[int]:
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                thread = threading.Thread(target=answer, args=(connection,), daemon=True)
                threads.append(thread)
                thread.start()

    def answer(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while data := connection.recv(65_536):
                connection.sendall(data)

    threads = [threading.Thread(target=serve, daemon=True)]
    threads[0].start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for thread in threads:
            thread.join(10)


@pytest.fixture
def proxy() -> Generator[Proxy]:
    with echo_server() as port, Proxy(port) as between:
        yield between


def connected(proxy: Proxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=10)


def exchange(connection: socket.socket, data: bytes) -> bytes:
    connection.sendall(data)
    answer = b""
    while len(answer) < len(data):
        answer += connection.recv(65_536)
    return answer


def test_everything_passes_both_ways_and_is_counted(proxy: Proxy) -> None:
    data = bytes(range(256)) * 1000
    with connected(proxy) as one, connected(proxy) as other:
        assert exchange(one, data) == data
        assert exchange(other, b"other") == b"other"
    assert (proxy.accepted, proxy.sent, proxy.received) == (2, len(data) + 5, len(data) + 5)


def test_the_end_of_a_stream_passes(proxy: Proxy) -> None:
    with connected(proxy) as connection:
        connection.sendall(b"last")
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(10) == b"last"
        assert connection.recv(10) == b""


def test_a_throttled_connection_is_slow_and_late(proxy: Proxy) -> None:
    with connected(proxy) as connection:
        proxy.throttle(latency=0.1)
        started = time.monotonic()
        exchange(connection, b"late")
        assert time.monotonic() - started >= 0.2
        proxy.throttle(rate=100_000)
        started = time.monotonic()
        exchange(connection, bytes(30_000))
        assert time.monotonic() - started >= 0.2


def test_what_is_stalled_arrives_after_all(proxy: Proxy) -> None:
    with connected(proxy) as connection:
        exchange(connection, b"a")
        proxy.stall()
        connection.sendall(b"b")
        connection.settimeout(0.2)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        connection.settimeout(10)
        proxy.resume()
        assert connection.recv(1) == b"b"


def test_what_is_swallowed_never_arrives_and_the_connection_is_reset(proxy: Proxy) -> None:
    with connected(proxy) as connection:
        exchange(connection, b"a")
        proxy.swallow()
        connection.sendall(b"b")
        connection.settimeout(0.2)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        connection.settimeout(10)
        proxy.resume()
        with pytest.raises(ConnectionResetError):
            connection.recv(1)
    with connected(proxy) as connection:
        assert exchange(connection, b"c") == b"c"


def test_connections_are_reset_at_once_or_in_mid_stream(proxy: Proxy) -> None:
    with connected(proxy) as connection:
        exchange(connection, b"a")
        proxy.cut()
        with pytest.raises(ConnectionResetError):
            connection.recv(1)
    proxy.cut_after(10_000)
    with connected(proxy) as connection, pytest.raises(OSError, match=r"reset|pipe"):
        exchange(connection, bytes(1_000_000))
    assert 10_000 <= proxy.sent < 20_000
    with connected(proxy) as connection:
        assert exchange(connection, b"again") == b"again"


def test_nobody_is_there_until_it_listens_again(proxy: Proxy) -> None:
    with connected(proxy) as connection:
        exchange(connection, b"a")
        proxy.refuse()
        with pytest.raises(ConnectionResetError):
            connection.recv(1)
    with pytest.raises(ConnectionRefusedError):
        connected(proxy)
    proxy.accept()
    with connected(proxy) as connection:
        assert exchange(connection, b"b") == b"b"


def test_a_server_that_is_away_looks_so_through_the_proxy() -> None:
    with echo_server() as port, Proxy(port) as proxy:
        pass
    with Proxy(proxy.target) as proxy, connected(proxy) as connection, suppress(OSError):
        assert connection.recv(1) == b""
