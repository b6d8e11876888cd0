"""From the configuration to what vouches for the journal; nothing where none of it is wanted."""

from collections.abc import Callable

from daq.config.config import JournalConfig
from daq.config.errors import SecretError
from daq.control.checkpoint import CheckpointRequest
from daq.control.server import command
from daq.daemon.checkpoints import Checkpoints
from daq.daemon.deposit import Deposit
from daq.daemon.keeper import Keeper, Way
from daq.daemon.subsystem import Subsystem
from daq.journal.chain.seal import Key
from daq.journal.journal import Journal


def checkpoints_subsystem(
    config: JournalConfig, journal: Journal, clock: Callable[[], int]
) -> Subsystem:
    """Checkpoints, and those who keep them elsewhere.

    Raises:
        SecretError: the key cannot be read, or is none.
    """
    ways = _ways(config, journal)
    keepers = {f"checkpoints: {way.name}": Keeper(way, journal) for way in ways}
    checkpoints = Checkpoints(journal, _key(config), tuple(keepers.values()), clock)
    return Subsystem(
        parts={"checkpoints": checkpoints, **keepers},
        pulses=(checkpoints.pulse, *(keeper.pulse for keeper in keepers.values())),
        commands=command(CheckpointRequest, checkpoints.answer),
        leave=checkpoints.leave,
    )


def _ways(config: JournalConfig, journal: Journal) -> tuple[Way, ...]:
    deposit = None if config.deposit is None else Deposit(config.deposit)
    ways: list[Way] = [] if deposit is None else [deposit]
    if config.timestamp_url is not None:
        from daq.daemon.stamps import TimeStamps  # noqa: PLC0415 - 10 MB that only these need

        ways.append(TimeStamps(config.timestamp_url, journal, deposit))
    return tuple(ways)


def _key(config: JournalConfig) -> Key | None:
    if config.signing_key is None:
        return None
    from daq.journal.chain.keys import KeyFileError, SigningKey  # noqa: PLC0415 - the same

    try:
        return SigningKey(config.signing_key.content(), "[journal] signing_key")
    except KeyFileError as error:
        raise SecretError(str(error)) from None
