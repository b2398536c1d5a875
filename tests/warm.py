"""What bots are forked from imports this, and has all that they import and read at their start."""

import pkgutil
from importlib import import_module

import cogs
from bot.language import NAMES, language

for name in ("bot.app", "bot.console"):
    import_module(name)
for cog in pkgutil.iter_modules(cogs.__path__, "cogs."):
    import_module(cog.name)
for locale in NAMES:
    language(locale)
