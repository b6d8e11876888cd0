"""Writes a pack; apart from the command, for it imports what others need not."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from daq.build.evidence import concern_of
from daq.build.incidents import incident_folder
from daq.build.programmes import build_programmes
from daq.build.setup import Setup
from daq.config.config import Config
from daq.evidence.configurations import folder_beside, kept
from daq.evidence.material import Material, gather
from daq.evidence.pack import Write, copied, plain, raw, text, write_pack
from daq.evidence.seal import Signer
from daq.evidence.subject import Subject
from daq.export.export import complete_or_not_at_all
from daq.journal import kinds
from daq.journal.reader import JournalReader
from daq.plot.limits import Limit
from daq.programme.errors import ProgrammeError
from daq.programme.evaluation import Evaluation
from daq.programme.past import evaluate, programme_for
from daq.report.evidence import Laboratory, evidence_report
from daq.report.pdf import NoPdfError, to_pdf
from daq.report.programme import programme_sections
from daq.report.section import Section
from daq.report.series import series_sections
from daq.report.text import Text
from daq.series.errors import NoSeriesError
from daq.series.measured import RunSeries
from daq.series.past import find_series
from daq.series.table import to_csv
from daq.web.data.watched import limits_of, listed_alarms
from daq.web.text import LANGUAGES


class Findings(msgspec.Struct, frozen=True):
    """What the run came to: its programme, its series; None where it has none."""

    programme: Evaluation | None
    series: RunSeries | None

    def files(self) -> dict[str, Write]:
        """As files of the pack."""
        made: dict[str, Write] = {}
        if self.programme is not None:
            made["programme.json"] = plain(self.programme)
        if self.series is not None:
            made["samples.csv"] = text(to_csv(self.series))
        return made

    def sections(self, words: Text) -> Iterator[Section]:
        """As sections of the report."""
        if self.programme is not None:
            yield from programme_sections(self.programme, words)
        if self.series is not None:
            yield from series_sections(self.series, words)


def make_pack(  # noqa: PLR0913 - each is a thing of its own
    reader: JournalReader,
    subject: Subject,
    setup: Setup,
    path: Path,
    *,
    recordings: Sequence[Path],
    signer: Signer | None,
    pdf: bool,
    proof: bool,
    now: int,
    tell: Callable[[int, int], None] | None = None,
) -> list[str]:
    """Write a pack; what there is to say of it.

    Raises:
        JournalError: the journal cannot be read.
        EvidenceError: a recording cannot be read.
        ExportError: the file cannot be written.
    """
    material = gather(reader, subject, concern_of(setup, subject), tell)
    extras, remarks = _extras(material, setup, recordings)
    programme, unjudged = _programme(reader, subject, setup)
    found = Findings(programme, _series(reader, subject))
    reports, without = _reports(reader, material, setup, now, found, pdf=pdf)
    if signer is None:
        remarks.append("the pack is not signed: [journal] signing_key or --key names a key")
    files = {**extras, **found.files(), **reports}
    with complete_or_not_at_all(path) as stream:
        write_pack(reader, material, files, now, signer, stream, proof=proof)
    return [*remarks, *unjudged, *without]


def _extras(
    material: Material, setup: Setup, recordings: Sequence[Path]
) -> tuple[dict[str, Write], list[str]]:
    extras: dict[str, Write] = {}
    remarks: list[str] = []
    folder = folder_beside(setup.config.journal.path)
    for digest in material.configurations:
        content = setup.canonical if digest == setup.hash else kept(folder, digest)
        if content is None:
            remarks.append(f"configuration {digest[:12]} was in force, and was not kept")
        else:
            extras[f"configurations/{digest}.json"] = raw(content)
    traffic = [incident_folder(setup.config) / name for name in _traffic(material)]
    for path in (*traffic, *recordings):
        if path.is_file():
            extras[f"recordings/{path.name}"] = copied(path)
        else:
            remarks.append(f"{path.name}: these raw bytes are kept no more")
    return extras, remarks


def _programme(
    reader: JournalReader, subject: Subject, setup: Setup
) -> tuple[Evaluation | None, list[str]]:
    """The run against its programme, if it has one."""
    if subject.run is None or not subject.run.programme:
        return None, []
    try:
        programme = programme_for(reader, subject.run, build_programmes(setup.config))
    except ProgrammeError as error:
        return None, [str(error)]
    return evaluate(reader, subject.run, programme), []


def _series(reader: JournalReader, subject: Subject) -> RunSeries | None:
    """The series of the run, if it has one."""
    if subject.run is None or not subject.run.method:
        return None
    try:
        return find_series(reader, subject.run.id)
    except NoSeriesError:
        return None


def _traffic(material: Material) -> list[str]:
    """Names of the files of raw bytes that were kept with incidents."""
    told = (one for one in material.events if one.kind == kinds.INCIDENT_RECORDED.name)
    names = (str(one.data.get("file") or "") for one in told)
    return list(dict.fromkeys(Path(name).name for name in names if name))


def _limits(config: Config, material: Material) -> dict[str, dict[str, tuple[Limit, ...]]]:
    """Those of alarms, for the charts."""
    alarms = listed_alarms(config.alarm)
    found: dict[str, dict[str, tuple[Limit, ...]]] = {}
    for key in (series.key for series in material.series):
        for channel in key.channels:
            if limits := limits_of(alarms, key.instrument, key.group, channel.name):
                name = f"{key.group}.{channel.name}"
                found.setdefault(key.instrument, {})[name] = limits
    return found


def _reports(
    reader: JournalReader,
    material: Material,
    setup: Setup,
    now: int,
    found: Findings,
    *,
    pdf: bool,
) -> tuple[dict[str, Write], list[str]]:
    config = setup.config
    laboratory = Laboratory(
        site=config.evidence.laboratory or config.site.title or config.site.name,
        address=config.evidence.address,
        titles={name: item.title for name, item in config.instrument.items() if item.title},
        limits=_limits(config, material),
    )
    made: dict[str, Write] = {}
    remarks: list[str] = []
    for language in LANGUAGES:
        words = Text(language)
        sections = tuple(found.sections(words))
        html = evidence_report(reader, material, laboratory, words, now, sections=sections)
        made[f"report-{language}.html"] = text(html)
        if not pdf:
            continue
        try:
            made[f"report-{language}.pdf"] = raw(to_pdf(html))
        except NoPdfError as error:
            remarks = [f"reports are HTML alone: {error}"]
    return made, remarks
