"""What was spent, on what and by whom: sums of some days, and a file of them for spreadsheets."""

from bot.spend._amount import NOTHING, Amount
from bot.spend._file import csv_file
from bot.spend._report import Entry, Names, Report, Span

__all__ = ["NOTHING", "Amount", "Entry", "Names", "Report", "Span", "csv_file"]
