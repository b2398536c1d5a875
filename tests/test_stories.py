"""What members live through: the real bot in a simulated Discord, with a simulated Atlas."""

from collections.abc import AsyncGenerator
from io import BytesIO

import discord
import pytest
from PIL import Image

from bot.model import PROMPT_LIMIT
from bot.settings import Settings
from sandbox.atlas import Fault, SimulatedAtlas
from tests.stage import Stage, picture, settings_for, stage, until


@pytest.fixture
async def play(settings: Settings) -> AsyncGenerator[Stage]:
    async with stage(settings) as play:
        yield play


# ── a video ───────────────────────────────────────────────────────────────────────────────────


async def test_words_become_a_video_in_a_thread(play: Stage, atlas: SimulatedAtlas) -> None:
    shown = await play.video("a paper boat on a quiet lake")

    thread = await play.thread()
    result = await play.result(thread)
    assert thread.name == "a paper boat on a quiet lake"
    assert result.content.splitlines()[1].startswith(atlas.output_origin)
    assert [member.id for member in result.mentions] == [play.alice.id]
    assert [prediction.prompt for prediction in atlas.predictions] == [thread.name]
    await until(lambda: "**Ready.**" in play.card(shown), "the card's last change")


async def test_a_picture_becomes_the_first_frame_and_stays_on_the_card(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    shown = await play.video("it comes alive", image=picture())

    await play.result(await play.thread())
    sent = atlas.predictions[0].picture
    assert sent is not None
    assert Image.open(BytesIO(sent)).size == (640, 400)
    await until(lambda: "**Ready.**" in play.card(shown), "the card's last change")
    assert shown.response is not None
    assert [file.filename for file in shown.response.attachments] == ["first-frame.png"]


async def test_what_no_database_takes_is_left_out_of_a_prompt(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    await play.video("a\0 boat \ud800")

    await play.result(await play.thread())
    assert [prediction.prompt for prediction in atlas.predictions] == ["a boat "]


async def test_a_picture_that_cannot_be_uploaded_goes_inside_the_submit(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    atlas.fail_next("upload", Fault.HTTP_500)

    await play.video("it comes alive", image=picture())

    await play.result(await play.thread())
    assert atlas.predictions[0].picture is not None


async def test_the_wish_for_a_longer_prompt_reaches_atlas(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    await play.video("a boat", expand_prompt=True)

    await play.result(await play.thread())
    assert atlas.predictions[0].prompt_expansion


async def test_2000_signs_with_mentions_and_markdown_harm_nothing(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    prompt = ("@everyone @here <@&1> **bold** ||x|| `code` # head\n> quote " * 60)[:PROMPT_LIMIT]

    shown = await play.video(prompt)

    thread = await play.thread()
    result = await play.result(thread)
    assert thread.name is not None
    assert len(thread.name) <= 100
    assert atlas.predictions[0].prompt == prompt
    assert not result.mention_everyone
    assert not result.role_mentions
    assert shown.response is not None
    assert not shown.response.message.mention_everyone


async def test_the_line_is_told_and_moves(settings: Settings, atlas: SimulatedAtlas) -> None:
    narrow = settings_for(atlas.base_url, settings.database_url, MAX_IN_FLIGHT="1")
    atlas.generation_s = 5.0
    async with stage(narrow) as play:
        await play.video("first")
        await until(lambda: atlas.predictions, "the first submit")
        atlas.generation_s = 1.0
        second = await play.video("second")
        third = await play.video("third")

        assert "Next in line" in play.card(second)
        assert "1 video is before this one" in play.card(third)
        await until(lambda: "**Generating.**" in play.card(second), "the second's turn")
        await until(lambda: "Next in line" in play.card(third), "the third moving up")
        await until(lambda: "**Ready.**" in play.card(third), "the third's end")


async def test_a_card_that_nobody_can_read_holds_nothing_up(play: Stage) -> None:
    play.spoil_cards()

    await play.video("a boat")

    assert "**Ready.**" in (await play.result(await play.thread())).content


async def test_one_member_cannot_fill_the_line_for_all(
    settings: Settings, atlas: SimulatedAtlas
) -> None:
    atlas.generation_s = 1.5
    async with stage(settings) as play:
        bob = play.guild.add_member(play.env.create_user("bob"))
        for prompt in ("one", "two", "three", "four"):
            await play.video(prompt)
        await bob.slash(play.channel, "video", prompt="bob's")

        await until(lambda: len(atlas.predictions) == 3, "three submits")
        assert "bob's" in [prediction.prompt for prediction in atlas.predictions]


# ── each ending ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("#flagged", "flagged as not safe to show, so there is no link. It was charged."),
        ("#refused", "content rules do not allow this video. It is not charged."),
        ("#failed", "Atlas could not finish this video. It is not charged."),
        ("#lost", "nobody knows whether it was accepted. It may have been charged."),
    ],
)
async def test_a_bad_ending_is_told_plainly_and_without_a_link(
    play: Stage, atlas: SimulatedAtlas, word: str, said: str
) -> None:
    shown = await play.video(f"a boat {word}")

    result = await play.result(await play.thread())
    assert said in result.content
    assert "http" not in result.content
    assert not result.attachments
    assert len(atlas.predictions) == 1
    await until(lambda: said in play.card(shown), "the card's last change")


async def test_a_video_that_never_ends_times_out(settings: Settings, atlas: SimulatedAtlas) -> None:
    hasty = settings_for(atlas.base_url, settings.database_url, GENERATION_DEADLINE_S="1")
    async with stage(hasty) as play:
        await play.video("a boat #stuck")

        result = await play.result(await play.thread())
        assert "not ready in time" in result.content


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault.HTTP_401, "Atlas does not let this bot in. Nothing was charged."),
        (Fault.HTTP_402, "is used up. Nothing was charged."),
        (Fault.MODEL_NOT_FOUND, "does not offer this model any more. Nothing was charged."),
    ],
)
async def test_a_submit_that_atlas_refuses_is_told_and_not_repeated(
    play: Stage, atlas: SimulatedAtlas, fault: Fault, said: str
) -> None:
    atlas.fail_next("submit", fault)

    await play.video("a boat")

    result = await play.result(await play.thread())
    assert said in result.content
    assert atlas.predictions == []


