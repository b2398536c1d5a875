"""Atlas's keys are read when they are needed, and no oftener than that."""

import asyncio

import pytest

from sandbox.atlas import Fault, SigningKey, SimulatedAtlas
from tests.web.outside import Bell, Clock, Outside


async def test_keys_are_read_once_for_many_webhooks(outside: Outside, bell: Bell) -> None:
    statuses = await asyncio.gather(*(outside.status(outside.signed()) for _ in range(20)))

    assert statuses == [200] * 20
    assert outside.looks() == 1


async def test_a_flood_of_unknown_keys_looks_once_a_minute(outside: Outside, clock: Clock) -> None:
    stranger = SigningKey()

    async def flood() -> set[int]:
        knocks = (outside.status(outside.signed(key=stranger)) for _ in range(50))
        return set(await asyncio.gather(*knocks))

    first, looks_at_first = await flood(), outside.looks()
    clock.ahead_s = 61
    second, looks_later = await flood(), outside.looks()

    assert (first, second) == ({401}, {401})
    assert (looks_at_first, looks_later) == (1, 2)


async def test_a_new_key_of_atlas_is_found(
    outside: Outside, atlas: SimulatedAtlas, clock: Clock
) -> None:
    assert await outside.status(outside.signed()) == 200
    atlas.webhooks.rotate_key()
    clock.ahead_s = 61

    assert await outside.status(outside.signed()) == 200
    assert outside.looks() == 2


async def test_keys_are_read_anew_after_an_hour_and_old_ones_stay_good(
    outside: Outside, atlas: SimulatedAtlas, clock: Clock
) -> None:
    assert await outside.status(outside.signed()) == 200
    clock.ahead_s = 3601
    atlas.fail_next("jwks", Fault.HTTP_500)

    assert await outside.status(outside.signed(late_s=-3601)) == 200
    assert outside.looks() == 2


@pytest.mark.parametrize("fault", [Fault.HTTP_500, Fault.HTTP_502_HTML, Fault.GARBAGE])
async def test_without_keys_atlas_is_asked_to_come_again(
    outside: Outside, atlas: SimulatedAtlas, clock: Clock, bell: Bell, fault: Fault
) -> None:
    atlas.fail_next("jwks", fault)

    first = [await outside.status(outside.signed()) for _ in range(3)]
    rung_at_first = list(bell.rung)
    clock.ahead_s = 11
    later = await outside.status(outside.signed())

    assert (first, rung_at_first) == ([503] * 3, [])
    assert later == 200
    assert outside.looks() == 2
