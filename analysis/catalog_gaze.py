"""The signals of records where an exam follows eyes."""

from __future__ import annotations

from analysis.signal_entry import Signal

GAZE: tuple[Signal, ...] = (
    Signal(
        "gaze_zone",
        "Where the eyes look",
        "on, left, right, up, down or unknown",
        "Whether you look at the screen or clearly beside it, as you looked at the points before the exam.",
        "Follows the irises of one person who looked at points on the whole screen before the exam.",
        "Within some degrees only, so what is read is not known; unknown with closed eyes, a turned head, "
        "a dim picture or small eyes.",
    ),
    Signal(
        "off_screen",
        "Eyes off the screen",
        "yes, no or unknown",
        "Your eyes looked far beside the screen. Thinking with the eyes on the wall is no offence.",
        "Holds 5 degrees and more beyond the points that were looked at, or twice the fit's own error.",
        "How often it errs was not measured on people yet. Glasses that mirror and a moved camera mislead "
        "it; it does not know what is beside the screen.",
    ),
    Signal(
        "gaze_outside",
        "How far beside the screen",
        "degrees, only their order counts",
        "How far beside the screen your eyes seemed to look.",
        "Picks the picture that shows a flag best.",
        "Beyond the points that were looked at the number itself means little.",
    ),
    Signal(
        "gaze_hint",
        "Direction of the eyes, a guess",
        "on, left, right, down or unknown",
        "Where your eyes seem to turn, compared with the camera check. It is a guess and raises nothing.",
        "Tells large turns of the eyes where nobody looked at the points.",
        "Often wrong: a moved head or chair looks like a glance. Our own rules do not use it.",
    ),
)
