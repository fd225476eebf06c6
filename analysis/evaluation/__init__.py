"""How right the detectors are on labelled files, with intervals, and what such files cannot tell."""
