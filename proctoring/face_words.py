"""How the comparison of faces went in one sitting, in the words that reviewers read. Pure."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy

NOT_POSSIBLE = {
    "no_template": gettext_lazy("the camera check brought no five clear pictures of the face together"),
    "no_model": gettext_lazy("this installation has no model file that compares faces"),
    "skipped": gettext_lazy("the exam was started before the camera check was over"),
}
NOT_SHOWN = {
    "too_slow": gettext_lazy("they took too long"),
    "other_side": gettext_lazy("the head went to the other side"),
    "somebody_else": gettext_lazy("another face was there while the head turned"),
}
WITHOUT_BLAME = gettext_lazy("This is no sign of anything wrong")


@dataclass(frozen=True, slots=True)
class Comparing:
    """`outcome` and `reason` of the camera check's part, empty before there is one; looks during the exam."""

    outcome: str
    reason: str
    looks: int
    clear_looks: int
    ended: bool


def comparing_words(told: Comparing) -> str:
    """One line for the page and the report; what was not done is said with its reason, without blame."""
    if told.outcome == "unavailable":
        reason = NOT_POSSIBLE.get(told.reason, "the camera check could not do it")
        return f"Identity was not checked because {reason}. {WITHOUT_BLAME}."
    if not told.outcome:
        return "Identity is compared as soon as the camera check is over."
    if told.ended and not told.clear_looks:
        return f"Identity was not checked because {_nothing_clear(told.looks)}. {WITHOUT_BLAME}."
    turns = ""
    if told.outcome == "failed":
        turns = (
            f" The head turns that were asked for were not shown: {NOT_SHOWN.get(told.reason, told.reason)}."
        )
    if not told.looks:
        return f"Identity is compared with the camera check; no look has been taken yet.{turns}"
    return f"Identity was compared with the camera check in {told.clear_looks} of {told.looks} looks.{turns}"


def reason_words(reason: str) -> str:
    """A reason of the log, as a sentence; empty for one that is not ours."""
    words = NOT_POSSIBLE.get(reason) or NOT_SHOWN.get(reason, "")
    return words[:1].upper() + words[1:]


def _nothing_clear(looks: int) -> str:
    if not looks:
        return "no look was taken while the exam ran"
    return f"none of {looks} looks showed one clear face"
