"""What a camera tells of itself, in words for a person who looks at a sitting."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy

from analysis.virtual_camera import CameraFacts, camera_hints

NO_PROOF = gettext_lazy("Programs, capture cards and some phones do so; it proves nothing")


def camera_words(detail: Mapping[str, object]) -> str:
    """What is unlike a plain webcam; else what the camera says it sends; empty for other events."""
    if detail.keys().isdisjoint(CameraFacts.__slots__):
        return ""
    facts = CameraFacts.of(detail)
    hints = camera_hints(facts)
    if hints:
        return f"{'; '.join(hints).capitalize()}. {NO_PROOF}"
    size = f"{facts.told_width_px} by {facts.told_height_px} pixels" if facts.told_width_px else ""
    rate = f"{facts.told_fps_milli / 1000:.0f} pictures a second" if facts.told_fps_milli else ""
    return ", ".join(part for part in (size, rate, "like a plain webcam") if part)
