"""Reads an instrument that speaks text."""

from collections.abc import Mapping, Sequence

import msgspec

from drivers.driver import ReadPlan
from drivers.errors import (
    DriverError,
    IdentityError,
    ProfileError,
    ReplyTimeoutError,
    TransportError,
)
from drivers.model import Identity, Sample
from drivers.text.decode import make_decoder
from drivers.text.dialogue import Dialogue
from drivers.text.identity import Expectation, fields_of, refuse_status
from drivers.text.listen import Listening
from drivers.text.plan import Outcome, TextPlan, make_plan
from drivers.text.profile import TextProfile
from drivers.text.request import Request, Source, Speaker
from drivers.text.shape import Answer
from drivers.transport.link import Link


class TextDriver:
    """One instrument (``drivers.driver.Driver``).

    The driver knows whether it is in step: whether the next reply can only belong to the next
    request. It falls out of step when an exchange does not end with its reply, and comes back by
    the identification, whose reply looks like no other; until then nothing is read.
    """

    def __init__(self, profile: TextProfile, address: str = "") -> None:
        self.profile = profile
        speaker = Speaker(profile.text, address)
        self._requests = {name: speaker.query(name, one) for name, one in profile.query.items()}
        self._wake = [speaker.command(command) for command in profile.text.wake]
        self._startup = [
            speaker.command(one)
            if isinstance(one, str)
            else speaker.write(one.write, profile.write[one.write])
            for one in profile.text.startup
        ]
        self._sources = {name: speaker.stream(name, one) for name, one in profile.stream.items()}
        self._listening = Listening(tuple(self._sources.values()))
        self._expectation = Expectation(profile.identify)
        self._dialogue = Dialogue()

    def plan(self, channels: Sequence[str]) -> TextPlan:
        """Coalesce the named channels into the distinct queries that yield them; no I/O.

        Raises:
            ProfileError: the profile has no such channel, or none is named.
        """
        specs = self.profile.channel
        if not channels:
            raise ProfileError(f"{self.profile.name}: no channels to read")
        unknown = [name for name in channels if name not in specs]
        if unknown:
            raise ProfileError(
                f"{self.profile.name}: no channel {', '.join(unknown)} (have: {', '.join(specs)})"
            )
        asked = [specs[name].query for name in channels]
        requests = {**self._requests, **self._sources}
        chosen = [
            make_decoder(name, specs[name], requests[query].status)
            for name, query in zip(channels, asked, strict=True)
        ]
        heard = dict.fromkeys(self._sources, self._listening.number)
        return make_plan(chosen, asked, requests, heard)

    async def identify(self, link: Link) -> Identity:
        """Ask the instrument what it is, compare with the profile, send the start-up commands.

        Raises:
            IdentityError: another instrument answers.
            DriverError: it does not answer, or not in its protocol.
        """
        fields = await self._recognise(link)
        for request in self._identification[1:]:
            fields |= fields_of(await self._dialogue.exchange(link, request))
        self._verify(fields, whole=True)
        await self._start(link)
        return msgspec.convert(fields, Identity)

    async def probe(self, link: Link) -> None:
        """Find out that the instrument answers, and in step; repeat the start-up commands.

        Raises:
            IdentityError: another instrument answers.
            DriverError: it does not answer.
        """
        self._verify(await self._recognise(link), whole=False)
        await self._start(link)

    async def read(self, link: Link, plan: ReadPlan) -> Sample:
        """Read one scan group; the channels of a query that fails have its error's status.

        Raises:
            TransportError: the line is lost.
            DriverError: nothing could be read.
        """
        if not isinstance(plan, TextPlan):
            raise ProfileError(f"{self.profile.name}: the plan was made by another driver")
        outcomes = await self._ask_all(link, plan)
        first = outcomes[0]
        if isinstance(first, DriverError) and not any(isinstance(o, Answer) for o in outcomes):
            raise first
        return plan.sample(outcomes)

    @property
    def _identification(self) -> list[Request]:
        identify = self.profile.identify
        return [self._requests[name] for name in identify.queries] if identify else []

    async def _ask_all(self, link: Link, plan: TextPlan) -> list[Outcome]:
        """Ask one after the other. After silence, or at another instrument, asking is no use."""
        outcomes: list[Outcome] = []
        for request in plan.requests:
            if isinstance(request, Source):
                outcomes.append(await self._listening.next(link, request, plan.heard))
            else:
                outcomes.append(await self._ask(link, request))
            if isinstance(outcomes[-1], (ReplyTimeoutError, IdentityError)):
                break
        return outcomes + outcomes[-1:] * (len(plan.requests) - len(outcomes))

    async def _ask(self, link: Link, request: Request) -> Outcome:
        try:
            if not self._dialogue.in_step:
                await self.probe(link)
            return await self._dialogue.exchange(link, request)
        except TransportError:
            raise
        except DriverError as error:
            return error

    async def _recognise(self, link: Link) -> dict[str, str]:
        """Ask for the identity, passing over what late replies may still come."""
        for request in self._wake:
            await self._dialogue.send(link, request, regardless=True)
        if self._wake:
            await link.drain()
        if not self._identification:
            if self._requests:
                await self._outwait(link)
            return {}
        request = self._identification[0]
        answer = await self._dialogue.exchange(link, request, skip=True)
        refuse_status(answer, request.name)
        return fields_of(answer)

    async def _outwait(self, link: Link) -> None:
        """Without an identification only silence shows that no late reply will come."""
        slowest = max(request.timeout or 0.0 for request in self._requests.values())
        await link.drain(max(slowest, link.settings.timeout))
        await self._dialogue.exchange(link, next(iter(self._requests.values())))

    def _verify(self, fields: Mapping[str, str], *, whole: bool) -> None:
        try:
            self._expectation.check(fields, whole=whole)
        except IdentityError:
            self._dialogue.in_step = False
            raise

    async def _start(self, link: Link) -> None:
        """Send the start-up commands, and discard what those without reply are answered."""
        for request in self._startup:
            if request.answered:
                refuse_status(await self._dialogue.exchange(link, request), request.name)
            else:
                await self._dialogue.send(link, request, regardless=bool(self._sources))
        if self._sources:
            await self._listening.confirm(link)
        elif not all(request.answered for request in self._startup):
            await link.drain()
