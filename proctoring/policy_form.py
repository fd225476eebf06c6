"""The form of a policy: one set of fields for each rule."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import WordedForm
from analysis.risk.drafts import RuleDraft
from exams.models import Session

LONGEST_S = 48 * 3600
_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "form-check-input"),
    (forms.Select, "form-select form-select-sm"),
    (forms.Widget, "form-control form-control-sm"),
)
_CHOICES = [
    ("info", gettext_lazy("Info")),
    ("warning", gettext_lazy("Warning")),
    ("critical", gettext_lazy("Critical")),
]


@dataclass(frozen=True, slots=True)
class RuleFields:
    """A rule beside its fields; `numbers` are those that this rule has."""

    draft: RuleDraft
    on: forms.BoundField
    numbers: tuple[forms.BoundField, ...]


class PolicyForm(WordedForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)

    def __init__(
        self,
        data: QueryDict | None,
        *,
        name: str,
        drafts: Sequence[RuleDraft],
        sessions: Sequence[Session],
    ) -> None:
        self.drafts = drafts
        # Fields differ from policy to policy, so they belong to this form alone.
        made = {key: field for place, draft in enumerate(drafts) for key, field in _fields(place, draft)}
        super().__init__(data, initial={"name": name})
        self.fields.update(made)
        self.fields["session"] = forms.ChoiceField(
            label=_("Try it on a past sitting"),
            required=False,
            choices=session_choices(sessions),
        )
        for key in (*made, "session"):
            widget = self.fields[key].widget
            widget.attrs["class"] = next(name for kind, name in _CLASSES if isinstance(widget, kind))

    def rules(self) -> list[RuleFields]:
        return [
            RuleFields(draft, self[f"r{place}-on"], tuple(self._numbers(place)))
            for place, draft in enumerate(self.drafts)
        ]

    def _numbers(self, place: int) -> Iterator[forms.BoundField]:
        for key in self.fields:
            if key.startswith(f"r{place}-") and key != f"r{place}-on":
                yield self[key]

    def wanted(self) -> list[RuleDraft]:
        """The rules as the valid form says they shall be."""
        return [_wanted(place, draft, self.cleaned_data) for place, draft in enumerate(self.drafts)]


def session_choices(sessions: Sequence[Session]) -> list[tuple[str, str]]:
    named = ((str(one.id), f"{one.exam.title}: {one.candidate.name}") for one in sessions)
    return [("", _("Choose a sitting")), *named]


def _fields(place: int, draft: RuleDraft) -> Iterator[tuple[str, forms.Field]]:
    yield f"r{place}-on", forms.BooleanField(label=draft.label, required=False, initial=draft.on)
    yield (
        f"r{place}-severity",
        forms.ChoiceField(label=_("Severity"), choices=_CHOICES, initial=draft.severity),
    )
    if draft.threshold is not None:
        yield f"r{place}-threshold", forms.FloatField(label=draft.condition, initial=draft.threshold)
    if draft.for_ms is not None:
        yield f"r{place}-for", _seconds(_("Lasts at least, seconds"), draft.for_ms)
    if draft.release_ms is not None:
        yield f"r{place}-release", _seconds(_("Over after, seconds"), draft.release_ms)
    for number, (ledger, points) in enumerate(draft.points):
        yield (
            f"r{place}-points{number}",
            forms.DecimalField(
                label=_("Points, %(ledger)s") % {"ledger": ledger.replace("_", " ")},
                min_value=Decimal(-1000),
                max_value=Decimal(1000),
                decimal_places=3,
                initial=points,
            ),
        )


def _seconds(label: str, ms: int) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=Decimal(0), max_value=Decimal(LONGEST_S), decimal_places=3, initial=ms / 1000
    )


def _wanted(place: int, draft: RuleDraft, cleaned: dict[str, Any]) -> RuleDraft:
    def ms(key: str, old: int | None) -> int | None:
        return None if old is None else int(cleaned[f"r{place}-{key}"] * 1000)

    return replace(
        draft,
        on=cleaned[f"r{place}-on"],
        severity=cleaned[f"r{place}-severity"],
        threshold=None if draft.threshold is None else cleaned[f"r{place}-threshold"],
        for_ms=ms("for", draft.for_ms),
        release_ms=ms("release", draft.release_ms),
        points=tuple(
            (ledger, float(cleaned[f"r{place}-points{number}"]))
            for number, (ledger, _points) in enumerate(draft.points)
        ),
    )
