"""Are the alarms a profile declares right? Asked by `daq drivers check`."""

from collections.abc import Iterator
from pathlib import Path

from daq.config.catalogue import ProfileFacts, Registry
from daq.config.checks.finding import Finding
from daq.config.instrument import InstrumentConfig
from daq.config.templates import OTHERS, made_of, validated
from drivers.found import profile_files
from drivers.tomlfile import Document, did_you_mean


def wrong_templates(profile: str) -> list[str]:
    """Everything wrong with the alarms of a profile, by name or path, each with file and line.

    Raises:
        ProfileError: the profile cannot be loaded.
    """
    facts = Registry().facts(profile)
    path = Path(profile) if profile.endswith(".toml") else profile_files()[profile]
    document = Document.read(path)
    return [str(document.problem(*found[:3])) for found in _findings(profile, facts)]


def _findings(profile: str, facts: ProfileFacts) -> Iterator[Finding]:
    item = InstrumentConfig.model_validate(
        {"profile": profile, "bus": "x", "alarms": True, "group": {"all": {"interval": "1s"}}}
    )
    for made in made_of("x", item, facts):
        found = validated(made)
        for each in found if isinstance(found, list) else ():
            yield each._replace(path=("alarm", *each.path[3:]))
    for name, alarm in facts.alarms.items():
        for key in OTHERS:
            other = str(alarm.get(key, ""))
            if other and other.partition(".")[0] not in facts.alarms:
                hint = did_you_mean(other, facts.alarms) or f"have: {', '.join(facts.alarms)}"
                yield Finding(("alarm", name, key), f'no alarm "{other}"', hint)
