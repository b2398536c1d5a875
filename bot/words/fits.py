"""What is said of a picture that can be made to fit, and on the buttons of that choice."""

from typing import Final

from bot.picture import Fit
from bot.sentence import Sentence, say

FIT_LABELS: Final = {
    Fit.CROP: say("Crop to fit"),
    Fit.PAD: say("Pad with blurred edges"),
    Fit.ENLARGE: say("Scale up"),
    Fit.SHRINK: say("Shrink"),
}
PREVIEW_ALTS: Final = {
    Fit.CROP: say("Your picture, cropped at its ends"),
    Fit.PAD: say("All of your picture, between blurred edges"),
    Fit.ENLARGE: say("Your picture, scaled up"),
    Fit.SHRINK: say("Your picture, shrunk"),
}
NEVER_MIND: Final = say("Never mind")

DROPPED: Final = say("All right: I made no video of this picture. Nothing was spent.")
CHOSEN: Final = say("This choice was made already. Use /video for another video.")
FORGOTTEN: Final = say(
    "I keep such a choice for 30 days only, so this one is gone. Nothing was spent: "
    "use /video and attach the picture again."
)
NOT_YOURS: Final = say(
    "Only the member who attached this picture can choose. Use /video with a picture of your own."
)


def choice(problem: Sentence) -> Sentence:
    """Return what is wrong with a picture, and what the previews and buttons are for."""
    return say(
        "{problem}\nOr let me do it: choose below what the video starts from. "
        "Nothing is spent before that.",
        problem=problem,
    )
