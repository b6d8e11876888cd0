"""``[web]``: the page people look at, `daq web`."""

import re
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field

from daq.config.secret import Secret
from daq.config.types import Expects, FilePath, HostPort, Table, is_loopback, split_host_port

MOST_NAMES = 16

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\]")


def _host(value: str) -> str:
    if _HOST.fullmatch(value):
        return value.lower()
    raise ValueError('must be the name of a machine, such as "lab-pc.example.com", without port')


HostName: TypeAlias = Annotated[
    str, AfterValidator(_host), Expects('the name of a machine, such as "lab-pc.example.com"')
]


class WebTls(Table, frozen=True):
    """TLS of the page, at least version 1.2."""

    certificate: FilePath = Field(description="PEM file of the certificate, its chain after it")
    key: FilePath = Field(description="PEM file of the private key")
    key_password: Secret | None = Field(default=None, description="opens the private key")


class WebConfig(Table, frozen=True):
    """The page people look at, served by `daq web`; the daemon ignores this table.

    Looking needs no sign-in on this machine; acting always does, and without `[access] users`, a
    password or token nobody can. An address that other machines can reach needs one of them, and
    TLS.
    """

    listen: HostPort = Field(default="127.0.0.1:8470", description="where the page is served")
    names: Annotated[tuple[HostName, ...], Field(max_length=MOST_NAMES)] = Field(
        default=(),
        description="further names browsers may call this machine by, as behind a proxy: on "
        "loopback the page answers to no other name",
    )
    password: Secret | None = Field(
        default=None,
        description="what people sign in with, all the same; users of their own: `[access]`",
    )
    token: Secret | None = Field(
        default=None, description="what programs send, all the same: `Authorization: Bearer TOKEN`"
    )
    sign_in_to: Literal["view", "act"] | None = Field(
        default=None,
        description="what needs a sign-in; when left out, act on loopback and view elsewhere",
    )
    tls: WebTls | None = Field(default=None, description="certificate and key")
    language: Literal["browser", "en", "zh"] = Field(
        default="browser", description="language of who has not chosen one"
    )

    @property
    def remote(self) -> bool:
        """Whether other machines may reach the page."""
        return not is_loopback(split_host_port(self.listen)[0])

    @property
    def has_shared(self) -> bool:
        """Whether there is a password or token that all share."""
        return self.password is not None or self.token is not None

    @property
    def view_needs_sign_in(self) -> bool:
        """Whether looking needs a sign-in."""
        return self.sign_in_to == "view" or (self.remote and self.sign_in_to is None)
