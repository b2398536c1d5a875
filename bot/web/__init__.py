"""The bot's HTTP server: what those who watch over it, and Atlas, may ask of it."""

from bot.web._health import HealthPages
from bot.web._metrics import MetricsPage
from bot.web._server import PortTaken, Web
from bot.web._webhook import Webhook

__all__ = ["HealthPages", "MetricsPage", "PortTaken", "Web", "Webhook"]
