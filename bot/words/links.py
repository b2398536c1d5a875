"""What is said of links, which do not last."""

from typing import Final

from bot.sentence import say

NOT_ATTACHED: Final = say("I could not attach the file, so save it: the link dies within 14 days.")
LOOK_IF_YOU_WISH: Final = say("Look at it only if you wish:")
FRESH: Final = say("Here it is again. Save it: Atlas deletes each video within 14 days.")
DELETED: Final = say(
    "Atlas has deleted this video, as it does within 14 days. Use /video to make it anew."
)
WITHHELD: Final = say("Atlas has flagged this video as not safe to show, so there is no link.")
NOT_NOW: Final = say("Atlas gives no answer just now. Nothing was spent: try again in a moment.")
