"""The documents are true: every command line of README and tutorials is run, every link leads."""

import re
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.documents.markdown import ROOT, Command, anchors_of, links_of, steps_of
from tests.documents.session import CODES, INSTEAD, LASTING, Session, pattern_of

DOCS = ROOT / "docs"
FRAGMENTS = {DOCS / "explanation" / "performance" / "table.md"}
"""Parts of pages, made by a program: without a title and readers of their own."""

PAGES = sorted({ROOT / "README.md", *ROOT.glob("README.*.md"), *DOCS.rglob("*.md")} - FRAGMENTS)
RUN = [ROOT / "README.md", *sorted((DOCS / "tutorial").glob("*.md"))]
FOR_WHOM = re.compile(
    r"^(For|Made .* For) |do not edit\. For | For who|^写给", re.MULTILINE | re.IGNORECASE
)


def original_of(page: Path) -> Path | None:
    """The English page of a translation."""
    return page.with_name(page.name.replace(".zh-CN", "")) if ".zh-CN" in page.name else None


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.slow
@pytest.mark.parametrize("page", [p for p in RUN if original_of(p) is None], ids=name_of)
def test_every_command_does_what_the_page_says(page: Path, tmp_path: Path) -> None:
    with ExitStack() as windows:
        Session(tmp_path, windows).follow(steps_of(page))


@pytest.mark.parametrize("page", [p for p in PAGES if original_of(p)], ids=name_of)
def test_a_translation_has_the_commands_of_its_original(page: Path) -> None:
    original = original_of(page)
    assert original is not None
    ours, theirs = (
        [step.line for step in steps_of(each) if isinstance(step, Command)]
        for each in (page, original)
    )
    assert ours == theirs


@pytest.mark.parametrize("page", [p for p in RUN if original_of(p)], ids=name_of)
def test_a_translated_tutorial_shows_and_writes_the_same(page: Path) -> None:
    original = original_of(page)
    assert original is not None
    assert steps_of(page) == steps_of(original)


@pytest.mark.parametrize("page", RUN, ids=name_of)
def test_who_is_told_to_serve_the_page_has_installed_what_it_needs(page: Path) -> None:
    lines = [step.line for step in steps_of(page) if isinstance(step, Command)]
    installs = [line for line in lines if "pip install" in line]
    if any(line.startswith("daq web") for line in lines):
        assert all("[web]" in line for line in installs), installs


def test_every_exception_to_running_a_command_is_needed() -> None:
    lines = [step.line for page in RUN for step in steps_of(page) if isinstance(step, Command)]
    for start in (*INSTEAD, *LASTING, *CODES):
        assert any(line.startswith(start) for line in lines), start


def test_the_checkout_can_be_installed(tmp_path: Path) -> None:
    source = tmp_path / "source"
    ignored = shutil.ignore_patterns(".*", "build", "dist", "tests", "docs")
    shutil.copytree(ROOT, source, ignore=ignored, symlinks=True)
    options = ("--dry-run", "--no-deps", "--no-index", "--no-build-isolation", "--ignore-installed")
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", *options, "."],
        cwd=source,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Would install lab-daq" in done.stdout


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in links_of(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors_of(target), link


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_page_says_whom_it_serves(page: Path) -> None:
    if page.parent.name == "decisions" and page.name != "README.md":
        return  # the index of decisions says it for all of them
    lines = [line for line in page.read_text("utf-8").splitlines() if line][:12]
    if page.parent == ROOT:
        lines = page.read_text("utf-8").splitlines()[:20]
    assert lines[0].startswith("# "), "a page begins with its title"
    assert FOR_WHOM.search("\n".join(lines[1:])), "for whom?"


def test_no_page_is_out_of_reach() -> None:
    reached: set[Path] = set()
    waiting = [DOCS / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached and page.suffix == ".md":
            reached.add(page)
            waiting += [(page.parent / link.partition("#")[0]).resolve() for link in links_of(page)]
    unreached = {*DOCS.rglob("*.md")} - reached - FRAGMENTS
    assert {name_of(page) for page in unreached} == set()


def test_only_the_index_and_what_everybody_looks_for_stand_outside_the_four_kinds() -> None:
    assert {page.name for page in DOCS.glob("*.md")} == {
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
    }


def test_the_readme_is_one_screen_and_shows_the_picture_there_is() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert len(text.splitlines()) <= 60
    if (DOCS / "pictures" / "overview.png").exists():
        assert "docs/pictures/overview.png" in links_of(ROOT / "README.md"), "take the comment away"


@pytest.mark.parametrize(
    ("shown", "output"),
    [
        ("weight   12.3129  g     good", "weight  -0.1  g  uncertain: unstable"),
        ("0.4 s   1.0/s", "12.7 s 1.0/s"),
    ],
)
def test_figures_and_blanks_may_differ(shown: str, output: str) -> None:
    assert re.fullmatch(pattern_of(shown), output)


def test_words_may_not_differ() -> None:
    assert not re.search(pattern_of("all well: 1 instrument"), "not well: 1 instrument")
