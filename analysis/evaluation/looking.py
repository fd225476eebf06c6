"""Where the eyes look: what labelled pictures would be needed before anything can be said."""

from __future__ import annotations

from collections import Counter

from analysis.evaluation.findings import Section
from analysis.evaluation.manifest import Manifest

KINDS = ("gaze_onscreen", "gaze_direction")
CALIBRATION_LOOKS = 9
"""One person at one screen has to look at so many known points before a tenth can be predicted."""


def measure_gaze(manifest: Manifest) -> Section | None:
    """Says why gaze cannot be measured on these pictures; `None` where none is labelled with it."""
    files = manifest.of_kind(*KINDS)
    if not files:
        return None
    most, pictures = Counter(file.subject for file in files).most_common(1)[0]
    people = len({file.subject for file in files})
    reason = (
        f"pictures: {len(files)}, people: {people}, of one person at most {pictures} ({most}); following "
        f"eyes needs {CALIBRATION_LOOKS} looks of one person at known points, and more to be tested on"
    )
    return Section(
        kind="gaze",
        title="Where the eyes look",
        detector="none ran",
        unmeasured=(reason, "no detector of gaze runs in an exam: looking away is told from the head alone"),
    )
