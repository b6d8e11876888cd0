"""Which readings belong to a run."""

import pytest
from msgspec.structs import replace

from daq.journal.query import Query
from daq.runs.belonging import query_of_run, runs_of
from daq.runs.errors import NotPossibleError
from daq.runs.run import Run
from tests.run_samples import at

RUN = Run(
    id="20261123-1",
    begun=at(10),
    begun_by="Li",
    operator="Li",
    instruments=("oven", "meter"),
    ended=at(20),
)


def test_its_instruments_from_its_start_to_its_end() -> None:
    both = frozenset({"oven", "meter"})
    assert query_of_run(RUN) == Query(start=at(10), end=at(20), instruments=both)
    going = replace(RUN, ended=0)
    assert query_of_run(going) == Query(start=at(10), instruments=both)
    assert query_of_run(going, Query(end=at(15))).end == at(15)
    narrow = Query(start=at(12), end=at(99), instruments=frozenset({"oven"}), groups=frozenset("g"))
    assert query_of_run(RUN, narrow) == replace(narrow, end=at(20))


def test_a_reading_belongs_to_the_run_of_its_instrument_at_its_time() -> None:
    going = replace(RUN, id="20261123-2", begun=at(20), ended=0)
    both = (RUN, going)
    for second, found in ((9.9, []), (10, [RUN]), (19.9, [RUN]), (20, [going]), (99, [going])):
        assert runs_of(both, "oven", at(second)) == found
    assert runs_of(both, "balance", at(15)) == []


def test_what_is_not_of_the_run_is_refused_in_words() -> None:
    with pytest.raises(NotPossibleError, match="balance was not in run 20261123-1; it had oven"):
        query_of_run(RUN, Query(instruments=frozenset({"balance"})))
    with pytest.raises(NotPossibleError, match="nothing of run 20261123-1 is in this period"):
        query_of_run(RUN, Query(start=at(20)))
