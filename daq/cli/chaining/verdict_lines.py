"""What a verification found, in sentences."""

from collections.abc import Iterator

from daq.journal.chain.compare import entries
from daq.journal.chain.verdict import Verdict
from daq.timefmt import rfc3339

_UNPROVEN_SHOWN = 10

_BEGINS = {
    "born": "with the journal",
    "migrated": "where a version with a chain took over",
    "recovered": "anew, after damage to the file",
    "deleted": "where retention has deleted the oldest",
}


def verdict_lines(verdict: Verdict) -> Iterator[str]:
    """Line by line, without the verdict itself."""
    yield f"{verdict.path}: journal {verdict.station}, schema {verdict.schema}"
    yield (
        f"{verdict.entries} entries, {verdict.first} to {verdict.last}; {verdict.proven} of them "
        f"chained in {verdict.groups} commits"
    )
    if verdict.begins:
        how = _BEGINS.get(verdict.begins, verdict.begins)
        yield (
            f"the chain begins {how}: after entry {verdict.begins_after}, "
            f"{rfc3339(verdict.begins_time)}"
        )
    for each in verdict.unproven[:_UNPROVEN_SHOWN]:
        yield f"not proven: {entries(each.first, each.last)}, {each.why}"
    if len(verdict.unproven) > _UNPROVEN_SHOWN:
        yield f"not proven: {len(verdict.unproven) - _UNPROVEN_SHOWN} more stretches (--json)"
    yield from _vouched(verdict)
    yield f"link of entry {verdict.last}: {verdict.link}"


def _vouched(verdict: Verdict) -> Iterator[str]:
    counts = f"{verdict.checkpoints} checkpoints, {verdict.signed} signed"
    if verdict.deposited:
        counts += f"; {verdict.deposited} that were kept elsewhere agree"
    yield counts
    for signer in verdict.signers:
        trust = "given" if signer.trusted else "NOT given with --key: is it the station's?"
        yield (
            f"key {signer.fingerprint} ({trust}): {signer.checkpoints} checkpoints, "
            f"{signer.first} to {signer.last}"
        )
    if verdict.stamped:
        checked = f"all right, the last at {verdict.stamped_time}"
        unchecked = "not looked into: give the authority's certificate with --authority"
        how = checked if verdict.stamps_checked else unchecked
        yield f"{verdict.stamped} time stamps, {how}"
    if not verdict.vouched:
        yield "no checkpoint vouches for it: whoever can write the file could make all of it anew"
    elif verdict.vouched == verdict.last - 1:
        when = verdict.vouched_time
        yield f"vouched for up to entry {verdict.vouched} ({when}): all but the last"
    elif verdict.vouched < verdict.last:
        yield (
            f"vouched for up to entry {verdict.vouched} ({verdict.vouched_time}); what comes after "
            "could be made anew, or cut off, by whoever can write the file"
        )
