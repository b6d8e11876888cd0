"""How far a batch is ahead of its answers, whatever the order and the lumps they come in."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from daq.deliver.mqtt_payload import Message
from daq.deliver.mqtt_publisher import Limits, UnsendableError
from daq.deliver.mqtt_window import Window
from daq.deliver.sink import SinkUnavailableError
from tests.virtual_time import run_virtual


class Scripted:
    """A publisher that notes what it is given; topics called ``bad`` it cannot send."""

    def __init__(self) -> None:
        self.limits = Limits()
        self.writable = True
        self.held: list[int] = []
        self.sent: list[int] = []
        self.broken = False

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    def send(self, tag: int, message: Message) -> None:
        if self.broken:
            raise SinkUnavailableError("cannot send: gone")
        if message.topic == "bad":
            raise UnsendableError(0x90)
        self.held.append(tag)

    def flush(self) -> None:
        self.sent += self.held
        self.held = []


def messages(count: int) -> list[Message]:
    return [Message("good", b"") for _ in range(count)]


@given(st.integers(0, 50), st.integers(1, 8), st.data())
def test_no_more_than_the_window_is_ever_unanswered(
    count: int, size: int, data: st.DataObject
) -> None:
    async def main() -> None:
        publisher, window = Scripted(), Window(size)
        window.begin(publisher, messages(count))
        answered = set[int]()
        while len(answered) < count:
            waiting = sorted(set(publisher.sent) - answered)
            assert len(waiting) <= size
            assert len(waiting) == min(size, count - len(answered)), "room is used at once"
            assert not window.done.is_set()
            for tag in data.draw(st.sets(st.sampled_from(waiting), min_size=1)):
                window.answered(tag, 0x87 if tag % 3 == 0 else 0)
                answered.add(tag)
            window.ready()
        assert window.done.is_set()
        assert publisher.sent == list(range(count)), "in order, each once"
        assert window.end() == dict.fromkeys(range(0, count, 3), 135)

    asyncio.run(main())


async def test_what_cannot_be_sent_fails_and_the_rest_goes_on() -> None:
    publisher, window = Scripted(), Window(1)
    batch = [Message("bad", b""), *messages(1), Message("bad", b"")]
    window.begin(publisher, batch)
    assert publisher.sent == [1]
    window.answered(1, 0)
    window.ready()
    assert window.done.is_set()
    assert window.end() == {0: 0x90, 2: 0x90}


async def test_nothing_is_sent_while_the_connection_takes_nothing() -> None:
    publisher, window = Scripted(), Window(10)
    publisher.writable = False
    window.begin(publisher, messages(3))
    assert publisher.sent == []
    assert not window.done.is_set()
    publisher.writable = True
    window.ready()
    assert publisher.sent == [0, 1, 2]


async def test_a_loss_ends_it_with_the_first_reason() -> None:
    publisher, window = Scripted(), Window(2)
    window.begin(publisher, messages(5))
    publisher.broken = True
    window.answered(0, 0)
    window.ready()
    window.lost("later")
    assert window.done.is_set()
    assert window.loss == "cannot send: gone"


async def test_a_batch_that_was_given_up_is_not_sent_on_but_still_counted() -> None:
    publisher, window = Scripted(), Window(2)
    window.begin(publisher, messages(5))
    window.end()
    window.answered(0, 0)
    window.ready()
    assert publisher.sent == [0, 1]
    window.begin(publisher, messages(1))
    assert publisher.sent == [0, 1, 0]
    window.answered(1, 0)
    window.ready()
    assert not window.done.is_set()
    window.answered(0, 0)
    window.ready()
    assert window.done.is_set()


def test_each_answer_renews_the_patience() -> None:
    async def main() -> None:
        publisher, window = Scripted(), Window(2)
        window.begin(publisher, messages(2))
        begun = window.heard
        await asyncio.sleep(3)
        window.answered(0, 0)
        window.ready()
        assert window.heard == begun + 3
        await asyncio.sleep(3)
        window.ready()  # bytes came, and no answer
        assert window.heard == begun + 3

    run_virtual(main())
