"""``kb accounts``: who may use the app over a network."""

from __future__ import annotations

import sys

import click

from app.accounts import AccountRole, Accounts
from app.cli.console import out, tell_person
from app.cli.settings import interface_of, settings_of
from kb.messages import message

_ROLES = tuple(role.value for role in AccountRole)


@click.group()
def accounts() -> None:
    """Who may use the app over a network: names, roles and hashed passwords in a file of the home folder."""


@accounts.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(_ROLES), default=_ROLES[0], show_default=True, help="What it may do.")
@click.pass_context
def accounts_add(ctx: click.Context, name: str, role: str) -> None:
    """Add an account; its password is asked for, or is the first line of the input.

    A reader asks, looks up and makes lists; an editor also adds documents and decides about the crosswalk.

    \b
    Example:
        kb accounts add mina --role editor
    """
    _accounts(ctx).add(name, AccountRole(role), _password(ctx))
    tell_person(message(interface_of(ctx), "account added", name=name, role=role))


@accounts.command("password")
@click.argument("name")
@click.pass_context
def accounts_password(ctx: click.Context, name: str) -> None:
    """Give an account another password, which ends its sessions.

    \b
    Example:
        kb accounts password mina
    """
    _accounts(ctx).set_password(name, _password(ctx))
    tell_person(message(interface_of(ctx), "account password set", name=name))


@accounts.command("list")
@click.pass_context
def accounts_list(ctx: click.Context) -> None:
    """Each account with its role.

    \b
    Example:
        kb accounts list
    """
    for account in _accounts(ctx).all():
        out(f"{account.role.value:<8} {account.name}")


@accounts.command("remove")
@click.argument("name")
@click.pass_context
def accounts_remove(ctx: click.Context, name: str) -> None:
    """Remove an account, which ends its sessions.

    \b
    Example:
        kb accounts remove mina
    """
    _accounts(ctx).remove(name)
    tell_person(message(interface_of(ctx), "account removed", name=name))


def _accounts(ctx: click.Context) -> Accounts:
    return Accounts(settings_of(ctx).home_path)


def _password(ctx: click.Context) -> str:
    """The password that is typed twice, or the first line of an input that is no terminal."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    prompt = message(interface_of(ctx), "account password")
    return str(click.prompt(prompt, hide_input=True, confirmation_prompt=True))
