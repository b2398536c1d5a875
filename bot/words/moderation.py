"""What is read about videos that need a look: on cards in log channels, and by who is stopped."""

from typing import Final

from bot.case import Kind
from bot.pause import Pause
from bot.sentence import Sentence, count, say

# ── the cards ─────────────────────────────────────────────────────────────────────────────────

HEADLINES: Final = {
    Kind.FLAGGED: say("**Flagged.** Atlas finds this video not safe to show."),
    Kind.REFUSED: say("**Refused.** Atlas's content rules do not allow this video."),
    Kind.BLOCKED: say("**Not allowed.** The operator's list has words of this prompt."),
    Kind.REPORTED: say("**Reported.** A member asks you to look at this video."),
}
REMOVE: Final = say("Remove")
DISMISS: Final = say("Dismiss")
PAUSE: Final = say("Pause this member")
PAUSES: Final = {
    1: say("For 1 hour"),
    24: say("For 24 hours"),
    7 * 24: say("For 7 days"),
    0: say("Not any more"),
}
"""What is said of so many hours."""

MODERATORS_ONLY: Final = say("Only members who may manage messages or this server can do that.")
NOT_HERE: Final = say("That video is not of this server.")
NOT_NOW: Final = say("I could not do that just now: try again in a moment.")
NOT_ALL_REMOVED: Final = say(
    "I keep neither its link nor its prompt any more, but Discord did not let me delete all that "
    "I posted: press the button again, or delete it yourselves."
)


def asked_for(member_id: int, channel_id: int) -> Sentence:
    """Return who asked for a video, and where."""
    return say(
        "Asked for by {member} in {channel}.", member=_member(member_id), channel=f"<#{channel_id}>"
    )


def reported_by(member_id: int, reason: str) -> Sentence:
    """Return who reported a video, and why; a reason is one line that means nothing to Discord."""
    if not reason:
        return say("Reported by {member}, without a reason.", member=_member(member_id))
    return say("Reported by {member}: {reason}", member=_member(member_id), reason=reason)


def shown_at(link: str) -> Sentence:
    """Return where a video is shown; `link` leads to a message."""
    return say("It is shown here: {link}", link=link)


def removed_by(member_id: int) -> Sentence:
    """Return who removed a video."""
    return say("Removed by {member}.", member=_member(member_id))


def dismissed_by(member_id: int) -> Sentence:
    """Return who found that nothing is to be done."""
    return say("Dismissed by {member}.", member=_member(member_id))


def paused_by(member_id: int, ends_at: float | None) -> Sentence:
    """Return who paused a member until when; None is a pause that was ended."""
    if ends_at is None:
        return say("Not paused any more, by {member}.", member=_member(member_id))
    return say(
        "Paused until {end} by {member}.", end=f"<t:{int(ends_at)}:f>", member=_member(member_id)
    )


# ── a member reports ──────────────────────────────────────────────────────────────────────────

REPORT: Final = say("Report")
TITLE: Final = say("Report this video")
REASON: Final = say("What is wrong with it?")
ABOUT_REASON: Final = say("If you like. Those who manage this server see it with your name.")

REPORTED: Final = say(
    "Thank you. Those who manage this server see your report with your name, and decide."
)
REPORTED_BEFORE: Final = say(
    "Thank you. Those who manage this server see your report already, and decide."
)
NO_LOG: Final = say(
    "This server has no place for reports to me. Please tell those who manage it about this video."
)
NOT_REPORTED: Final = say(
    "Discord did not take your report just now: try again in a moment, or tell those who manage "
    "this server."
)
NOTHING_TO_REPORT: Final = say("There is no video here any more.")

# ── a wish is stopped ─────────────────────────────────────────────────────────────────────────

NOT_ALLOWED: Final = say(
    "The operator of this bot does not allow this prompt. Nothing was spent. "
    "Change it and try again."
)


def paused(pause: Pause) -> Sentence:
    """Return who has paused whom, and until when."""
    if pause.ends_at is None:
        return say("{pause} Nothing was spent: try again later.", pause=_who(pause))
    when = f"<t:{int(pause.ends_at)}:R>"
    return say("{pause} Nothing was spent: try again {when}.", pause=_who(pause), when=when)


def _who(pause: Pause) -> Sentence:
    match pause.guild_id, pause.member_id:
        case None, None:
            return say("Whoever runs this bot has paused it.")
        case None, _:
            return say("Whoever runs this bot has paused new videos of yours.")
        case _, None:
            return say("Those who manage this server have paused new videos here.")
        case _:
            return say("Those who manage this server have paused new videos of yours.")


# ── the desk ──────────────────────────────────────────────────────────────────────────────────

OPERATOR_ONLY: Final = say("Only whoever runs this bot can do that everywhere.")
RESUMED: Final = say("**Going on.** New videos may be made again.")
NOT_PAUSED: Final = say("Nothing like that is paused.")
ALLOWED: Final = say("Nothing in the operator's list speaks against this prompt.")


def begun(ends_at: float | None) -> Sentence:
    """Return until when there are no new videos."""
    if ends_at is None:
        return say("**Paused** until /desk resume. Videos that were begun go on.")
    end = f"<t:{int(ends_at)}:f>"
    return say("**Paused** until {end}. Videos that were begun go on.", end=end)


def found(lines: tuple[str, ...]) -> Sentence:
    """Return which lines of the operator's list do not allow a prompt."""
    return count(
        "This prompt is not allowed, by line {lines} of the operator's list.",
        "This prompt is not allowed, by lines {lines} of the operator's list.",
        len(lines),
        lines=lines,
    )


def _member(member_id: int) -> str:
    return f"<@{member_id}>"
