"""What the subcommands of `daq users` have in common: the file, the journal, one change."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from daq.access.changes import state
from daq.access.errors import UsersFileError
from daq.access.file import read_users
from daq.access.store import Edit, Edited, edit
from daq.access.user import User
from daq.build.people import journal_people
from daq.cli.configuration import configured
from daq.config.config import Config
from daq.control.people import PeopleRequest, What
from daq.journal import kinds
from daq.journal.errors import JournalError
from daq.journal.query import Query
from daq.journal.reader import JournalReader


class Changing(msgspec.Struct, frozen=True):
    """Where the users are, and who changes them why."""

    config: Config
    config_path: Path
    path: Path
    by: str
    why: str

    @property
    def users(self) -> Mapping[str, User]:
        """The users there are.

        Raises:
            UsersFileError: the file is wrong.
        """
        return read_users(self.path).users if self.path.exists() else {}

    def do(self, kind: What, change: Edit) -> tuple[Edited, bool]:
        """Change one user; how it was and is, and whether the journal has it.

        Raises:
            AccessError: it cannot be done.
            DaqError: it cannot be journalled, and so is not done.
        """
        journalled: list[bool] = []

        def tell(edited: Edited) -> None:
            journalled.append(journal_people(self.config, self._request(kind, edited)))

        edited = edit(self.path, change, tell, self._like())
        return edited, all(journalled)

    def _like(self) -> Path:
        """What the daemon's group reads: a new file of users is to be its, too."""
        folder = self.config.journal.path.parent
        return folder if folder.exists() else self.config_path

    def _request(self, kind: What, edited: Edited) -> PeopleRequest:
        return PeopleRequest(
            kind=kind,
            user=edited.after.name,
            by=self.by,
            reason=self.why,
            before=state(edited.before),
            after=state(edited.after),
            file_before=edited.file_before,
            file_after=edited.file_after,
        )


def changing(config_path: Path, by: str, why: str) -> Changing:
    """What is needed to change users.

    Raises:
        ConfigError: the configuration is wrong.
        UsersFileError: it names no file of users.
    """
    config = configured(config_path)
    if config.access.users is None:
        raise UsersFileError(
            f'{config_path}: there are no users without [access] users = "users.toml"'
        )
    return Changing(config, config_path.absolute(), config.access.users, by, why)


def was_there(config: Config, name: str) -> bool:
    """Whether the journal knows a user of this name, although the file may not any more."""
    with suppress(JournalError), JournalReader(config.journal.path) as reader:
        added = (
            event
            for event in reader.events_back(Query())
            if event.kind == kinds.USER_ADDED.name and event.subject == name
        )
        return next(added, None) is not None
    return False
