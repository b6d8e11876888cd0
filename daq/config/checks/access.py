"""Who can sign in, and whether other machines can reach a page where nobody has to."""

import stat
from collections.abc import Iterator
from pathlib import Path

from daq.config.checks.finding import Finding
from daq.config.checks.parts import Parts
from daq.config.web import WebConfig


def check_access(parts: Parts) -> Iterator[Finding]:
    """Check ``[access]`` and what it means for ``[web]``."""
    users = None if parts.access is None else parts.access.users
    if parts.web is not None and parts.access is not None:
        yield from _sign_in(parts.web, users)
    if users is not None:
        yield from _file(users)


def _sign_in(web: WebConfig, users: Path | None) -> Iterator[Finding]:
    shared = [key for key in ("password", "token") if getattr(web, key) is not None]
    if users is not None:
        for key in shared:
            text = "is shared by all, and with [access] users nobody could be told apart"
            yield Finding(("web", key), text, "take it out; tokens: `daq users token`")
    has_sign_in = users is not None or bool(shared)
    if web.remote:
        yield from _reached(web, has_sign_in=has_sign_in)
    elif web.sign_in_to == "view" and not has_sign_in:
        text = "needs a password or token, or [access] users, to sign in with"
        yield Finding(("web", "sign_in_to"), text)


def _reached(web: WebConfig, *, has_sign_in: bool) -> Iterator[Finding]:
    missing = [] if has_sign_in else ["password or token"]
    missing += [] if web.tls is not None else ["tls"]
    if missing:
        are = f"{' and '.join(missing)} {'are' if len(missing) > 1 else 'is'} missing"
        text = f"other machines can reach {web.listen}, and {are}"
        hint = "set that, or [access] users in place of a password; or use 127.0.0.1"
        yield Finding(("web", "listen"), text, hint)


def _file(path: Path) -> Iterator[Finding]:
    """A configuration may be checked on another machine, and before there are users."""
    key = ("access", "users")
    try:
        mode = path.stat().st_mode
    except OSError as error:
        text = f"{path} cannot be read now: {error.strerror}"
        yield Finding(key, text, "`daq users add` makes it", warning=True)
        return
    if mode & (stat.S_IROTH | stat.S_IWOTH):
        text = f"{path} is open to every user of this machine; chmod o-rw it"
        yield Finding(key, text, warning=True)
