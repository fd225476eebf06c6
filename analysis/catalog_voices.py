"""What is told of voices and lips, in words: whether more than one speaks, never whose voice it is."""

from __future__ import annotations

from analysis.signal_entry import Signal

VOICES: tuple[Signal, ...] = (
    Signal(
        "voices",
        "Voices so far",
        "1, 2 for two and more, or unknown",
        "How many voices spoke in your room so far. A radio or a film counts as a voice.",
        "Told 27 of 28 pairs of voices apart that spoke in turn, and took none of 28 single voices for two.",
        "Says only one or more than one; two voices at the same moment are often taken for one.",
    ),
    Signal(
        "second_voice",
        "A second voice",
        "yes, no or unknown",
        "Somebody speaks who does not sound like the first voice of your exam. Nobody is named.",
        "Compares 1.6 seconds of speech with those before; needs about two seconds of the other voice.",
        "Does not know which voice is the candidate's; relatives, whispers and far voices sound alike.",
    ),
    Signal(
        "voice_distance",
        "Difference between voices",
        "0 to 2",
        "How differently the voices in your room sound. From 0.25 on they count as two.",
        "Stayed below 0.25 for each of 28 people who spoke alone for up to 50 seconds.",
        "In meetings recorded from afar it is little better than chance.",
    ),
)

LIPS: tuple[Signal, ...] = (
    Signal(
        "lips_moving",
        "Lips move",
        "yes, no or unknown",
        "Whether your lips open and close. What they say is not read.",
        "Needs five pictures a second, so it is known in recordings and not in a live exam.",
        "Chewing and smiling look like speaking; a mouth behind a hand, a mask or a beard is not seen well.",
    ),
)
