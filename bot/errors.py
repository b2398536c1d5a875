"""What can go wrong, named by what the caller does next.

FirstframeError
├── SettingsError                correct the settings that its text names
├── BrokenLine                   correct that line of the operator's list
├── DatabaseTaken                stop the other bot first
├── ChildFailed                  do without what it was to make
├── DatabaseAway                 ask again later
├── DraftTaken                   tell the member that the choice was made
├── NotCopied                    tell the operator its text; nothing was changed
├── NotLost                      tell the member why it is not to be tried again
├── OverBudget                   tell the member which budget; nothing was held
├── PortTaken                    choose another port
├── SchemaUnusable               leave the model out, and tell the operator
├── TakenOver                    go no further: another process tells this story
├── TooSlow                      ask the member to try again; nothing was written
├── UserError                    show its sentence to the member; nothing was spent
│   ├── PromptBlocked            the same, and tell the managers of the server
│   └── PictureRefused           the same, of a picture
│       └── PictureMisfits       show what it could be made into, too
├── AtlasError
│   ├── AtlasUnavailable         ask again later; nothing was accepted
│   │   └── PredictionUnseen     the same, unless it was seen before: then it is deleted
│   ├── AtlasRejected            do not ask again; nothing was accepted
│   └── SubmitUnknown            never ask again; it may have been accepted and charged
├── WebhookRefused               turn it away: it is not Atlas's word, or not of now
│   └── WebhookKeyUnknown        read Atlas's keys anew, then look once more
├── WebhookUnreadable            turn it away, and tell the operator: it is Atlas's word
├── OutputUnavailable            fetch it again later
├── OutputGone                   do not fetch it again; nobody can by this link
├── OutputRefused                do not fetch it again; a member may still look at it
├── DiscordUnavailable           send it again later, after a look
└── PlaceClosed                  send it somewhere else
"""

from bot.model import Cause
from bot.sentence import Sentence


class FirstframeError(Exception):
    """The root of our own errors."""


class DatabaseAway(FirstframeError):
    """The database cannot be asked just now, by those who do not wait for it."""


class TakenOver(FirstframeError):
    """We were thought dead."""


class ChildFailed(FirstframeError):
    """A program of ours, in a process of its own, failed or was too slow."""


class UserError(FirstframeError):
    """A refusal with a sentence that is safe and useful to show to the member."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.text)
        self.sentence = sentence


class PromptBlocked(UserError):
    """The operator does not allow this prompt."""


class AtlasError(FirstframeError):
    """Atlas did not do what was asked; `request_id` is Atlas's own name of that, if it gave one."""

    request_id: str = ""

    def __str__(self) -> str:
        text = super().__str__()
        return f"{text} request={self.request_id}" if self.request_id else text


class AtlasUnavailable(AtlasError):
    """Atlas cannot answer now; the request had no effect.

    `retry_after_s` is Atlas's own wish, 0 when it named none.
    """

    def __init__(self, reason: str, *, retry_after_s: float = 0.0) -> None:
        super().__init__(reason)
        self.retry_after_s = retry_after_s


class PredictionUnseen(AtlasUnavailable):
    """Atlas does not know a prediction: just after its submit, or when it is deleted."""


class AtlasRejected(AtlasError):
    """Atlas refused for good, before anything was made or charged."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause.value)
        self.cause = cause


class SubmitUnknown(AtlasError):
    """A submit left without a usable answer: a second one might be charged twice."""


class SchemaUnusable(FirstframeError):
    """A model needs what we cannot give, or its schema cannot be read; the text says which."""


class WebhookRefused(FirstframeError):
    """Not signed by Atlas just now. Its text says why, in no words of the sender."""


class WebhookKeyUnknown(WebhookRefused):
    """The key it names is not among those we know; Atlas may have a new one."""


class WebhookUnreadable(FirstframeError):
    """Atlas signed it, and it does not name a prediction as documented."""


class OutputUnavailable(FirstframeError):
    """The host of an output is in trouble, or was too slow."""


class OutputGone(FirstframeError):
    """The link is dead: its output is deleted, or its signature has run out."""


class OutputRefused(FirstframeError):
    """Not for us: not a video, too large, or somewhere the bot does not go."""


class DiscordUnavailable(FirstframeError):
    """Discord did not answer, or answered that it is in trouble."""


class PlaceClosed(FirstframeError):
    """The place is deleted, locked or forbidden to us; asking again does not help."""
