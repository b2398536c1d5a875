"""Videos that are called off: free while they wait in line, in doubt once they were sent."""

from collections.abc import AsyncGenerator

import discord
import pytest
import sqlalchemy as sa
from simcord import MemberActor
from simcord.results import InteractionResult

from bot.errors import UserError
from bot.language import ENGLISH
from bot.model import Cancelled, Charge, Outcome, Standing, VideoId
from bot.money import Hold
from bot.sentence import Sentence
from bot.settings import Settings
from bot.store import open_engine
from bot.words import buttons, endings, refusals
from sandbox.atlas import Fault, SimulatedAtlas
from tests.stage import Stage, settings_for, stage, until


def told(charge: Charge) -> str:
    return ENGLISH.say(endings.ending(Cancelled(charge)))


@pytest.fixture
async def play(settings: Settings, atlas: SimulatedAtlas) -> AsyncGenerator[Stage]:
    """A bot with one place at Atlas."""
    atlas.generation_s = 1.0
    narrow = settings_for(atlas.base_url, settings.database_url, MAX_IN_FLIGHT="1")
    async with stage(narrow) as play:
        yield play


def card_of(shown: InteractionResult) -> discord.Message:
    assert shown.response is not None
    return shown.response.message


async def press(
    play: Stage, message: discord.Message, label: Sentence, *, by: MemberActor | None = None
) -> InteractionResult:
    return await (by or play.alice).click(message, label=ENGLISH.say(label))


async def ask_to_cancel(play: Stage, shown: InteractionResult) -> discord.Message:
    """Press Cancel on a card; return the question that only the member sees."""
    (question,) = (await press(play, card_of(shown), buttons.CANCEL)).followups
    assert question.ephemeral
    assert question.content == ENGLISH.say(buttons.CONFIRM_CANCEL)
    return question.message


async def at_atlas(play: Stage, prompt: str = "a boat") -> InteractionResult:
    """Let a video begin; return its card once that says so."""
    shown = await play.video(prompt)
    await until(lambda: "**Generating.**" in play.card(shown), "the video's turn")
    return shown


def books(play: Stage) -> list[tuple[VideoId, Hold]]:
    """Return the videos in their order, and what became of their money."""
    engine = open_engine(play.bot.settings.database_url, connections=1)
    with engine.connect() as reader:
        rows = reader.execute(sa.text("SELECT video_id, state FROM holds ORDER BY 1")).all()
    engine.dispose()
    return [(VideoId(row.video_id), Hold(row.state)) for row in rows]


def holds(play: Stage) -> list[Hold]:
    return [hold for _, hold in books(play)]


async def outcome_of(play: Stage, number: int) -> Outcome:
    ending = await play.bot.store.ending(books(play)[number][0])
    assert ending is not None
    return ending.outcome


# ── in line ───────────────────────────────────────────────────────────────────────────────────


