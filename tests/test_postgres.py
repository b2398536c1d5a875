"""The same stories on a real PostgreSQL; those of several processes are in test_several."""

from sandbox.atlas import SimulatedAtlas
from tests.stage import settings_for, stage


async def test_words_become_a_video_in_a_thread(database_url: str, atlas: SimulatedAtlas) -> None:
    async with stage(settings_for(atlas.base_url, database_url)) as play:
        await play.video("a paper boat")

        result = await play.result(await play.thread())

    assert "**Ready.**" in result.content
    assert len(atlas.predictions) == 1


async def test_a_restart_in_the_middle_delivers_once(
    database_url: str, atlas: SimulatedAtlas
) -> None:
    atlas.generation_s = 1.0
    async with stage(settings_for(atlas.base_url, database_url)) as play:
        await play.video("a paper boat")
        thread = await play.thread()

        await play.restart()

        assert "**Ready.**" in (await play.result(thread)).content
        assert len(play.results(thread)) == 1
        assert len(atlas.predictions) == 1
