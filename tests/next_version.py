"""Run the bot as `python -m bot` does, with the story of a later version: it has a step more."""

import runpy
from typing import Any

import bot.app
from bot.model import VideoId
from bot.pipeline import Engine, Pipeline


class NextPipeline(Pipeline):
    """Looks at each video before anything else."""

    def __init__(self, *, engine: Engine, **parts: Any) -> None:
        super().__init__(engine=engine, **parts)
        self._steps = engine

    async def make_video(self, video_id: VideoId) -> None:
        await self._steps.step(self.look_at, video_id)
        await super().make_video(video_id)

    async def look_at(self, video_id: VideoId) -> str:
        return f"seen {video_id}"


if __name__ == "__main__":
    bot.app.Pipeline = NextPipeline
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
