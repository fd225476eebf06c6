"""What the kinds of things that are deleted are called when people read them."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy

KINDS: dict[str, str] = {
    "baseline": gettext_lazy("Measurements of the camera check"),
    "candidate": gettext_lazy("Name, number and address"),
    "face_check": gettext_lazy("Outcome of the check of the face"),
    "face_template": gettext_lazy("Numbers of the face"),
    "flag": gettext_lazy("Flags"),
    "id_card": gettext_lazy("Identity card"),
    "message": gettext_lazy("Messages"),
    "observation": gettext_lazy("Measurements and events"),
    "picture": gettext_lazy("Pictures of the camera"),
    "piece": gettext_lazy("Pieces of video"),
    "recording": gettext_lazy("Recordings"),
    "report_csv": gettext_lazy("Reports (CSV)"),
    "report_json": gettext_lazy("Reports (JSON)"),
    "report_pdf": gettext_lazy("Reports (PDF)"),
    "review": gettext_lazy("Review of the sitting"),
    "risk_state": gettext_lazy("Scores and coverage"),
    "screen": gettext_lazy("Pictures of the screen"),
    "session": gettext_lazy("Sittings, with consent and links"),
    "unusualness": gettext_lazy("How unlike others the sitting was"),
    "verdict": gettext_lazy("Decisions on flags"),
}


def in_words(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Each kind as people call it, with how many there are."""
    return [(str(KINDS.get(kind, kind)), count) for kind, count in counts.items()]
