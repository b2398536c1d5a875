"""Where the bot may not post, and what happens there: a Discord with its real refusals."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.model import VideoId, short_id
from sandbox.atlas import SimulatedAtlas
from tests.stage import picture
from tests.theatre import PATIENCE_S, Theatre, theatre


@pytest.fixture
async def play(atlas: SimulatedAtlas, tmp_path: Path) -> AsyncGenerator[Theatre]:
    async with theatre(atlas, f"sqlite:///{tmp_path / 'bot.sqlite3'}") as play:
        yield play


async def result_in(play: Theatre, channel: int) -> str:
    await play.discord.until(lambda: play.results_in(channel), timeout_s=PATIENCE_S)
    return play.results_in(channel)[0]


async def test_without_the_bot_in_the_server_the_card_becomes_the_answer(play: Theatre) -> None:
    guild = play.discord.guild("Elsewhere", has_bot=False)
    play.channel, play.member = play.discord.text_channel(guild), play.discord.member(guild)

    interaction = await play.video()

    await play.ended(interaction)
    assert play.atlas.output_origin in play.card(interaction)
    assert play.results() == []


async def test_without_the_bot_in_the_server_the_card_brings_the_file(
    atlas: SimulatedAtlas, tmp_path: Path
) -> None:
    async with theatre(atlas, f"sqlite:///{tmp_path / 'bot.sqlite3'}", DELIVER="auto") as play:
        guild = play.discord.guild("Elsewhere", has_bot=False)
        play.channel, play.member = play.discord.text_channel(guild), play.discord.member(guild)

        interaction = await play.video(attachment=picture()[1])

        await play.ended(interaction)
        card = play.discord.original(interaction)
        assert card is not None
        film = f"{short_id(VideoId(interaction))}.mp4"
        assert [file["filename"] for file in card["attachments"]] == [film]
        assert f"fresh:{interaction}" not in str(card)


async def test_when_the_token_died_meanwhile_the_answer_is_a_direct_message(
    play: Theatre,
) -> None:
    guild = play.discord.guild("Elsewhere", has_bot=False)
    play.channel, play.member = play.discord.text_channel(guild), play.discord.member(guild)
    play.atlas.generation_s = 1.0
    interaction = await play.video()
    await play.discord.until(lambda: "**Generating.**" in play.card(interaction))

    play.discord.expire_token(interaction)

    assert "**Ready.**" in await result_in(play, play.discord.dm(play.member))


async def test_with_thread_and_channel_closed_the_answer_is_a_direct_message(
    play: Theatre,
) -> None:
    play.atlas.generation_s = 1.0
    interaction = await play.video()
    await play.discord.until(lambda: "**Generating.**" in play.card(interaction))

    play.discord.deny(play.channel, "send_messages", "send_messages_in_threads")

    assert "**Ready.**" in await result_in(play, play.discord.dm(play.member))
    assert play.submits() == 1


async def test_a_locked_thread_sends_the_answer_to_the_channel(play: Theatre) -> None:
    play.atlas.generation_s = 1.0
    interaction = await play.video()
    await play.discord.until(lambda: "**Generating.**" in play.card(interaction))

    thread = int(play.threads()[0]["id"])
    play.discord.archive_thread(thread)
    play.discord.lock_thread(thread)

    assert "**Ready.**" in await result_in(play, play.channel)


async def test_a_forum_post_is_answered_in_place(play: Theatre) -> None:
    guild = play.discord.guild("Forum")
    play.channel, play.member = play.discord.forum_post(guild), play.discord.member(guild)

    await play.video()

    assert "**Ready.**" in await result_in(play, play.channel)


@pytest.mark.parametrize("status", [500, 502, None])
async def test_a_result_whose_answer_was_lost_stands_there_once(
    play: Theatre, status: int | None
) -> None:
    play.discord.fail_next("POST", "/channels/*/messages", status=status)

    interaction = await play.video()

    await play.ended(interaction)
    assert len(play.results()) == 1


async def test_a_nonce_that_discord_forgot_does_not_show_a_result_twice(play: Theatre) -> None:
    play.discord.kill_at(play.bot, "POST", "/channels/*/messages")
    interaction = await play.video()
    await play.discord.wait_disconnected(PATIENCE_S)
    play.discord.forget_nonces()

    await play.start()

    await play.ended(interaction)
    assert len(play.results()) == 1


async def test_a_refusal_that_discord_missed_is_said_again(play: Theatre) -> None:
    play.discord.fail_next("PATCH", "*/messages/@original", status=None, after_effect=False)

    interaction = await play.video(attachment=b"not a picture")

    await play.discord.until(lambda: "cannot read this file" in play.card(interaction))


async def test_an_answer_without_a_code_of_discords_own_closes_no_place(play: Theatre) -> None:
    play.discord.fail_next("POST", "/channels/*/messages", status=401, after_effect=False)

    interaction = await play.video()

    await play.ended(interaction)
    assert len(play.results_in(int(play.threads()[0]["id"]))) == 1


async def test_where_every_way_is_closed_the_card_itself_shows_the_video(play: Theatre) -> None:
    play.atlas.generation_s = 1.0
    interaction = await play.video()
    await play.discord.until(lambda: "**Generating.**" in play.card(interaction))
    play.discord.deny(play.channel)
    play.discord.close_dms(play.member)

    await play.ended(interaction)

    assert f"{play.atlas.predictions[0].id}.mp4" in play.card(interaction)
    assert play.results() == []
