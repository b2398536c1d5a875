"""What the sandbox lets through of the bot's log: the conversation tells the rest."""

import logging


def show_errors_only() -> None:
    """Write errors to standard error, and nothing below."""
    handler = logging.StreamHandler()
    handler.setLevel(logging.ERROR)
    logging.basicConfig(handlers=[handler], format="  ! %(name)s: %(message)s")
