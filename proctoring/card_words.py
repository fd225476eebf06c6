"""Identity cards in words: what a candidate can do about a picture, and what a reviewer should know. Pure."""

from django.utils.translation import gettext_lazy

from analysis.face_limits import PHOTO_DIFFERENT, THRESHOLD

A_PERSON_LOOKS = gettext_lazy("You can also go on: a person will look at it.")
THANKS = gettext_lazy("Thank you. A person will look at the picture.")
COMPARING = gettext_lazy("Your picture has arrived. We are looking for the face on it…")
NOT_COMPARED = gettext_lazy("We could not compare it; a person will look at it.")
TAKE_AGAIN = {
    "no_face": gettext_lazy(
        "We found no face on the picture. Hold the card nearer, its photo towards the camera, in good "
        "light, and take it again."
    ),
    "several_faces": gettext_lazy(
        "We found more than one face. Hold the card so that nothing else is in the picture, "
        "and take it again."
    ),
    "too_dark": gettext_lazy(
        "The picture is too dark. Turn on a lamp or turn towards the window, and take it again."
    ),
    "too_small": gettext_lazy(
        "The photo on the card is too small in the picture. Hold the card nearer and take it again."
    ),
    "blurred": gettext_lazy(
        "The picture is not sharp. Hold the card still, not too near, and take it again."
    ),
}
WHY_NOT = {
    "no_face": gettext_lazy("no face was found on the picture of the card"),
    "several_faces": gettext_lazy("several faces are on the picture of the card"),
    "too_dark": gettext_lazy("the picture of the card is too dark"),
    "too_small": gettext_lazy("the photo on the card is too small in the picture"),
    "blurred": gettext_lazy("the picture of the card is not sharp"),
    "no_template": gettext_lazy("the camera check left no face to compare with"),
    "missing": gettext_lazy("the candidate gave no picture of a card"),
    "late": gettext_lazy("the comparison was not over when the exam began"),
    "unlike": gettext_lazy("the face on the card was unlike the one of the camera check"),
    "between": gettext_lazy("the faces were neither clearly alike nor clearly unlike"),
}
LOOK_YOURSELF = gettext_lazy("Whether it is a card at all, and whose, only you can see.")


def candidate_words(verdict: str, problem: str) -> str:
    """What the candidate hears about the last picture; how alike the faces are is for a person alone."""
    if problem in TAKE_AGAIN:
        return f"{TAKE_AGAIN[problem]} {A_PERSON_LOOKS}"
    if problem:
        return NOT_COMPARED
    return THANKS if verdict else COMPARING


def reviewer_words(verdict: str, problem: str, score: float | None) -> str:
    """What the program found, for the person who decides."""
    if problem:
        return f"Not compared, because {WHY_NOT.get(problem, problem)}. {LOOK_YOURSELF}"
    if score is None:
        return f"Not compared yet. {LOOK_YOURSELF}"
    if verdict == "same":
        found = f"is like the one of the camera check: {score:.2f}, and {THRESHOLD} or more counts as alike"
    elif verdict == "different":
        found = f"is unlike the one of the camera check: {score:.2f}, below {PHOTO_DIFFERENT:.2f}"
    else:
        found = f"can be anybody’s: {score:.2f}, neither {THRESHOLD} or more nor below {PHOTO_DIFFERENT:.2f}"
    return f"The face on the picture {found}. Photos on cards are small and can be old. {LOOK_YOURSELF}"


def open_reason(*, taken: bool, verdict: str, problem: str) -> str:
    """Why a person should look before believing the card; empty where the faces are alike."""
    if not taken:
        return "missing"
    if problem:
        return problem
    return {"same": "", "different": "unlike", "unclear": "between"}.get(verdict, "late")
