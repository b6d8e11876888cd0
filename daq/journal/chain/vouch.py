"""Checks checkpoints: is each signed, by a key one trusts, and of the chain that is there?"""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from daq.journal.chain.beginning import Beginning
from daq.journal.chain.checkpoint import Checkpoint, CheckpointError, fingerprint, parse
from daq.journal.chain.kept import Kept
from daq.journal.chain.verdict import Fault, Signer, Verdict, What

LOST = frozenset({"deleted", "recovered"})
"""Beginnings before which events may be missing."""


class Vouchers:
    """The checkpoints of a journal, looked at in their order; counts go into a verdict.

    ``trusted`` are public keys, none when any is taken as it comes.
    """

    def __init__(
        self,
        kept: Sequence[Kept],
        beginnings: Sequence[Beginning],
        trusted: Sequence[bytes],
        verdict: Verdict,
    ) -> None:
        self._kept = {each.seq: each for each in kept}
        self._recovered = [each.seq for each in beginnings if each.why == "recovered"]
        self._gone = max((b.seq for b in beginnings if b.why in LOST), default=0)
        self._trusted, self._verdict = frozenset(trusted), verdict
        self._signers: dict[bytes, Signer] = {}
        self._previous: tuple[int, bytes] = (0, b"")

    def event(self, kept: Kept, link_of: Callable[[int], bytes | None]) -> Fault | None:
        """Look at one whose event is in the journal; ``link_of`` knows the links before it."""
        if (fault := self.without_event(kept.seq)) is not None:
            return fault
        if self._kept.pop(kept.seq, None) != kept:
            return _fault("checkpoint", kept, "the table of checkpoints does not say the same")
        checkpoint, fault = self._alone(kept)
        if checkpoint is None or fault is not None:
            return fault
        return self._matches(kept, checkpoint, link_of(checkpoint.entry))

    def without_event(self, before: int) -> Fault | None:
        """Look at those numbered less than ``before`` that have not been looked at."""
        for number in sorted(each for each in self._kept if each < before):
            kept = self._kept.pop(number)
            if number > self._gone:
                text = "it is in the table of checkpoints, and its event is not in the journal"
                return _fault("checkpoint", kept, text)
            if (fault := self._alone(kept)[1]) is not None:
                return fault
        return None

    def missing(self) -> Fault | None:
        """Whether there is any by a key that is trusted, if some are."""
        if not self._trusted or any(each.trusted for each in self._signers.values()):
            return None
        text = "no checkpoint is signed by the key that was given: nothing vouches for the journal"
        return Fault("key", self._verdict.first, self._verdict.last, text)

    def _alone(self, kept: Kept) -> tuple[Checkpoint | None, Fault | None]:
        """What it says, as far as that can be known without the entries it speaks of."""
        try:
            checkpoint = parse(kept.text)
        except CheckpointError as error:
            return None, _fault("checkpoint", kept, str(error))
        self._verdict.checkpoints += 1
        fault = self._signature(kept, checkpoint) or self._follows(kept, checkpoint)
        self._previous = (kept.seq, checkpoint.digest)
        return checkpoint, fault

    def _signature(self, kept: Kept, checkpoint: Checkpoint) -> Fault | None:
        if checkpoint.station != self._verdict.station:
            return _fault("checkpoint", kept, "it is of another journal")
        if not checkpoint.signature:
            return None  # it vouches for nothing, which is said
        if not signed(checkpoint):
            return _fault("signature", kept, "its signature is not of this text and key")
        if self._trusted and checkpoint.public_key not in self._trusted:
            text = f"it is signed by the key {checkpoint.fingerprint}, which was not given"
            return _fault("key", kept, text)
        self._count(checkpoint)
        return None

    def _count(self, checkpoint: Checkpoint) -> None:
        self._verdict.signed += 1
        key = checkpoint.public_key
        signer = self._signers.get(key)
        if signer is None:
            trusted = key in self._trusted
            signer = Signer(fingerprint=fingerprint(key), trusted=trusted, first=checkpoint.time)
            self._signers[key] = signer
            self._verdict.signers.append(signer)
        signer.checkpoints += 1
        signer.last = checkpoint.time

    def _follows(self, kept: Kept, checkpoint: Checkpoint) -> Fault | None:
        number, digest = self._previous
        lost = any(number <= seq < kept.seq for seq in self._recovered)
        if checkpoint.previous == digest or lost:
            return None
        which = f"the one of entry {number}" if number else "none"
        return _fault("checkpoint", kept, f"it follows another checkpoint than {which}")

    def _matches(self, kept: Kept, checkpoint: Checkpoint, link: bytes | None) -> Fault | None:
        if checkpoint.entry >= kept.seq:
            return _fault("checkpoint", kept, "it vouches for entries that came after it")
        if link == checkpoint.link:
            if checkpoint.signature:
                self._verdict.vouched = checkpoint.entry
                self._verdict.vouched_time = checkpoint.time
            return None
        return Fault(
            "altered",
            self._verdict.vouched + 1,
            checkpoint.entry,
            f"checkpoint {kept.seq} has another link for entry {checkpoint.entry}: something after "
            f"entry {self._verdict.vouched} was altered, and the chain made anew",
        )


