"""Choices that a bot in a process of its own offers: where it is a stranger, and when it dies."""

from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from simcord.enums import InteractionType
from simcord.interactions import base_payload

from bot.language import ENGLISH
from bot.words import fits
from sandbox.atlas import SimulatedAtlas
from tests.discord_socket import BotProcess
from tests.stage import environ, picture
from tests.theatre import PATIENCE_S, Theatre, mortal_theatre, theatre

WIDE = picture(1500, 400)[1]
CHOSEN = ENGLISH.say(fits.CHOSEN)


def is_offered(play: Theatre, wish: int) -> bool:
    """Tell whether the button stands there."""
    return ":crop'" in play.card(wish)


def press(play: Theatre, wish: int) -> int:
    """Let the member press "Crop to fit" as the message stood first; return the interaction."""
    message = play.discord.original(wish)
    assert message is not None
    record, payload = base_payload(
        play.discord.backend,
        type=InteractionType.MESSAGE_COMPONENT,
        channel_id=play.channel,
        guild_id=play.discord.backend.get_channel(play.channel).guild_id,
        user_id=play.member,
        data={"custom_id": f"fit:{wish}:crop", "component_type": 2},
    )
    owners = {"authorizing_integration_owners": {"1": str(play.member)}}
    play.discord.gateway.send_interaction(payload | owners | {"message": message})
    return record.id


def sent_sides(atlas: SimulatedAtlas) -> list[tuple[int, int]]:
    return [Image.open(BytesIO(p.picture)).size for p in atlas.predictions if p.picture]


async def test_without_the_bot_in_the_server_the_choice_is_offered_and_made(
    atlas: SimulatedAtlas, tmp_path: Path
) -> None:
    async with theatre(atlas, f"sqlite:///{tmp_path / 'bot.sqlite3'}") as play:
        guild = play.discord.guild("Elsewhere", has_bot=False)
        play.channel, play.member = play.discord.text_channel(guild), play.discord.member(guild)
        wish = await play.video(attachment=WIDE)
        await play.discord.until(partial(is_offered, play, wish), timeout_s=PATIENCE_S)

        chosen = press(play, wish)

        await play.ended(chosen)
        assert atlas.output_origin in play.card(chosen)
        await play.discord.until(lambda: not is_offered(play, wish))
        assert "1500 × 400 is too wide" in play.card(wish)


SOME_DEATHS = ((2, "after"), (5, "after"))  # kept, but not shown; accepted, but not in line
MORE_DEATHS = (
    (2, "before"),
    (3, "before"),
    (3, "after"),
    (4, "before"),
    (4, "after"),
    (5, "before"),
)


@pytest.mark.parametrize(
    ("number", "when"),
    [*SOME_DEATHS, *(pytest.param(*death, marks=pytest.mark.soak) for death in MORE_DEATHS)],
)
async def test_a_death_around_a_write_loses_no_choice_and_pays_once(
    atlas: SimulatedAtlas, tmp_path: Path, number: int, when: str
) -> None:
    url = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    async with mortal_theatre(atlas, url, DIE_AT=str(number), DIE=when) as play:
        wish, presses = await play.video(attachment=WIDE), list[int]()
        gateway, until = play.discord.gateway, partial(play.discord.until, timeout_s=PATIENCE_S)
        await until(lambda: gateway.connected == 0 or is_offered(play, wish))
        if gateway.connected:
            presses.append(press(play, wish))
            await until(lambda: gateway.connected == 0 or play.has_ended(presses[0]))
        await play.bot.kill()  # two writes at once may have passed by the death
        await play.discord.wait_disconnected(PATIENCE_S)
        acknowledged = play.discord.is_acknowledged(wish)

        async with BotProcess(play.discord.base, "bot", env=environ(atlas.base_url, url)):
            await play.discord.wait_connected()
            wish = wish if acknowledged else await play.video(attachment=WIDE)
            await until(lambda: "crop.png" in play.card(wish))
            presses.append(press(play, wish))
            await until(lambda: any(map(play.has_ended, presses)))
            await until(lambda: play.has_ended(presses[-1]) or CHOSEN in play.card(presses[-1]))

        assert play.submits() == len(play.results()) == 1
        assert sent_sides(atlas) == [(960, 400)]
