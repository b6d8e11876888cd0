"""The udev rules hold to the grammar of udev(7): udev leaves out silently what does not parse."""

import re
from pathlib import Path

RULES = Path(__file__).parents[2] / "systemd" / "61-lab-daq.rules"
TERM = re.compile(r'(?P<key>[A-Z]+)(?:\{(?P<name>[^}]+)\})?(?P<operator>==|!=|\+=|:=|=)"[^"]*"')
MATCHES = {"ACTION", "KERNEL", "SUBSYSTEM", "SUBSYSTEMS", "DRIVER", "DRIVERS", "ATTRS"}
ASSIGNS = {"GROUP", "MODE", "SYMLINK", "GOTO", "LABEL"}
EITHER = {"ATTR", "ENV"}


def rules() -> list[list[re.Match[str]]]:
    found: list[list[re.Match[str]]] = []
    for line in RULES.read_text().splitlines():
        if line and not line.startswith("#"):
            terms = [TERM.fullmatch(term) for term in line.split(", ")]
            assert all(terms), line
            found.append([term for term in terms if term])
    return found


def test_every_term_is_a_known_key_with_an_operator_it_takes() -> None:
    for terms in rules():
        for term in terms:
            compares = term["operator"] in {"==", "!="}
            assert term["key"] in EITHER | (MATCHES if compares else ASSIGNS), term[0]
            assert bool(term["name"]) == (term["key"] in {"ATTR", "ATTRS", "ENV"}), term[0]


def test_every_goto_has_its_label_further_down() -> None:
    text = RULES.read_text()
    for goto in re.finditer(r'GOTO="(\w+)"', text):
        assert f'LABEL="{goto[1]}"' in text[goto.end() :]
