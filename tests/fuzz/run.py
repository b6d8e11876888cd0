"""Runs one fuzz target under atheris: coverage guided, for so many seconds.

    python -m tests.fuzz.run TARGET [SECONDS]

What it has learnt stays in ``.fuzz/TARGET/corpus``; an input that breaks the target is written to
``.fuzz/TARGET`` and the exit code is not 0. Give it back to the target to see what happens:

    python -m tests.fuzz.run TARGET PATH
"""

import hashlib
import importlib
import logging
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FOLDER = HERE.parents[1] / ".fuzz"
INSTRUMENTED = ["daq", "drivers", "simulators"]
SLOWEST = 20
"""Seconds one input may take, on a machine that does other things too."""
MEMORY = 2048
"""Megabytes the process may take."""
LONGEST = 4096
"""Bytes of an input."""


def names() -> list[str]:
    """Every target there is."""
    rest = {"run", "choices"}
    return sorted(path.stem for path in HERE.glob("*.py") if path.stem not in rest)


def main(arguments: list[str]) -> None:
    """Run as the command line wants."""
    if not arguments or arguments[0] not in names():
        sys.exit(f"usage: python -m tests.fuzz.run TARGET [SECONDS | PATH]; targets: {names()}")
    logging.disable()  # the damage of every input is told
    name, what = arguments[0], (arguments[1:] or ["60"])[0]
    if not what.isdecimal():
        _load(name).target(Path(what).read_bytes())
        return
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=INSTRUMENTED):
        module = _load(name)
    corpus = FOLDER / name / "corpus"
    _sow(corpus, module)
    options = [
        f"-max_total_time={what}",
        f"-timeout={SLOWEST}",
        f"-rss_limit_mb={MEMORY}",
        f"-max_len={LONGEST}",
        "-len_control=0",
        f"-artifact_prefix={FOLDER / name}/",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], module.target)
    atheris.Fuzz()


def _load(name: str) -> Any:  # noqa: ANN401 - a module with target and seeds
    return importlib.import_module(f"tests.fuzz.{name}")


def _sow(corpus: Path, module: Any) -> None:  # noqa: ANN401 - same
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in module.seeds():
        (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)


if __name__ == "__main__":
    main(sys.argv[1:])
