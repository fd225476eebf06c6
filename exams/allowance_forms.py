"""What somebody is allowed, as a form: for one candidate, and for many by their ids."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.errors import DomainError
from accounts.forms import WordedForm
from analysis.risk.areas import AREA_NAMES, PATIENT_AREAS
from exams.allowing import (
    LONGEST_BREAK_MINUTES,
    LONGEST_REASON,
    MOST_AT_ONCE,
    MOST_BREAKS,
    MOST_MINUTES,
    MOST_PERCENT,
    AllowanceTerms,
    check_terms,
)
from exams.area_words import AREA_WORDS
from exams.forms import moment_field
from exams.models import Candidate, Exam

USUAL, OFF = "", "off"
PATIENCE = ("150", "200", "300", "500")
ALL_EXAMS = ""


def _number(label: Any, most: int, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=0, max_value=most, required=False, initial=0, help_text=help_text
    )


class AllowanceForm(WordedForm):
    says_optional = False

    exam = forms.ChoiceField(
        label=gettext_lazy("Counts for"),
        required=False,
        help_text=gettext_lazy("What is granted for one exam goes before what is granted for all."),
    )
    extra_minutes = _number(gettext_lazy("More time, in minutes"), MOST_MINUTES)
    extra_percent = _number(
        gettext_lazy("Or in per cent of the exam’s time"),
        MOST_PERCENT,
        gettext_lazy("More time counts also beyond the moment at which the exam closes."),
    )
    break_count = _number(
        gettext_lazy("Breaks"),
        MOST_BREAKS,
        gettext_lazy("In a break the clock stands still, and nothing is watched."),
    )
    break_minutes = _number(gettext_lazy("Minutes of each break, at most"), LONGEST_BREAK_MINUTES)
    until = moment_field(
        gettext_lazy("Until"), gettext_lazy("For sittings that start before. Empty: without an end.")
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "Only those who may edit exams can read it. It is in no report, export or audit entry."
        ),
    )

    def __init__(self, *args: Any, exams: Iterable[Exam], **kwargs: Any) -> None:
        self.base_fields = {**type(self).base_fields, **_area_fields()}
        super().__init__(*args, **kwargs)
        self._exams = {str(exam.id): exam for exam in exams}
        choices = [(key, exam.title) for key, exam in self._exams.items()]
        self.fields["exam"].choices = [(ALL_EXAMS, _("All exams")), *choices]

    @property
    def area_fields(self) -> list[forms.BoundField]:
        return [self[_name(area)] for area in AREA_NAMES]

    @property
    def exam_chosen(self) -> Exam | None:
        return self._exams.get(self.cleaned_data["exam"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                check_terms(self.terms())
            except DomainError as error:
                self.add_domain_error(error)
        return cleaned

    def terms(self) -> AllowanceTerms:
        given = self.cleaned_data
        areas = {area: given.get(_name(area), USUAL) for area in AREA_NAMES}
        numbers = ("extra_minutes", "extra_percent", "break_count", "break_minutes")
        return AllowanceTerms(
            **{name: given.get(name) or 0 for name in numbers},
            switched_off=frozenset(area for area, wanted in areas.items() if wanted == OFF),
            patience=tuple(
                (area, int(wanted)) for area, wanted in sorted(areas.items()) if wanted not in (USUAL, OFF)
            ),
            reason=given["reason"],
            until=given.get("until"),
        )


class ManyAllowancesForm(AllowanceForm):
    ids = forms.CharField(
        label=gettext_lazy("Candidates"),
        max_length=MOST_AT_ONCE * 101,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
        help_text=gettext_lazy("Their ids as your institution knows them, one a line or with commas."),
    )

    def clean_ids(self) -> list[Candidate]:
        text = self.cleaned_data["ids"].replace(",", "\n").replace(";", "\n")
        wanted = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
        if len(wanted) > MOST_AT_ONCE:
            raise forms.ValidationError(
                _("More than %(most)s candidates: split the list.") % {"most": MOST_AT_ONCE}
            )
        known = {one.external_id: one for one in Candidate.objects.filter(external_id__in=wanted)}
        unknown = [one for one in wanted if one not in known]
        if unknown:
            named = ", ".join(unknown[:20])
            raise forms.ValidationError(_("We do not know: %(ids)s. Mend the list.") % {"ids": named})
        if not wanted:
            raise forms.ValidationError(_("Name at least one candidate."))
        return [known[one] for one in wanted]


def _name(area: str) -> str:
    return f"area_{area}"


def _area_fields() -> dict[str, forms.Field]:
    return {_name(area): _area_field(area) for area in AREA_NAMES}


def _area_field(area: str) -> forms.ChoiceField:
    patient = [
        (percent, _("Flagged only after %(times)s times as long") % {"times": f"{int(percent) / 100:g}"})
        for percent in PATIENCE
        if area in PATIENT_AREAS
    ]
    choices = [(USUAL, _("As for everybody")), *patient, (OFF, _("Not watched"))]
    return forms.ChoiceField(label=AREA_WORDS[area], choices=choices, required=False)
