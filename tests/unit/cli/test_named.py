"""What is asked for and is not there: what was meant, or what there is."""

from pathlib import Path

import click
import pytest

from daq.cli.named import choice, known


def test_the_nearest_names_are_offered() -> None:
    offer = "did you mean furnace? there are: balance, furnace"
    assert choice("furnac", ["balance", "furnace"]) == offer
    many = ["furnace", *(f"unit-{number}" for number in range(40))]
    assert choice("furnac", many) == "did you mean furnace?"


def test_else_what_there_is_but_not_a_screenful() -> None:
    assert choice("x", ["balance", "furnace"]) == "there are: balance, furnace"
    many = choice("x", [f"unit-{number}" for number in range(40)])
    assert many.endswith("unit-11 and 28 more")
    assert choice("x", []) == "there is none"


def test_a_name_that_is_none_says_where_it_was_looked_for() -> None:
    known("instrument", "a", ["a"], Path("daq.toml"))
    with pytest.raises(click.UsageError, match=r"no instrument 'b' in daq.toml; there is: a"):
        known("instrument", "b", ["a", "a"], Path("daq.toml"))
