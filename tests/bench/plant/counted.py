"""Pieces of work, each so often and then twice as often, in processes forked from this one.

    python -m tests.bench.plant.counted WHERE NAME ...

WHERE is a ``Where`` as JSON.

Run under valgrind, which counts the instructions of every process by itself: all share the start
and the imports, and what remains between the two of a piece is the work. Prints a ``Told`` as JSON
for each process, with its id, by which its count is found among what valgrind says.
"""

import os
import sys
import traceback

import msgspec

from tests.bench.plant.pieces import PIECES, Where


class Told(msgspec.Struct, frozen=True):
    """A process that did ``rounds`` of a piece; ``scans`` of them are what is counted by."""

    piece: str
    pid: int
    scans: int
    ok: bool


def main(where: Where, names: list[str]) -> None:
    """Do each, one after the other."""
    for name in names:
        rounds = PIECES[name].rounds
        for times in (rounds, 2 * rounds):
            print(msgspec.json.encode(_forked(where, name, times)).decode(), flush=True)  # noqa: T201


def _forked(where: Where, name: str, times: int) -> Told:
    if (pid := os.fork()) == 0:
        _child(where, name, times)
    _, status = os.waitpid(pid, 0)
    return Told(name, pid, times * PIECES[name].scans, status == 0)


def _child(where: Where, name: str, times: int) -> None:
    """Never comes back: what the parent opened is the parent's to close."""
    code = 1
    try:
        PIECES[name].work(where, times)
        code = 0
    except BaseException:  # noqa: BLE001 - the end of the process
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main(msgspec.json.decode(sys.argv[1], type=Where), sys.argv[2:])
