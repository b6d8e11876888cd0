"""Tables and blocks of Markdown."""

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; ends with a line break."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |\n" for row in lines)


def block(language: str, text: str) -> str:
    """A block of code; ends with a line break."""
    return f"```{language}\n{text.rstrip()}\n```\n"
