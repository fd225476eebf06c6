"""A report's files as they are stored, given out only if they are the ones that were made."""

import hashlib

from django.core.files.storage import storages
from django.utils.translation import gettext as _

from accounts.errors import Conflict, NotFound
from reports.models import Report


def stored(report: Report, kind: str) -> bytes:
    """The file of that kind: `pdf`, `csv` or `json`."""
    try:
        with storages["reports"].open(getattr(report, f"{kind}_key")) as file:
            data: bytes = file.read()
    except FileNotFoundError:
        raise NotFound("report_gone", _("The file of this report is no longer stored.")) from None
    if hashlib.sha256(data).hexdigest() != getattr(report, f"{kind}_sha256"):
        raise Conflict(
            "report_changed", _("The stored file is not the one that was made, so it is not given out.")
        )
    return data