def signed(checkpoint: Checkpoint) -> bool:
    """Whether its signature is of its statement."""
    from daq.journal.chain.keys import verified  # noqa: PLC0415 - cryptography is no small thing

    statement = checkpoint.statement.encode()
    return verified(checkpoint.public_key, checkpoint.signature, statement)


class Deposit(msgspec.Struct, frozen=True):
    """A checkpoint that was kept elsewhere: where, and its text."""

    name: str
    text: str


def deposited(
    deposits: Sequence[Deposit],
    verdict: Verdict,
    links: Mapping[int, bytes],
    link_of: Callable[[int], bytes | None],
    trusted: Sequence[bytes] = (),
) -> Fault | None:
    """Compare checkpoints kept elsewhere with the journal. ``links``: where chains begin."""
    for deposit in deposits:
        fault = _deposit(deposit, verdict, links, link_of, trusted)
        if fault is not None:
            return fault
        verdict.deposited += 1
    return None


def _deposit(
    deposit: Deposit,
    verdict: Verdict,
    links: Mapping[int, bytes],
    link_of: Callable[[int], bytes | None],
    trusted: Sequence[bytes],
) -> Fault | None:
    try:
        checkpoint = parse(deposit.text)
    except CheckpointError as error:
        return Fault("checkpoint", 0, 0, f"{deposit.name}: {error}")
    where, entry = deposit.name, checkpoint.entry
    if (wrong := _untrusted(checkpoint, verdict, trusted)) is not None:
        return Fault(wrong[0], entry, entry, f"{where}: {wrong[1]}")
    if entry > verdict.last:
        text = f"ends with entry {verdict.last}, but {where} vouches for {entry}: its end is gone"
        return Fault("tail", verdict.last + 1, entry, text)
    if entry < max(links, default=0) and entry not in links and link_of(entry) is None:
        return None  # deleted since, or from before damage
    link = links.get(entry, link_of(entry))
    if link != checkpoint.link:
        text = f"{where} has another link for entry {entry}: something up to it was altered"
        return Fault("altered", verdict.first, entry, text)
    if entry > verdict.vouched:
        verdict.vouched, verdict.vouched_time = entry, checkpoint.time
    return None


def _untrusted(
    checkpoint: Checkpoint, verdict: Verdict, trusted: Sequence[bytes]
) -> tuple[What, str] | None:
    if checkpoint.station != verdict.station:
        return "checkpoint", "it is of another journal"
    if checkpoint.signature and not signed(checkpoint):
        return "signature", "its signature is not of this text and key"
    if trusted and checkpoint.public_key not in trusted:
        return "key", "it is not signed by a key that was given"
    return None


def _fault(what: What, kept: Kept, text: str) -> Fault:
    return Fault(what, kept.seq, kept.seq, f"checkpoint {kept.seq}: {text}")
