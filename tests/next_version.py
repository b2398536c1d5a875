"""Run the bot as `python -m bot` does, with the story of a later version: it has a step more."""

import runpy

from dbos import DBOS

import bot.app
from bot.model import VideoId
from bot.pipeline import Pipeline


class NextPipeline(Pipeline):
    """Looks at each video before anything else."""

    async def make_video(self, video_id: VideoId) -> None:
        await DBOS.run_step_async({"name": "look_at"}, look_at, video_id)
        await super().make_video(video_id)


def look_at(video_id: VideoId) -> str:
    return f"seen {video_id}"


if __name__ == "__main__":
    bot.app.Pipeline = NextPipeline
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
