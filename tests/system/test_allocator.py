"""All threads of a daemon share one pool of the C library's memory."""

import subprocess
import sys

import pytest

PROGRAM = """
import ctypes, sys, threading
from daq.allocator import one_arena

assert one_arena()
barrier = threading.Barrier(4)

def work():
    barrier.wait()
    kept = [bytearray(1000) for _ in range(100)]
    barrier.wait()

threads = [threading.Thread(target=work) for _ in range(4)]
[each.start() for each in threads]
[each.join() for each in threads]
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
out = ctypes.c_void_p(libc.fdopen(1, b"w"))
libc.malloc_info(0, out)
libc.fflush(out)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="of the GNU C library")
def test_threads_have_no_pool_of_their_own() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("<heap nr=") == 1
