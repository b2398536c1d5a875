"""What commands are called, and what they and their options are for."""

from typing import Final

from bot.sentence import say

NAMES: Final = (
    say("video"),
    say("prompt"),
    say("image"),
    say("expand_prompt"),
    say("camera"),
    say("videos"),
    say("search"),
    say("video-info"),
    say("id"),
    say("forget-me"),
    say("studio"),
    say("model"),
    say("seconds"),
    say("resolution"),
    say("aspect_ratio"),
    say("desk"),
    say("settings"),
    say("pause"),
    say("resume"),
    say("test"),
    say("hours"),
    say("member"),
    say("everywhere"),
    say("spend"),
    say("check"),
)
"""As Discord shows them: lower case, without spaces."""

VIDEO: Final = say("Make a short video from words and, if you like, a picture.")
PROMPT: Final = say("What should happen in the video? Up to 2,000 characters.")
IMAGE: Final = say("A picture to start from: over 300 px on its short side, up to 20 MB.")
EXPAND: Final = say("Let Atlas add detail to your prompt. Off by default.")
CAMERA: Final = say(
    "Up to three camera moves, with commas between: Zoom in, Pan left. See /camera."
)
MODEL: Final = say("Which model makes it: each has its price, and takes what is listed.")
SECONDS: Final = say("How long it is, where the model lets you choose.")
RESOLUTION: Final = say("How sharp it is, where the model lets you choose.")
ASPECT_RATIO: Final = say("Its shape, like 16:9, where the model lets you choose.")
CAMERA_MOVES: Final = say("See what each camera move does, in little moving pictures.")
VIDEOS: Final = say("Look through the videos that you asked for.")
SEARCH: Final = say("Only those with these words in their prompt.")
VIDEO_INFO: Final = say("Show all about one of your videos.")
ID: Final = say("The id on its card and below its result.")
FORGET_ME: Final = say("Get what I store about you, and have it deleted if you wish.")
STUDIO: Final = say("Make a video with a form: room for a long prompt, and for a picture.")
DESK: Final = say("For those who manage this server: what this bot may do here.")
DESK_SETTINGS: Final = say("Where, for whom and how this bot makes videos here.")
DESK_PAUSE: Final = say("No new videos here for a while; those that were begun go on.")
DESK_RESUME: Final = say("Let new videos be made again.")
DESK_TEST: Final = say("See whether the operator's list allows a prompt. Nothing is made.")
DESK_CHECK: Final = say("See whether everything that this bot needs is ready.")
PAUSE_HOURS: Final = say("For so many hours; without, until /desk resume.")
PAUSE_MEMBER: Final = say("Only this member; without, everybody.")
RESUME_MEMBER: Final = say("Who was paused alone; without, everybody.")
EVERYWHERE: Final = say("In all servers and direct messages: only whoever runs this bot may.")
DESK_SPEND: Final = say("What was spent today, in 7 and in 30 days, by whom and on what.")

ANIMATE: Final = say("Animate image")
"""The name of what one does to a message: up to 32 characters."""
