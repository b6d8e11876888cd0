"""What a changed configuration is journalled as: keys, before and after."""

from pathlib import Path

from daq.build.difference import LONGEST, MOST, key_differences
from daq.config.config import Config
from daq.config.load import load_config

BASE = """
[site]
name = "lab"
[bus.a]
address = "127.0.0.1:9"
"""


def config(folder: Path, more: str = "", base: str = BASE) -> Config:
    path = folder / "daq.toml"
    path.write_text(base + more)
    return load_config(path)


def test_each_key_is_told_before_and_after(tmp_path: Path) -> None:
    old = config(tmp_path)
    new = config(tmp_path, "timeout = '2s'\n[journal]\nmax_age = '30d'\n")
    assert key_differences(old, new) == [
        "bus.a.timeout: '1s' -> '2s'",
        "journal.max_age: '400d' -> '30d'",
    ]
    assert key_differences(old, old) == []


def test_what_is_new_or_gone_is_told_whole(tmp_path: Path) -> None:
    sink = '[sink.broker]\ntype = "mqtt"\nhost = "h"\nuser = "me"\npassword = { file = "secret" }\n'
    old, new = config(tmp_path), config(tmp_path, sink)
    (told,) = key_differences(old, new)
    assert told.startswith("sink.broker: (none) -> { ")
    assert "host = 'h'" in told
    (gone,) = key_differences(new, old)
    assert gone.endswith(" -> (none)")


def test_no_password_of_a_url_is_told(tmp_path: Path) -> None:
    told = "\n".join(
        key_differences(config(tmp_path), config(tmp_path, base=BASE.replace("lab", "l")))
    )
    assert told == "site.name: 'lab' -> 'l'"
    titled = BASE.replace("[bus.a]", 'title = "http://me:secret@host/x"\n[bus.a]')
    (told,) = key_differences(config(tmp_path), config(tmp_path, base=titled))
    assert told == "site.title: '' -> 'http://...@host/x'"


def test_there_is_an_end(tmp_path: Path) -> None:
    buses = "".join(f'[bus.b{n}]\naddress = "127.0.0.1:9"\n' for n in range(MOST + 5))
    told = key_differences(config(tmp_path), config(tmp_path, buses))
    assert len(told) == MOST + 1
    assert told[-1] == "and 5 more"
    assert max(map(len, told)) < LONGEST + 30
