"""What an allowance gives, in the words that people read."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analysis.risk.areas import AREA_NAMES
from exams.area_words import area_words
from exams.models import Allowance


def granted_words(allowance: Allowance) -> list[str]:
    """What an allowance gives, a line each; never why."""
    return [
        *_time_words(allowance),
        *([_left_out(allowance.switched_off)] if allowance.switched_off else []),
        *(
            _("%(area)s: flagged only after %(times)s times as long")
            % {"area": area_words(area), "times": f"{percent / 100:g}"}
            for area, percent in sorted(allowance.patience.items(), key=lambda one: AREA_NAMES.index(one[0]))
        ),
    ]


def _time_words(allowance: Allowance) -> list[str]:
    minutes, breaks = allowance.extra_minutes, allowance.break_count
    found = []
    if minutes:
        found.append(ngettext("%(n)s minute more", "%(n)s minutes more", minutes) % {"n": minutes})
    if allowance.extra_percent:
        found.append(_("%(percent)s %% more time") % {"percent": allowance.extra_percent})
    if breaks:
        words = ngettext(
            "%(n)s break of at most %(minutes)s min", "%(n)s breaks of at most %(minutes)s min each", breaks
        )
        found.append(words % {"n": breaks, "minutes": allowance.break_minutes})
    return found


def _left_out(areas: list[str]) -> str:
    named = "; ".join(area_words(area) for area in AREA_NAMES if area in areas)
    return _("Not watched: %(areas)s") % {"areas": named}
