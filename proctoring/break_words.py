"""What the log's lines about a candidate's own break say."""

from django.utils.translation import gettext as _

from analysis.risk.log import PAUSED


def break_words(event: str) -> str:
    return _("The candidate took a break") if event == PAUSED else _("The break was over")
