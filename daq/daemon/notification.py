"""What the daemon says of who is told, and the command that tries a way."""

from collections.abc import Callable, Iterator

from daq.build.notification import policy_of, timing_of
from daq.build.target import Target
from daq.control.notification import TrialDone, TrialRequest
from daq.control.server import RefusedError
from daq.control.status import RecipientStatus
from daq.journal.journal import Journal
from daq.notification.courier import Counts
from daq.notification.duty import on_duty, within
from daq.notification.errors import NotificationError
from daq.notification.notifier import Notifier
from daq.notification.recipient import Recipient
from daq.notification.sender import AppriseSender


class Notifications:
    """The notifier of a daemon, kept up with the configuration in force."""

    def __init__(self, journal: Journal, target: Target, clock: Callable[[], int]) -> None:
        config = target.setup.config
        self._clock = clock
        self._sender = AppriseSender(target.addresses)
        self.notifier = Notifier(journal, policy_of(config), self._sender, clock, timing_of(config))

    def adopt(self, target: Target) -> None:
        """Go on as a changed configuration says."""
        config = target.setup.config
        self._sender.adopt(target.addresses)
        self.notifier.adopt(policy_of(config), timing_of(config))

    def statuses(self) -> list[RecipientStatus]:
        """How it is with each recipient."""
        return list(self._statuses())

    async def test(self, request: TrialRequest) -> TrialDone:
        """Send a test message.

        Raises:
            RefusedError: there is no such recipient, or it was not taken.
        """
        try:
            await self.notifier.test(request.recipient, request.by)
        except NotificationError as error:
            raise RefusedError(str(error)) from error
        return TrialDone(request.recipient)

    def _statuses(self) -> Iterator[RecipientStatus]:
        for who in self.notifier.policy.recipients:
            yield self._status(who, self.notifier.counts[who.name])

    def _status(self, who: Recipient, counts: Counts) -> RecipientStatus:
        now, zone = self._clock(), self.notifier.policy.zone
        since = self.notifier.failing.get(who.name, 0)
        return RecipientStatus(
            name=who.name,
            title=who.title,
            on_duty=on_duty(who.shifts, now, zone),
            quiet=who.quiet is not None and within(who.quiet, now, zone),
            trouble=(counts.error or "could not be told before the start") if since else "",
            trouble_since=since,
            waiting=counts.waiting,
            sent=counts.sent,
            matters=counts.matters,
            failures=counts.failures,
            last=counts.last,
        )
