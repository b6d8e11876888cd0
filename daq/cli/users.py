"""`daq users`: who may do what on the page, and who may sign."""

import sys
from pathlib import Path

import click
from msgspec.structs import replace

from daq.access import hashes, manage
from daq.access.changes import state
from daq.access.errors import NotPossibleError
from daq.access.file import now
from daq.access.passwords import LONGEST, check_password
from daq.access.roles import ROLES, Role
from daq.access.store import Edit
from daq.access.user import Token, User
from daq.cli.operator import by_option, why_option
from daq.cli.options import config_option, json_option, print_json
from daq.cli.screens import out
from daq.cli.tables import print_table
from daq.cli.user_changes import Changing, changing, was_there
from daq.config.access import AccessConfig
from daq.control.people import What
from daq.timefmt import rfc3339

COLUMNS = ("user", "role", "name", "password since", "tokens", "state")
COLOURS = {"active": "green", "disabled": "dim"}

name_argument = click.argument("name")
role_argument = click.argument("role", type=click.Choice(ROLES))
stdin_option = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input: one line."
)


@click.group(epilog="Example: daq users add li --role operator --title 'Li Na'")
def command() -> None:
    """Add and change users of the page: roles, passwords, tokens of programs.

    They are kept in the file `[access] users`; the page takes a change at once. Each change is an
    event of the journal. Nobody is ever taken out, only disabled: a name means one person for ever.
    """


@command.command(epilog="Example: daq users add li --role operator --title 'Li Na'")
@name_argument
@click.option("--role", type=click.Choice(ROLES), required=True, help="What they may do.")
@click.option("--title", default="", help="The name as a signature shows it.")
@click.option("--program", is_flag=True, help="No password: tokens alone, `daq users token`.")
@stdin_option
@by_option
@why_option
@config_option
def add(
    name: str, role: Role, title: str, by: str, why: str, config_path: Path, **given: bool
) -> None:
    """Add the user NAME; the password is asked for."""
    task = changing(config_path, by, why)
    new = User(name=name, role=role, title=title.strip())
    manage.added(task.users, new)
    if was_there(task.config, name):
        raise NotPossibleError(
            f"the journal knows a user {name}; a name means one person for ever, take another"
        )
    if not given["program"]:
        kept = _new_password(name, task.config.access, from_stdin=given["password_stdin"])
        new = replace(new, password=kept, changed=now())
    _done(task, "user-added", lambda users: manage.added(users, new))


@command.command(epilog="Example: daq users passwd li")
@name_argument
@stdin_option
@by_option
@why_option
@config_option
def passwd(name: str, by: str, why: str, config_path: Path, *, password_stdin: bool) -> None:
    """Give the user NAME another password, which is asked for; sign-ins with the old one end."""
    task = changing(config_path, by, why)
    manage.known(task.users, name)
    kept = _new_password(name, task.config.access, from_stdin=password_stdin)
    _done(task, "user-password-set", lambda users: manage.with_password(users, name, kept, now()))


@command.command(epilog='Example: daq users role li quality --why "head of quality"')
@name_argument
@role_argument
@by_option
@why_option
@config_option
def role(name: str, role: Role, by: str, why: str, config_path: Path) -> None:
    """Give the user NAME another role."""
    task = changing(config_path, by, why)
    _done(task, "user-changed", lambda users: manage.with_role(users, name, role))


@command.command(epilog='Example: daq users disable li --why "left the laboratory"')
@name_argument
@by_option
@why_option
@config_option
def disable(name: str, by: str, why: str, config_path: Path) -> None:
    """Shut the user NAME out; what they signed stays theirs."""
    task = changing(config_path, by, why)
    _done(task, "user-changed", lambda users: manage.disabled(users, name, disable=True))


@command.command(epilog="Example: daq users enable li")
@name_argument
@by_option
@why_option
@config_option
def enable(name: str, by: str, why: str, config_path: Path) -> None:
    """Let the user NAME in again."""
    task = changing(config_path, by, why)
    _done(task, "user-changed", lambda users: manage.disabled(users, name, disable=False))


@command.command(epilog="Example: daq users token lims results")
@name_argument
@click.argument("label")
@click.option("--revoke", is_flag=True, help="Take the token away; it is of no use from then on.")
@by_option
@why_option
@config_option
def token(name: str, label: str, by: str, why: str, config_path: Path, *, revoke: bool) -> None:
    """Make a token with which a program is the user NAME, and show it this once.

    The program sends it with each request: `Authorization: Bearer TOKEN`. LABEL tells the tokens
    of a user apart.
    """
    task = changing(config_path, by, why)
    if revoke:
        _done(task, "user-changed", lambda users: manage.without_token(users, name, label))
        return
    made, kept = hashes.new_token()
    new = Token(label=label, sha256=kept, added=now())
    _done(task, "user-changed", lambda users: manage.with_token(users, name, new))
    click.echo(made)


@command.command("list", epilog="Example: daq users list")
@config_option
@json_option
def list_users(config_path: Path, *, as_json: bool) -> None:
    """List the users, never anything of a password or token."""
    task = changing(config_path, "", "")
    if as_json:
        print_json([_plain(user) for user in task.users.values()])
        return
    if not task.users:
        out().print("there are no users yet; `daq users add` makes one")
    print_table(COLUMNS, (_row(user) for user in task.users.values()), colours=COLOURS)


def _done(task: Changing, kind: What, change: Edit) -> None:
    edited, journalled = task.do(kind, change)
    click.echo(f"{edited.after.name}: {state(edited.after)}", err=True)
    if not journalled:
        click.echo("daq: warning: there is no journal yet, so it is in none", err=True)


def _new_password(name: str, access: AccessConfig, *, from_stdin: bool) -> str:
    """The hash of a password that is asked for.

    Raises:
        WeakPasswordError: it is not good enough.
    """
    if from_stdin:
        given = sys.stdin.readline(4 * LONGEST).removesuffix("\n")
    else:
        given = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    check_password(given, name, access.min_length)
    return hashes.hashed(given)


def _row(user: User) -> tuple[str, ...]:
    since = rfc3339(round(user.changed.timestamp() * 1e9))[:10] if user.changed else ""
    tokens = ", ".join(token.label for token in user.tokens)
    return user.name, user.role, user.title, since, tokens, _state(user)


def _state(user: User) -> str:
    return "disabled" if user.disabled else "active"


def _plain(user: User) -> dict[str, object]:
    return {
        "name": user.name,
        "role": user.role,
        "title": user.title,
        "password_set": user.changed,
        "tokens": [token.label for token in user.tokens],
        "disabled": user.disabled,
    }
