"""What commands are called, and what they and their options are for."""

from typing import Final

from bot.sentence import say

NAMES: Final = (
    say("video"),
    say("prompt"),
    say("image"),
    say("expand_prompt"),
    say("studio"),
)
"""As Discord shows them: lower case, without spaces."""

VIDEO: Final = say("Make a six-second video from words and, if you like, a picture.")
PROMPT: Final = say("What should happen in the video? Up to 2,000 characters.")
IMAGE: Final = say("A picture to start from: over 300 px on its short side, up to 20 MB.")
EXPAND: Final = say("Let Atlas add detail to your prompt. Off by default.")
STUDIO: Final = say("Make a video with a form: room for a long prompt, and for a picture.")

DESCRIPTIONS: Final = (VIDEO, PROMPT, IMAGE, EXPAND, STUDIO)

ANIMATE: Final = say("Animate image")
"""The name of what one does to a message: up to 32 characters."""
