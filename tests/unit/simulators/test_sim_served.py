from pathlib import Path

import msgspec

from simulators.served import Served, ServedLog


def test_lines_are_appended_at_a_flush_and_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "served.jsonl"
    path.write_text('{"earlier":1}\n')
    log = ServedLog(path)
    log.open()
    log.add(Served(1, "mains", {"voltage_l1": 230.5}, "read 4 0x0000 +2"))
    assert path.read_text() == '{"earlier":1}\n'
    log.flush()
    log.add(Served(2, "balance", {"weight": None}, "SI", late=True))
    log.close()
    log.close()
    lines = [msgspec.json.decode(line) for line in path.read_bytes().splitlines()]
    assert lines[1:] == [
        {
            "time": 1,
            "device": "mains",
            "values": {"voltage_l1": 230.5},
            "request": "read 4 0x0000 +2",
        },
        {
            "time": 2,
            "device": "balance",
            "values": {"weight": None},
            "request": "SI",
            "late": True,
        },
    ]


def test_without_a_path_nothing_is_kept() -> None:
    log = ServedLog(None)
    log.open()
    log.add(Served(1, "mains", {}, ""))
    log.flush()
    log.close()
