"""The ways to Discord, each of its own kind."""

import discord

from bot.delivery._answers import Answers
from bot.delivery._calls import Calls
from bot.delivery._cards import Cards
from bot.delivery._files import Uploads
from bot.delivery._log import Log
from bot.delivery._results import Results
from bot.reels import Reels


class Delivery:
    """Sends what was decided elsewhere.

    All methods of its parts raise PlaceClosed when asking again would not help, and
    DiscordUnavailable when it would.
    """

    def __init__(self, client: discord.Client, reels: Reels) -> None:
        calls = Calls(client)
        self.answers = Answers(calls)
        self.cards = Cards(calls)
        self.uploads = Uploads(calls)
        self.log = Log(calls)
        self.results = Results(calls, cards=self.cards, reels=reels)
