"""What those who manage a server read."""

from typing import Final

from bot.sentence import say

MANAGERS_ONLY: Final = say("Only members who may manage this server can do that.")
NOTHING_SET: Final = say("Nothing is set here: the rules of whoever runs this bot hold.")
