"""What Discord says of the bot: over HTTP alone, so that one that runs is not disturbed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import discord

from bot.checkup._finding import Finding
from bot.places import INVITE_RIGHTS
from bot.words import checkup as words

_SCOPES: Final = ("bot", "applications.commands")

Shape = tuple[int, str, str, tuple["Shape", ...]]
"""What is compared of a command: its type, name, description and options."""


async def bot_user(
    bot: discord.Client, *, token: str, commands: Sequence[Mapping[str, Any]]
) -> Iterable[Finding]:
    """Look at the application and its commands, of which `commands` are this version's.

    Where the bot does not run, we log in as it, without a gateway.
    """
    if bot.user is not None:
        return await _seen_by(bot, commands)
    async with discord.Client(intents=discord.Intents(guilds=True)) as visitor:
        try:
            await visitor.login(token)
        except discord.LoginFailure:
            return [Finding(False, words.TOKEN, words.TOKEN_REFUSED, words.RESET_TOKEN)]
        return await _seen_by(visitor, commands)


async def _seen_by(
    client: discord.Client, commands: Sequence[Mapping[str, Any]]
) -> Iterable[Finding]:
    application = await client.application_info()
    known = await client.http.get_global_commands(application.id)
    return [
        Finding(True, words.TOKEN, words.logged_in(str(client.user))),
        _application(application),
        _install_link(application),
        _commands(commands, known),
    ]


def _application(application: discord.AppInfo) -> Finding:
    if application.interactions_endpoint_url:
        trouble, remedy = words.TAKES_INTERACTIONS, words.REMOVE_ENDPOINT
        return Finding(False, words.APPLICATION, trouble, remedy)
    return Finding(True, words.APPLICATION, words.application(application.name, application.id))


def _install_link(application: discord.AppInfo) -> Finding:
    """Return the link with exactly what is needed; Discord's own, in the profile, may differ.

    https://discord.com/developers/docs/resources/application#installation-context
    """
    if application.bot_require_code_grant:
        return Finding(False, words.INSTALL_LINK, words.GRANT_NEEDED, words.REMOVE_GRANT)
    url = discord.utils.oauth_url(application.id, permissions=INVITE_RIGHTS, scopes=_SCOPES)
    fact, remedy = words.link(url, lacking=list(_lacking(application)))
    return Finding(True, words.INSTALL_LINK, fact, remedy)


def _lacking(application: discord.AppInfo) -> Iterator[str]:
    """Yield the scopes and rights that the profile's link does not ask for, if there is one."""
    context = application.guild_integration_config
    params = context and context.oauth2_install_params
    if params is None:
        return
    yield from (scope for scope in _SCOPES if scope not in params.scopes)
    for name, needed in INVITE_RIGHTS:
        if needed and not _has(params, name):
            yield name.replace("_", " ").title()


def _has(params: discord.AppInstallParams, right: str) -> bool:
    return params.permissions.administrator or getattr(params.permissions, right)


def _commands(ours: Sequence[Mapping[str, Any]], known: Sequence[Mapping[str, Any]]) -> Finding:
    if set(map(_shape, ours)) <= set(map(_shape, known)):
        return Finding(True, words.COMMANDS, words.commands_known(len(ours)))
    return Finding(None, words.COMMANDS, words.UNKNOWN_COMMANDS, words.NEXT_START)


def _shape(command: Mapping[str, Any]) -> Shape:
    options = tuple(map(_shape, command.get("options", ())))
    return command.get("type", 1), command["name"], command.get("description", ""), options