async def test_in_line_it_costs_nothing_and_those_behind_move_up(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    atlas.generation_s = 4.0  # longer than the pause between two looks at the line
    await at_atlas(play, "first")
    second, third = await play.video("second"), await play.video("third")

    answer = await press(play, card_of(second), buttons.CANCEL)

    assert told(Charge.NONE) in play.card(second)
    assert answer.followups == []
    assert holds(play)[1] is Hold.RELEASED
    await until(lambda: "Next in line" in play.card(third), "the move")
    atlas.generation_s = 1.0
    await until(lambda: "**Ready.**" in play.card(third), "the third's end")
    assert [prediction.prompt for prediction in atlas.predictions] == ["first", "third"]
    assert told(Charge.NONE) in play.card(second)
    assert len([thread for thread in play.channel.threads if play.results(thread)]) == 2


async def test_what_atlas_put_off_is_called_off_free_and_leaves_its_place(
    play: Stage, atlas: SimulatedAtlas, caplog: pytest.LogCaptureFixture
) -> None:
    atlas.fail_next("submit", Fault.HTTP_429_RETRY_AFTER)
    put_off = await play.video("first")
    await until(lambda: "submit put off" in caplog.text, "the pause")

    await press(play, card_of(put_off), buttons.CANCEL)

    await at_atlas(play, "second")
    assert told(Charge.NONE) in play.card(put_off)
    assert holds(play)[0] is Hold.RELEASED
    assert [prediction.prompt for prediction in atlas.predictions] == ["second"]


async def test_a_card_in_line_can_be_cancelled_after_a_restart_and_twice(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    await at_atlas(play, "first")
    second = await play.video("second")
    card = card_of(second)
    await play.restart()

    assert (await press(play, card, buttons.CANCEL)).followups == []
    second_id = books(play)[1][0]
    again = await play.bot.returns.call_off(second_id, member_id=play.alice.id, is_sure=False)

    assert again == Cancelled(Charge.NONE)
    assert told(Charge.NONE) in play.card(second)
    assert holds(play)[1] is Hold.RELEASED


# ── at Atlas ──────────────────────────────────────────────────────────────────────────────────


async def test_at_atlas_the_member_is_asked_and_then_told_that_it_may_be_charged(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    atlas.generation_s = 60.0
    first = await at_atlas(play, "first")
    question = await ask_to_cancel(play, first)
    assert "**Generating.**" in play.card(first)

    answer = await press(play, question, buttons.CANCEL_YES)

    assert answer.response is not None
    assert answer.response.content == told(Charge.MAYBE)
    assert answer.response.components == []
    assert told(Charge.MAYBE) in play.card(first)
    assert holds(play) == [Hold.HELD]
    await at_atlas(play, "second")  # in the one place that there is
    assert told(Charge.MAYBE) in play.card(first)
    assert play.results(await play.thread()) == []


@pytest.mark.parametrize(
    ("prompt", "charge", "hold"),
    [
        ("a boat", Charge.SURE, Hold.SETTLED),
        ("a boat #failed", Charge.NONE, Hold.RELEASED),
    ],
)
async def test_what_atlas_made_of_it_is_paid_for_and_told_on_the_card_alone(
    play: Stage, atlas: SimulatedAtlas, prompt: str, charge: Charge, hold: Hold
) -> None:
    shown = await at_atlas(play, prompt)
    await press(play, await ask_to_cancel(play, shown), buttons.CANCEL_YES)
    await atlas.settled()

    await play.bot.caretaker.resolve_doubts()

    await until(lambda: told(charge) in play.card(shown), "the truth on the card")
    assert holds(play) == [hold]
    outcome = await outcome_of(play, 0)
    assert isinstance(outcome, Cancelled)
    assert bool(outcome.links) == (charge is Charge.SURE)
    assert "http" not in play.card(shown)
    assert play.results(await play.thread()) == []


async def test_a_second_yes_and_one_after_a_restart_change_nothing(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    shown = await at_atlas(play)
    question = await ask_to_cancel(play, shown)
    await play.restart()

    await press(play, question, buttons.CANCEL_YES)
    first_id = books(play)[0][0]
    again = await play.bot.returns.call_off(first_id, member_id=play.alice.id, is_sure=True)

    assert again == Cancelled(Charge.MAYBE)
    assert holds(play) == [Hold.HELD]
    assert len(atlas.predictions) == 1


async def test_who_says_yes_after_the_end_is_told_so_and_keeps_the_video(play: Stage) -> None:
    shown = await at_atlas(play)
    question = await ask_to_cancel(play, shown)
    await until(lambda: "**Ready.**" in play.card(shown), "the end")

    answer = await press(play, question, buttons.CANCEL_YES)

    assert answer.response is not None
    assert answer.response.content == ENGLISH.say(refusals.ENDED)
    assert holds(play) == [Hold.SETTLED]
    assert len(play.results(await play.thread())) == 1


async def test_a_press_that_is_delivered_twice_asks_once(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    shown = await at_atlas(play)
    answer = await press(play, card_of(shown), buttons.CANCEL)

    await play.repeat_last_interaction()

    assert len(answer.followups) == 1


async def test_a_death_right_after_the_write_leaves_nothing_untold(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    atlas.generation_s = 60.0
    first, second = await at_atlas(play, "first"), await play.video("second")
    for video_id, _ in books(play):
        assert await play.bot.store.regrets.call_off(video_id, also_sent=True)

    await play.restart()

    await until(lambda: told(Charge.MAYBE) in play.card(first), "the first's end")
    await until(lambda: told(Charge.NONE) in play.card(second), "the second's end")
    assert holds(play) == [Hold.HELD, Hold.RELEASED]
    assert [prediction.prompt for prediction in atlas.predictions] == ["first"]


# ── who may ───────────────────────────────────────────────────────────────────────────────────


async def test_only_who_asked_may_cancel(play: Stage) -> None:
    shown = await at_atlas(play)
    stranger = play.guild.add_member(play.env.create_user("bob"))

    (answer,) = (await press(play, card_of(shown), buttons.CANCEL, by=stranger)).followups

    assert answer.ephemeral
    assert answer.content == ENGLISH.say(refusals.NOT_YOUR_VIDEO)
    await until(lambda: "**Ready.**" in play.card(shown), "the end")


async def test_a_button_of_a_video_we_do_not_remember_says_so(play: Stage) -> None:
    with pytest.raises(UserError) as refused:
        await play.bot.returns.call_off(VideoId(1), member_id=1, is_sure=False)

    assert refused.value.sentence == refusals.not_lost(Standing.GONE)
