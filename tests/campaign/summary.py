"""A pytest plugin that sums up what all campaigns of a run came to: `-p tests.campaign.summary`."""

import pytest

from tests.campaign._figures import Figures


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the sum of the figures that the tests recorded, also in other workers."""
    reports = [each for kind in ("passed", "failed") for each in terminalreporter.getreports(kind)]
    figures = [
        Figures.from_plain(plain)
        for report in reports
        if report.when == "call"
        for name, plain in report.user_properties
        if name == "figures"
    ]
    if figures:
        terminalreporter.section("campaigns")
        terminalreporter.write_line(str(sum(figures, Figures())))
