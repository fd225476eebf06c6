"""Where personal data lies: every table and folder of storage, how long it lives and what deletes it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models

from accounts.retention import DataClass, period_of

APPS = ("accounts", "jobs", "webhooks", "exams", "proctoring", "reports", "privacy")
_DELETING = "privacy.services.deleting"
_HOUSE = "the institution’s own: with the institution"
_PROOF = "proof of what was done: with the institution"


@dataclass(frozen=True, slots=True)
class Life:
    """`data_class` where the institution chooses the days, else `until` in words; and what deletes it."""

    data_class: DataClass | None
    until: str
    deleted_by: str = ""

    @property
    def words(self) -> str:
        if self.data_class is None:
            return self.until
        return f"{self.data_class.label}: {period_of(self.data_class).default_days} days, or as chosen"


def _class(data_class: DataClass, deleter: str) -> Life:
    return Life(data_class, "", f"{_DELETING}.{deleter}")


_PICTURES = _class(DataClass.EVIDENCE, "delete_pictures")
_REPORT = _class(DataClass.REPORT, "delete_reports")
_LOG = _class(DataClass.LOG, "delete_log")
_SITTING = _class(DataClass.IDENTITY, "delete_session")
_MESSAGES = Life(DataClass.WEBHOOKS, "", "webhooks.services.forget_old")

TABLES: dict[str, Life] = {
    "accounts.ApiKey": Life(None, _HOUSE),
    "accounts.AuditEntry": Life(None, _PROOF),
    "accounts.Institution": Life(None, _HOUSE),
    "accounts.MemberInvitation": Life(
        None, "30 days after it is over", "accounts.member_invitations.forget_old"
    ),
    "accounts.Membership": Life(None, "until the member is removed", "accounts.members.remove"),
    "accounts.PrivacyTerms": Life(None, _HOUSE),
    "accounts.StoredAnswer": Life(None, "a day", "accounts.api.idempotency.purge"),
    "accounts.User": Life(None, "until the account is deleted"),
    "exams.AcceptedNotice": Life(None, _PROOF),
    "exams.Allowance": _SITTING,
    "exams.Candidate": _SITTING,
    "exams.Consent": _SITTING,
    "exams.Exam": Life(None, _HOUSE),
    "exams.Invitation": _SITTING,
    "exams.LegalHold": Life(None, _PROOF),
    "exams.RiskPolicy": Life(None, _HOUSE),
    "exams.Session": _SITTING,
    "jobs.Job": Life(None, "30 days after it is done", "jobs.services.forget_done"),
    "privacy.PurgeRun": Life(None, _PROOF),
    "privacy.PurgedThing": Life(None, _PROOF),
    "privacy.SubjectRequest": Life(None, _PROOF),
    "privacy.Tombstone": Life(None, _PROOF),
    "proctoring.Baseline": _class(DataClass.REPORT, "delete_biometrics"),
    "proctoring.EventTally": _SITTING,
    "proctoring.Evidence": _PICTURES,
    "proctoring.FaceCheck": _class(DataClass.REPORT, "delete_biometrics"),
    "proctoring.FaceTemplate": Life(
        None, "the end of the sitting", "proctoring.services.templates.forget_template"
    ),
    "proctoring.Flag": _REPORT,
    "proctoring.IdCard": Life(DataClass.ID_CARD, "", "proctoring.services.id_cards.forget_pictures_of"),
    "proctoring.Message": _class(DataClass.CHAT, "delete_chat"),
    "proctoring.Observation": _LOG,
    "proctoring.PastVerdict": _REPORT,
    "proctoring.PictureSignature": Life(None, "20 minutes", "proctoring.services.pictures.forget_pictures"),
    "proctoring.Piece": _PICTURES,
    "proctoring.Recording": _PICTURES,
    "proctoring.Review": _REPORT,
    "proctoring.RiskState": _LOG,
    "proctoring.ScreenPicture": _PICTURES,
    "proctoring.SessionKey": _PICTURES,
    "proctoring.SignalState": _LOG,
    "proctoring.Unusualness": _LOG,
    "proctoring.Verdict": _REPORT,
    "proctoring.WaitingFile": _PICTURES,
    "proctoring.Watching": Life(None, "while the page is open", "proctoring.services.watching.stop_watching"),
    "reports.Export": Life(
        None, "the file 7 days, the row 30 days more", "reports.services.exporting.forget_file"
    ),
    "reports.Report": _REPORT,
    "webhooks.Delivery": _MESSAGES,
    "webhooks.Endpoint": Life(None, _HOUSE),
    "webhooks.Event": _MESSAGES,
    "webhooks.Try": _MESSAGES,
}

FOLDERS: dict[str, tuple[str, Life]] = {
    "evidence": ("pictures behind flags and of screens, sealed", _PICTURES),
    "recordings": ("pieces of video and what was joined of them", _PICTURES),
    "reports": ("PDF, CSV and JSON of sittings, archives", _REPORT),
    "default": (
        "what curves and models were fitted to, without a person’s name; answers to requests for access",
        Life(None, "until it is fitted anew; an answer 7 days"),
    ),
}
"""By the alias of `STORAGES`, which is the prefix in the bucket."""


def tables() -> Iterator[type[models.Model]]:
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            if not model._meta.auto_created:
                yield model


def personal(model: type[models.Model]) -> str:
    """What the model's own words say that it holds of a person."""
    words = " ".join((model.__doc__ or "").split())
    after = words[words.lower().find("personal data:") + len("personal data:") :]
    return after.partition(";")[0].strip().rstrip(".")


def as_markdown() -> str:
    """Both tables, as docs/privacy.md holds them."""
    lines = ["| Table | Personal data | Kept | Deleted by |", "|---|---|---|---|"]
    for model in sorted(tables(), key=lambda one: one._meta.label):
        life = TABLES[model._meta.label]
        deleter = f"`{life.deleted_by}`" if life.deleted_by else "–"
        lines.append(f"| {model._meta.label} | {personal(model)} | {life.words} | {deleter} |")
    lines += ["", "| Folder of storage | Holds | Kept | Deleted by |", "|---|---|---|---|"]
    for alias, (holds, life) in sorted(FOLDERS.items()):
        deleter = f"`{life.deleted_by}`" if life.deleted_by else "–"
        lines.append(f"| {alias}/ | {holds} | {life.words} | {deleter} |")
    return "\n".join(lines) + "\n"
