"""The review's sentences with numbers in them."""

from math import ceil

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from proctoring.review_queue import Pace, Queue

MINUTE_MS, HOUR_MINUTES = 60_000, 60


def progress_words(queue: Queue) -> str:
    """How much of the queue is done, and how long the rest takes."""
    numbers = {"decided": queue.decided, "total": queue.total}
    if not queue.rows:
        return _("%(decided)s of %(total)s sittings are decided.") % numbers
    minutes = ceil(queue.expected_ms / MINUTE_MS)
    if minutes <= HOUR_MINUTES:
        words = ngettext(
            "%(decided)s of %(total)s sittings are decided. What is listed takes about %(count)s minute.",
            "%(decided)s of %(total)s sittings are decided. What is listed takes about %(count)s minutes.",
            minutes,
        )
        return words % {**numbers, "count": minutes}
    hours = round(minutes / HOUR_MINUTES)
    words = ngettext(
        "%(decided)s of %(total)s sittings are decided. What is listed takes about %(count)s hour.",
        "%(decided)s of %(total)s sittings are decided. What is listed takes about %(count)s hours.",
        hours,
    )
    return words % {**numbers, "count": hours}


def pace_words(pace: Pace) -> str:
    seconds = max(1, round(pace.per_moment_ms / 1000))
    if pace.is_measured:
        words = ngettext(
            "Your people take %(count)s second for a moment, measured on their last decisions.",
            "Your people take %(count)s seconds for a moment, measured on their last decisions.",
            seconds,
        )
    else:
        words = ngettext(
            "%(count)s second for a moment is assumed until enough of your decisions can be measured.",
            "%(count)s seconds for a moment are assumed until enough of your decisions can be measured.",
            seconds,
        )
    return words % {"count": seconds}


def minutes_words(milliseconds: int) -> str:
    minutes = ceil(milliseconds / MINUTE_MS)
    return ngettext("about %(count)s minute", "about %(count)s minutes", minutes) % {"count": minutes}
