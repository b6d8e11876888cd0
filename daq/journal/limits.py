"""Keeps a journal within its limits, beside its commits."""

import asyncio
import math
from collections.abc import Callable

from daq.journal import kinds
from daq.journal.errors import JournalError
from daq.journal.files import Files
from daq.journal.growth import Forecast, Outlook
from daq.journal.intake import Intake
from daq.journal.losses import Losses
from daq.journal.notice import Notice
from daq.journal.retention import Deleted, Retention
from daq.journal.settings import JournalSettings


class Limits:
    """Looks at size and age now and then; ``tell`` journals what comes of it.

    Only ``sinks`` that were active since the journal was opened are counted as deprived: the
    cursor of one that is configured no more stays behind for ever.
    """

    def __init__(
        self,
        files: Files,
        intake: Intake,
        settings: JournalSettings,
        losses: Losses,
        retention: Retention,
        tell: Callable[[Notice], None],
    ) -> None:
        self.sinks: set[str] = set()
        self.outlook: Outlook | None = None
        self._forecast = Forecast(settings.max_size)
        self._files, self._intake, self._settings = files, intake, settings
        self._losses, self._retention, self._tell = losses, retention, tell

    def change(self, settings: JournalSettings) -> None:
        """Keep within other limits from the next look on."""
        self._settings = self._retention.settings = settings
        self._forecast.max_size = settings.max_size

    def hold(self, upto: int) -> None:
        """Delete nothing beyond this number for its age, from the next look on."""
        self._retention.upto = upto

    async def keep(self) -> None:
        """Look again and again until cancelled; a disk that refuses is told once."""
        failing = False
        while True:
            try:
                await self._look()
                failing = False
            except JournalError as error:
                if not failing:
                    text = f"the journal cannot be kept within its limits: {error}"
                    self._tell(Notice(kinds.RETENTION_FAILED.name, "journal", "error", text, {}))
                failing = True
            await asyncio.sleep(self._settings.retention_interval)

    async def _look(self) -> None:
        if not self._files.store.open:
            return  # the next commit opens it, or says why it cannot
        await self._delete(lambda: self._retention.relieve(self._intake.excess))
        await self._delete(self._retention.expire)
        space = await self._files.write(self._files.store.space)
        self.outlook = self._forecast.note(asyncio.get_running_loop().time(), space)
        pressure = space.used / self._settings.max_size
        for notice in self._losses.pressed(math.inf if self._retention.relieving else pressure):
            self._tell(notice)
        self._intake.refusing = self._losses.full and self._settings.when_full == "drop-new"
        await self._delete(self._retention.make_room)
        for notice in self._losses.looked():
            self._tell(notice)

    async def _delete(self, piece_by_piece: Callable[[], Deleted | None]) -> None:
        going = True
        while going:
            deleting = self._files.write(piece_by_piece)
            # Counted by the callback, so that a cancelled wait leaves nothing uncounted.
            deleting.add_done_callback(self._count)
            await asyncio.wait([deleting])
            going = deleting.result() is not None

    def _count(self, deleting: asyncio.Future[Deleted | None]) -> None:
        if deleting.exception() is not None or (piece := deleting.result()) is None:
            return
        known = self._intake.cursors
        cursors = {sink: known[sink] for sink in self.sinks if sink in known}
        for notice in self._losses.deleted(piece, cursors):
            self._tell(notice)
