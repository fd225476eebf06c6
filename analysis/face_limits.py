"""The scores from which two faces are one person's or two people's; `analysis.identity` measured them."""

THRESHOLD = 0.46
SURELY_DIFFERENT = 0.41
"""Between the two nothing is held against anybody."""
PHOTO_DIFFERENT = 0.30
"""A card's photo is old and small: only below what 99 % of strangers score it is called another person."""
