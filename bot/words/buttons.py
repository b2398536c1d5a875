"""What stands on buttons, and what they ask."""

from typing import Final

from bot.sentence import say

TRY_AGAIN: Final = say("Try again")
TRY_AGAIN_YES: Final = say("Yes, make it again")
FRESH_LINK: Final = say("Fresh link")
CONFIRM_AGAIN: Final = say(
    "The first try may have been charged already. If I make this video again, "
    "you may pay twice. Do you want that?"
)

CANCEL: Final = say("Cancel")
CANCEL_YES: Final = say("Yes, stop waiting")
CONFIRM_CANCEL: Final = say(
    "Atlas has this video already and cannot cancel it. If I stop waiting, it may still be "
    "finished and charged, and I will not post it. Do you want that?"
)

DELETE: Final = say("Delete mine")
DELETE_YES: Final = say("Yes, delete it")
CONFIRM_DELETE: Final = say(
    "I will delete the result, and forget its link and your prompt. What it cost stays charged. "
    "Do you want that?"
)
DELETED: Final = say("Deleted. I keep neither its link nor your prompt.")
NOT_REACHED: Final = say(
    "I keep neither its link nor your prompt any more, but Discord did not let me delete "
    "all that I posted: try again later, or delete it yourself."
)


AGAIN: Final = say("Again")
REMAKE: Final = say("Remake")
FURTHER: Final = say("Animate further")
