"""What stands on the form for a video: labels of up to 45 characters, explanations of up to 100."""

from typing import Final

from bot.sentence import say

TITLE: Final = say("Make a video")
PROMPT: Final = say("What should happen?")
PICTURE: Final = say("First frame")
CAMERA: Final = say("Camera")
EXPAND: Final = say("Expand the prompt")

LABELS: Final = (TITLE, PROMPT, PICTURE, CAMERA, EXPAND)

ABOUT_PICTURE: Final = say("A picture to start from, if you like: over 300 px, up to 20 MB.")
FROM_PICTURE: Final = say("Your video starts from that picture, unless you upload another here.")
FROM_LAST_FRAME: Final = say(
    "Your video starts where the other one ends, unless you upload a picture here."
)
ABOUT_EXPAND: Final = say("Let Atlas add detail to your prompt.")

EXPLANATIONS: Final = (ABOUT_PICTURE, FROM_PICTURE, FROM_LAST_FRAME, ABOUT_EXPAND)
