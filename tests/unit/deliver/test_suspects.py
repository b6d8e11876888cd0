from daq.deliver.suspects import LIMIT, Suspects


def test_an_entry_is_hopeless_when_it_fails_while_others_get_through() -> None:
    suspects = Suspects(attempts=3)
    assert not suspects.failed(7)
    suspects.delivered(1)
    assert not suspects.failed(7)
    assert suspects.failed(7)
    assert 7 not in suspects


def test_nothing_is_hopeless_while_nothing_gets_through() -> None:
    suspects = Suspects(attempts=3)
    suspects.delivered(100)
    assert not any(suspects.failed(7) for _ in range(50))
    suspects.delivered(1)
    assert suspects.failed(7)


def test_what_was_delivered_after_all_is_forgotten() -> None:
    suspects = Suspects(attempts=2)
    suspects.failed(7)
    assert 7 in suspects
    assert suspects
    suspects.forget([7, 8])
    assert not suspects


def test_memory_is_bounded() -> None:
    suspects = Suspects(attempts=2)
    for seq in range(3 * LIMIT):
        suspects.failed(seq)
    assert len(suspects) == LIMIT
