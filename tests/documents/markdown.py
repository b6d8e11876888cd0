"""What a document says: its commands with what they show, the files to write, links and anchors."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TypeAlias

ROOT = Path(__file__).parents[2]

PROGRAMS = {"make", "daq", "python3", "pip", "cp", "cat", "cd", "mkdir", "export", "docker"}
"""What a line of an indented block begins with if it is a command and not what one shows."""

_FENCE = re.compile(r"^```(\w*)$")
_FILE = re.compile(r"^<!-- file: (\S+) -->$")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


class Command(NamedTuple):
    """A command line, and the lines the document shows after it."""

    line: str
    shown: tuple[str, ...] = ()


class File(NamedTuple):
    """A file the reader is told to write."""

    name: str
    text: str


Step: TypeAlias = Command | File


class _Block(NamedTuple):
    language: str
    file: str
    lines: tuple[str, ...]


def steps_of(page: Path) -> list[Step]:
    """What the reader is told to do, in order."""
    steps: list[Step] = []
    for block in _blocks(page.read_text("utf-8")):
        if block.file:
            steps.append(File(block.file, "".join(f"{line}\n" for line in block.lines)))
        elif block.language in {"sh", "bash", "console"}:
            steps += [Command(line.removeprefix("$ ")) for line in block.lines if line]
        elif block.language in {"", "text"}:
            _mixed(steps, block)
    return steps


def _mixed(steps: list[Step], block: _Block) -> None:
    """A block without a language: commands where it begins with one, else what was shown."""
    for line in filter(None, block.lines):
        command = line.removeprefix("$ ").partition("  #")[0].strip()
        last = steps[-1] if steps else None
        if not block.language and command.split()[0] in PROGRAMS:
            steps.append(Command(command))
        elif isinstance(last, Command):
            steps[-1] = last._replace(shown=(*last.shown, line))


def _blocks(text: str) -> Iterator[_Block]:
    language, file, lines = "", "", list[str]()
    inside = False
    for line in [*text.splitlines(), ""]:
        fence, mark = _FENCE.match(line), _FILE.match(line)
        if inside and line == "```":
            yield _Block(language, file, tuple(lines))
            inside, file, lines = False, "", []
        elif inside:
            lines.append(line)
        elif fence or mark:
            file = mark[1] if mark else file
            inside, language = fence is not None, fence[1] if fence else ""
        elif line.startswith("    "):
            lines.append(line[4:])
        elif lines and line:
            yield _Block("", "", tuple(lines))
            lines = []
    if lines:
        yield _Block("", "", tuple(lines))


def links_of(page: Path) -> list[str]:
    """Where the page leads to within the repository, as written."""
    found = _LINK.findall(_prose(page.read_text("utf-8")))
    return [link for link in found if "://" not in link and not link.startswith("mailto:")]


def anchors_of(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    seen: dict[str, int] = {}
    anchors: set[str] = set()
    for line in _prose(page.read_text("utf-8")).splitlines():
        if heading := re.match(r"^#{1,6} +(.*?) *$", line):
            plain = re.sub(r"\[([^\]]*)\]\([^)]*\)|`", r"\1", heading[1]).lower()
            kept = "".join(c for c in plain if c.isalnum() or c in " -_")
            name = kept.replace(" ", "-")
            count = seen.get(name, 0)
            seen[name] = count + 1
            anchors.add(f"{name}-{count}" if count else name)
    return anchors


def _prose(text: str) -> str:
    """Without code and comments."""
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    return "\n".join("" if line.startswith("    ") else line for line in text.splitlines())
