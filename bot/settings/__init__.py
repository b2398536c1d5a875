"""What an operator may set: read once, from the environment and the list that it names."""

from bot.settings._settings import Settings, SettingsError, read_settings
from bot.settings._variables import VARIABLES, Variable

__all__ = [
    "VARIABLES",
    "Settings",
    "SettingsError",
    "Variable",
    "read_settings",
]