@pytest.mark.parametrize(
    "fault", [Fault.HTTP_429, pytest.param(Fault.HTTP_503, marks=pytest.mark.soak)]
)
async def test_a_submit_that_was_surely_refused_for_now_is_tried_again(
    play: Stage, atlas: SimulatedAtlas, fault: Fault
) -> None:
    atlas.fail_next("submit", fault, times=2)

    await play.video("a boat")

    result = await play.result(await play.thread())
    assert "**Ready.**" in result.content
    assert len(atlas.predictions) == 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault.HTTP_500,
        Fault.HTTP_502_HTML,
        Fault.LOST_ANSWER,
        Fault.LOST_ANSWER_504,
        Fault.WITHOUT_ID,
    ],
)
async def test_a_submit_that_may_have_been_accepted_is_never_repeated(
    play: Stage, atlas: SimulatedAtlas, fault: Fault
) -> None:
    atlas.fail_next("submit", fault)

    await play.video("a boat")

    result = await play.result(await play.thread())
    assert "**Lost track.**" in result.content
    assert sum(request.path.endswith("generateVideo") for request in atlas.requests) == 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault.HTTP_429,
        Fault.HTTP_502_HTML,
        *(
            pytest.param(fault, marks=pytest.mark.soak)
            for fault in (Fault.HTTP_500, Fault.GARBAGE, Fault.TRUNCATED_BODY, Fault.HTTP_401)
        ),
    ],
)
async def test_trouble_while_waiting_gives_no_video_up(
    play: Stage, atlas: SimulatedAtlas, fault: Fault
) -> None:
    atlas.fail_next("poll", fault, times=2)

    await play.video("a boat")

    assert "**Ready.**" in (await play.result(await play.thread())).content


# ── pictures that cannot be used ──────────────────────────────────────────────────────────────


