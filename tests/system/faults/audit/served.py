"""What the simulators served against what the journal holds, reply by reply.

Each reply to a question of a scan group must be in exactly one scan, with the same values; or
something in the journal, or something that was done to the daemon, says why it is not. Each
value in the journal must come from exactly one reply.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from daq.journal.entry import Scan
from drivers.model import Quality
from tests.system.faults.audit.journalled import Admission, Journalled
from tests.system.faults.audit.problems import Problems
from tests.system.faults.audit.told import FAILED_WITHIN, NS, Reply, Told
from tests.system.faults.laboratory import Question
from tests.system.faults.lives import Life, Lives

UNCOMMITTED = 2 * NS
"""Nothing older than this is lost by SIGKILL: the commit interval of 0.1 s, and a busy machine.
The longest tail there was is reported."""

STOPPING = 2 * NS
"""The one reply to a question under way when the daemon was told to stop, or to reload, came about
then."""

UNBORN = NS // 3
"""No process asks anything so soon after it was started."""


class ServedCount(msgspec.Struct):
    """How the replies fared. ``tail_ms``: the oldest reply a SIGKILL took, before the signal."""

    replies: int = 0
    asked_for_scans: int = 0
    journalled: int = 0
    explained: dict[str, int] = {}
    unexplained: int = 0
    invented: int = 0
    stale: int = 0
    failed_scans: int = 0
    tail_ms: float = 0.0


class ServedAudit:
    """``offsets`` are all the differences the daemon's clock ever had to this machine's (ns)."""

    def __init__(
        self,
        questions: Iterable[Question],
        lives: Lives,
        problems: Problems,
        offsets: Sequence[int] = (0,),
    ) -> None:
        self.count = ServedCount()
        self._questions = list(questions)
        self._lives, self._problems, self._offsets = lives, problems, offsets
        self._told: dict[Question, Told] = {}
        self._explained: Counter[str] = Counter()
        self._under_way: set[tuple[Question, int]] = set()
        self._left: dict[int, float] = {}
        self._parts = Counter((each.instrument, each.group) for each in self._questions)

    def compare(self, log: Path, journal: Journalled) -> ServedCount:
        """Match every reply with its scan; what is left over on either side is explained."""
        self._read(log, _channels(journal))
        for scan in journal.scans():
            self._match(scan)
        for question, told in self._told.items():
            self._check_order(question, told)
            told.settle()
            for reply in told.left():
                self._explain(question, told, reply, journal.admissions)
        self.count.explained = dict(sorted(self._explained.items()))
        return self.count

    def _read(self, log: Path, channels: Mapping[tuple[str, str], set[str]]) -> None:
        decode = msgspec.json.Decoder(Reply).decode
        by_request = {(each.instrument, each.request): each for each in self._questions}
        with log.open("rb") as lines:
            for line in lines:
                self.count.replies += 1
                reply = decode(line)
                question = by_request.get((reply.device, reply.request))
                if question is None:
                    continue
                self.count.asked_for_scans += 1
                if question not in self._told:
                    known = channels.get((question.instrument, question.group), set())
                    self._told[question] = Told([name for name in reply.values if name in known])
                self._told[question].add(reply)

    def _match(self, scan: Scan) -> None:
        key = scan.series.key
        places = {channel.name: place for place, channel in enumerate(key.channels)}
        failed = all(status.quality is Quality.BAD for status in scan.statuses)
        self.count.failed_scans += failed
        for question in self._questions:
            if (question.instrument, question.group) == (key.instrument, key.group):
                told = self._told.get(question)
                if told is not None:
                    self._match_one(question, told, scan, [places[each] for each in told.channels])
                elif not failed:
                    self._invented(question, scan, "nothing at all")

    def _match_one(self, question: Question, told: Told, scan: Scan, places: Sequence[int]) -> None:
        times = [scan.time - offset for offset in self._offsets]
        statuses = [scan.statuses[place] for place in places]
        if all(status.quality is Quality.BAD for status in statuses):
            told.failures.append((scan.time, statuses[0].reason))
            return
        values = tuple(scan.values[place] for place in places)
        wanted = {i: values[i] for i, each in enumerate(statuses) if each.quality < Quality.BAD}
        if len(wanted) == len(values):
            reply = told.take(values, times)
        else:
            reply = told.take_part(wanted, times)
        if reply is None:
            self._invented(question, scan, "no such values about then")
            return
        self.count.journalled += 1
        if reply.late and told.given_up(reply, self._offsets):
            self.count.stale += 1
            self._problems.add(f"served: {_of(question)}: scan {scan.seq} holds a late reply")

    def _invented(self, question: Question, scan: Scan, words: str) -> None:
        self.count.invented += 1
        self._problems.add(
            f"served: {_of(question)}: scan {scan.seq} has {scan.values!r}; sent was {words}"
        )

    def _check_order(self, question: Question, told: Told) -> None:
        for before, after in zip(told.order, told.order[1:], strict=False):
            # Of replies that say the same, nobody can tell which is in which scan.
            if after < before and told.differ(after, before):
                self._problems.add(f"served: {_of(question)}: a reply is journalled out of order")

    def _explain(
        self, question: Question, told: Told, reply: Reply, admissions: Sequence[Admission]
    ) -> None:
        life = self._life_of(reply)
        end = life.over if life is not None and life.over else reply.time + FAILED_WITHIN
        reason = (
            told.failure(reply, end, self._offsets)
            or self._cut_off(question, told, reply, life)
            or self._admitted(question, reply, admissions)
            or ("probe" if question.probe and told.probed(reply, self._offsets) else "")
        )
        if reason:
            self._explained[reason] += 1
            return
        self.count.unexplained += 1
        self._problems.add(
            f"served: {_of(question)}: {reply.values!r} served at {reply.time} is nowhere"
        )

    def _life_of(self, reply: Reply) -> Life | None:
        """The life that had asked for it."""
        life = self._lives.at(reply.time)
        if life is not None and reply.time - life.born < UNBORN:
            return self._lives.at(life.born - 1)
        return life

    def _cut_off(self, question: Question, told: Told, reply: Reply, life: Life | None) -> str:
        if life is None:
            return ""
        for moment in self._lives.reloads:
            if abs(reply.time - moment) < STOPPING and self._first(question, moment):
                return "reload"
        late = life.ending == "stopped" and life.asked - reply.time < STOPPING
        if late and self._first(question, life.asked):
            return "stopped"
        return "killed" if self._uncommitted(told, reply, life) else ""

    def _first(self, question: Question, moment: int) -> bool:
        """Of each question one reply at most is under way at a moment."""
        new = (question, moment) not in self._under_way
        self._under_way.add((question, moment))
        return new

    def _uncommitted(self, told: Told, reply: Reply, life: Life) -> bool:
        """Only what comes after all that is journalled of a life can have been uncommitted."""
        tail = life.asked - reply.time
        if life.ending != "killed" or tail > UNCOMMITTED:
            return False
        if told.taken_between(reply.time, life.asked):
            return False
        self.count.tail_ms = max(self.count.tail_ms, round(tail / 1e6, 1))
        return True

    def _admitted(self, question: Question, reply: Reply, admissions: Sequence[Admission]) -> str:
        """A lost scan explains one reply to each of its questions."""
        part = 1 / self._parts[question.instrument, question.group]
        for place, each in enumerate(admissions):
            left = self._left.setdefault(place, each.count)
            if (
                left > part / 2
                and each.begin - FAILED_WITHIN < reply.time < each.end + FAILED_WITHIN
            ):
                self._left[place] = left - part
                return each.reason
        return ""


def _channels(journal: Journalled) -> Mapping[tuple[str, str], set[str]]:
    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for key in {scan.series.key for scan in journal.scans()}:
        found[key.instrument, key.group].update(channel.name for channel in key.channels)
    return found


def _of(question: Question) -> str:
    return f"{question.instrument}.{question.group}"
