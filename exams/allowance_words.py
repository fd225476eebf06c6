"""What an allowance gives, in the words that people read."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analysis.risk.areas import AREA_NAMES
from exams.area_words import area_words
from exams.models import Allowance


def granted_words(allowance: Allowance) -> list[str]:
    """What an allowance gives, a line each; never why."""
    share = allowance.extra_percent
    return [
        *minutes_words(allowance.extra_minutes),
        *([_("%(percent)s %% more time") % {"percent": share}] if share else []),
        *breaks_words(allowance.break_count, allowance.break_minutes),
        *([_left_out(allowance.switched_off)] if allowance.switched_off else []),
        *(
            _("%(area)s: flagged only after %(times)s times as long")
            % {"area": area_words(area), "times": f"{percent / 100:g}"}
            for area, percent in sorted(allowance.patience.items(), key=lambda one: AREA_NAMES.index(one[0]))
        ),
    ]


def minutes_words(minutes: int) -> list[str]:
    if not minutes:
        return []
    return [ngettext("%(n)s minute more", "%(n)s minutes more", minutes) % {"n": minutes}]


def breaks_words(count: int, minutes: int) -> list[str]:
    if not count:
        return []
    words = ngettext(
        "%(n)s break of at most %(minutes)s min", "%(n)s breaks of at most %(minutes)s min each", count
    )
    return [words % {"n": count, "minutes": minutes}]


def _left_out(areas: list[str]) -> str:
    named = "; ".join(area_words(area) for area in AREA_NAMES if area in areas)
    return _("Not watched: %(areas)s") % {"areas": named}
