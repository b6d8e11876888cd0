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
from drivers.text.request import Source
from drivers.text.shape import Answer
from drivers.text.voice import make_voice
from drivers.transport.link import Link


class TextDriver:
    """One instrument (``drivers.driver.Driver``).

    The driver knows whether it is in step: whether the next reply can only belong to the next
    request. It falls out of step when an exchange does not end with its reply, and comes back by
    the identification, whose reply looks like no other; until then nothing is read.
    """

    def __init__(self, profile: TextProfile, address: str = "") -> None:
        self.profile = profile
        self._voices = [make_voice(profile, line, address) for line in profile.text.variants]
        self._voice = self._voices[0]
        self._listening = Listening(tuple(self._voice.sources.values()))
        self._expectation = Expectation(profile.identify)
        self._dialogue = Dialogue()
        self._remembered: dict[str, Answer] = {}

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
        requests = {**self._voice.queries, **self._voice.sources}
        chosen = [
            make_decoder(name, specs[name], requests[query].status)
            for name, query in zip(channels, asked, strict=True)
        ]
        heard = dict.fromkeys(self._voice.sources, self._listening.number)
        return make_plan(chosen, asked, requests, heard)

    async def identify(self, link: Link) -> Identity:
        """Ask the instrument what it is, compare with the profile, send the start-up commands.

        Raises:
            IdentityError: another instrument answers.
            DriverError: it does not answer, or not in its protocol.
        """
        fields = await self._discover(link)
        for request in self._voice.identification[1:]:
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
        errors = [outcome for outcome in outcomes if isinstance(outcome, DriverError)]
        if errors and not any(isinstance(o, Answer) and o.time for o in outcomes):
            raise errors[0]
        return plan.sample(outcomes)

    async def _ask_all(self, link: Link, plan: TextPlan) -> list[Outcome]:
        """Ask one after the other. After silence, or at another instrument, asking is no use."""
        outcomes: list[Outcome] = []
        for request in plan.requests:
            if isinstance(request, Source):
                outcomes.append(await self._listening.next(link, request, plan.heard))
            else:
                outcomes.append(await self._ask(link, request.name))
            if isinstance(outcomes[-1], (ReplyTimeoutError, IdentityError)):
                break
        return outcomes + outcomes[-1:] * (len(plan.requests) - len(outcomes))

    async def _ask(self, link: Link, query: str) -> Outcome:
        try:
            if not self._dialogue.in_step:
                await self.probe(link)
            return self._remembered.get(query) or await self._exchange(link, query)
        except TransportError:
            raise
        except DriverError as error:
            return error

    async def _exchange(self, link: Link, query: str) -> Answer:
        request = self._voice.queries[query]
        answer = await self._dialogue.exchange(link, request)
        if request.once and answer.status is None:
            self._remembered[query] = msgspec.structs.replace(answer, time=0)
        return answer

    async def _discover(self, link: Link) -> dict[str, str]:
        """Ask for the identity in each way the instrument may have been set to speak."""
        for _ in self._voices[1:]:
            try:
                return await self._recognise(link)
            except ReplyTimeoutError:
                following = self._voices.index(self._voice) + 1
                self._voice = self._voices[following % len(self._voices)]
        return await self._recognise(link)

    async def _recognise(self, link: Link) -> dict[str, str]:
        """Ask for the identity, passing over what late replies may still come."""
        self._remembered.clear()
        for request in self._voice.wake:
            await self._dialogue.send(link, request, regardless=True)
        if self._voice.wake:
            await link.drain()
        if not self._voice.identification:
            if self._voice.queries:
                await self._outwait(link)
            return {}
        request = self._voice.identification[0]
        answer = await self._dialogue.exchange(link, request, skip=True)
        refuse_status(answer, request.name)
        return fields_of(answer)

    async def _outwait(self, link: Link) -> None:
        """Without an identification only silence shows that no late reply will come."""
        slowest = max(request.timeout or 0.0 for request in self._voice.queries.values())
        await link.drain(max(slowest, link.settings.timeout))
        await self._dialogue.exchange(link, next(iter(self._voice.queries.values())))

    def _verify(self, fields: Mapping[str, str], *, whole: bool) -> None:
        try:
            self._expectation.check(fields, whole=whole)
        except IdentityError:
            self._dialogue.in_step = False
            raise

    async def _start(self, link: Link) -> None:
        """Send the start-up commands, and discard what those without reply are answered."""
        for request in self._voice.startup:
            if request.answered:
                refuse_status(await self._dialogue.exchange(link, request), request.name)
            else:
                await self._dialogue.send(link, request, regardless=bool(self._voice.sources))
        if self._voice.sources:
            await self._listening.confirm(link)
        elif not all(request.answered for request in self._voice.startup):
            await link.drain()
