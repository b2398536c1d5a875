"""Whether everything is ready: looked at side by side, without changing or spending anything.

Each examination is bounded in time and ends in findings; one that breaks is a finding itself.
"""

from bot.checkup._examine import examine, report
from bot.checkup._finding import Finding

__all__ = ["Finding", "examine", "report"]
