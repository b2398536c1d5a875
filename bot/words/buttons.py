"""What stands on buttons, and what they ask."""

from typing import Final

from bot.sentence import say

TRY_AGAIN: Final = say("Try again")
TRY_AGAIN_YES: Final = say("Yes, make it again")
CONFIRM_AGAIN: Final = say(
    "The first try may have been charged already. If I make this video again, "
    "you may pay twice. Do you want that?"
)

AGAIN: Final = say("Again")
REMAKE: Final = say("Remake")
FURTHER: Final = say("Animate further")