async def test_a_picture_that_breaks_a_rule_is_refused_with_its_figures_before_spending(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    shown = await play.video("a tower", image=picture(310, 900))

    assert shown.response is not None
    assert "310 × 900 is too tall" in shown.response.content
    assert atlas.predictions == []
    assert play.channel.threads == []


async def test_a_text_file_is_no_picture(play: Stage, atlas: SimulatedAtlas) -> None:
    shown = await play.video("a tower", image=("tower.png", b"not a picture"))

    assert shown.response is not None
    assert "cannot read this file as a picture" in shown.response.content
    assert atlas.predictions == []


async def test_a_prompt_of_blanks_is_refused(play: Stage, atlas: SimulatedAtlas) -> None:
    shown = await play.video("   ")

    assert shown.response is not None
    assert "The prompt is empty" in shown.response.content
    assert atlas.predictions == []


# ── places ────────────────────────────────────────────────────────────────────────────────────


async def test_a_voice_channel_gets_its_answer_in_place(play: Stage) -> None:
    play.channel = play.guild.create_voice_channel("lounge")

    await play.video("a boat")

    assert "**Ready.**" in (await play.result(play.channel)).content


async def test_inside_a_thread_the_answer_stays_there(play: Stage) -> None:
    await play.video("first")
    play.channel = await play.thread()
    await play.result(play.channel)

    await play.video("second")

    await until(lambda: len(play.results(play.channel)) == 2, "a second result in the thread")


async def test_without_the_right_to_open_threads_the_answer_stays_in_the_channel(
    play: Stage,
) -> None:
    play.channel = play.guild.create_text_channel(
        "calm",
        overwrites={play.me: discord.PermissionOverwrite(create_public_threads=False)},
    )

    await play.video("a boat")

    assert "**Ready.**" in (await play.result(play.channel)).content
    assert play.channel.threads == []


async def test_a_direct_message_is_answered_there(play: Stage) -> None:
    carol = play.env.create_user("carol")

    await carol.slash("video", prompt="a boat")

    assert "**Ready.**" in (await play.result(carol.dm_channel)).content


async def test_a_missing_right_is_told_before_anything_is_spent(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    play.channel = play.guild.create_text_channel(
        "quiet",
        overwrites={
            play.me: discord.PermissionOverwrite(
                send_messages=False, send_messages_in_threads=False
            )
        },
    )

    shown = await play.video("a boat")

    assert shown.ephemeral
    assert shown.response is not None
    assert "I need the permission **Send Messages**" in shown.response.content
    assert atlas.predictions == []


async def test_a_deleted_thread_does_not_lose_the_video(play: Stage, atlas: SimulatedAtlas) -> None:
    atlas.generation_s = 1.0
    await play.video("a boat")
    thread = await play.thread()
    play.env.backend.delete_channel(thread.id)

    assert "**Ready.**" in (await play.result(play.channel)).content


# ── twice, and after a restart ────────────────────────────────────────────────────────────────


async def test_an_interaction_delivered_twice_makes_one_video(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    await play.video("a boat")
    await play.result(await play.thread())

    await play.repeat_last_interaction()
    await play.video("another")

    await until(lambda: len(atlas.predictions) == 2, "the other video's submit")
    assert [prediction.prompt for prediction in atlas.predictions] == ["a boat", "another"]


async def test_a_restart_in_the_middle_delivers_once(play: Stage, atlas: SimulatedAtlas) -> None:
    atlas.generation_s = 1.0
    await play.video("a boat")
    thread = await play.thread()
    await until(lambda: atlas.predictions, "the submit")

    await play.restart()

    assert "**Ready.**" in (await play.result(thread)).content
    assert len(atlas.predictions) == 1
    assert len(play.results(thread)) == 1


async def test_a_delivery_whose_answer_was_lost_is_not_repeated(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    play.lose_answer_of_next_post()

    shown = await play.video("a boat")

    thread = await play.thread()
    await until(lambda: play.posts_lost == 1, "the lost answer")
    await until(lambda: "**Ready.**" in play.card(shown), "the card's last change")
    assert len(play.results(thread)) == 1


async def test_commands_are_synced_when_they_change_and_not_at_each_start(play: Stage) -> None:
    def syncs() -> int:
        return sum(
            request.method == "PUT" and request.path.endswith("/commands")
            for request in play.env.http_requests
        )

    assert syncs() == 1

    await play.restart()

    assert syncs() == 1
