"""Filters that say times and numbers as people read them."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

register = template.Library()

SEVERITIES = {
    "info": gettext_lazy("info"),
    "warning": gettext_lazy("warning"),
    "critical": gettext_lazy("critical"),
}


@register.filter
def severity_words(severity: str) -> str:
    return str(SEVERITIES.get(severity, severity))


@register.filter
def clock(milliseconds: int | None) -> str:
    """1:02:03 or 2:03, from milliseconds since the session's start."""
    if milliseconds is None:
        return ""
    seconds = int(milliseconds) // 1000
    hours, minutes = seconds // 3600, seconds // 60 % 60
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"


@register.filter
def percent(fraction: float | None) -> str:
    return _("unknown") if fraction is None else f"{fraction * 100:.0f} %"


@register.filter
def points(milli_points: int | None) -> str:
    return "" if milli_points is None else f"{milli_points / 1000:.1f}"
