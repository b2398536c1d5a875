"""The way to Discord: the card, the thread, the result; each call ends or is translated.

Everything after acceptance goes with the bot token to saved ids, because an interaction's token
dies after 15 minutes. Only a place that the bot itself cannot enter is reached by the token.
"""

from bot.delivery._delivery import Delivery

__all__ = ["Delivery"]
