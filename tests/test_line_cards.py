"""LineCards: however fast the line moves, its cards are shown a few times, and the last is told."""

import asyncio

from bot.pipeline._line_cards import LineCards
from tests.stage import until


async def test_moves_that_come_together_are_shown_once_more_at_the_end() -> None:
    moves, shown = 0, list[int]()

    async def show() -> None:
        shown.append(moves)

    cards = LineCards(show, apart_s=0.05)
    for _ in range(20):
        moves += 1
        cards.moved()
        await asyncio.sleep(0)
    await until(lambda: shown[-1] == moves, "the last move")

    assert shown == [1, 20]
    await cards.close()


async def test_a_line_that_cannot_be_shown_is_shown_when_it_moves_again() -> None:
    tried, shown = list[int](), list[int]()

    async def show() -> None:
        tried.append(len(tried))
        if len(tried) == 1:
            raise ConnectionError
        shown.append(len(tried))

    cards = LineCards(show, apart_s=0.0)
    cards.moved()
    await until(lambda: tried, "the first try")
    cards.moved()
    await until(lambda: shown, "the second")

    assert tried == [0, 1]
    await cards.close()


async def test_a_line_that_moves_after_the_close_is_not_shown() -> None:
    shown = list[str]()

    async def show() -> None:
        shown.append("the line")

    cards = LineCards(show, apart_s=0.0)
    await cards.close()
    cards.moved()
    await asyncio.sleep(0)

    assert shown == []
