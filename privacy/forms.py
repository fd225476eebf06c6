"""What an owner fills in about personal data."""

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import WordedForm
from accounts.models import LawfulBasis, PrivacyTerms
from accounts.privacy_terms import LONGEST_CONTACT, Wanted, days_of
from accounts.retention import PERIODS, Period
from exams.holds import LONGEST_CASE, LONGEST_REASON
from exams.models import HoldScope

NOT_SAID = ("", gettext_lazy("Not said"))


class TermsForm(WordedForm):
    lawful_basis = forms.ChoiceField(
        label=gettext_lazy("Ground on which you watch exams"),
        required=False,
        choices=[NOT_SAID, *LawfulBasis.choices],
        help_text=gettext_lazy(
            "Candidates read it in the notice. Invigil cannot know it: ask whoever advises you on privacy. "
            "Consent is only free where another way to sit the exam is no worse."
        ),
    )
    contact = forms.CharField(
        label=gettext_lazy("Whom candidates may ask or tell that they object"),
        required=False,
        max_length=LONGEST_CONTACT,
        help_text=gettext_lazy("An address or a telephone number; it stands in the notice."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for period in PERIODS:
            self.fields[period.data_class] = _days_field(period)
        self.fields["confirm"] = forms.CharField(
            required=False,
            widget=forms.TextInput(attrs={"autocomplete": "off", "class": "form-control"}),
            label=_("To confirm, write “%(word)s”") % {"word": confirming_word()},
        )

    @property
    def periods(self) -> list[forms.BoundField]:
        return [self[period.data_class] for period in PERIODS]

    def days(self) -> dict[str, int]:
        """What was written and can be, by class."""
        written = getattr(self, "cleaned_data", {})
        return {name: written[name] for name in days_of(PrivacyTerms()) if name in written}

    def wanted(self) -> Wanted:
        return Wanted(self.days(), self.cleaned_data["lawful_basis"], self.cleaned_data["contact"])

    @property
    def is_confirmed(self) -> bool:
        return bool(self.cleaned_data["confirm"].strip().lower() == confirming_word().lower())


def confirming_word() -> str:
    return _("shorten")


def initial_of(terms: PrivacyTerms) -> Mapping[str, Any]:
    return {**days_of(terms), "lawful_basis": terms.lawful_basis, "contact": terms.contact}


def _days_field(period: Period) -> forms.IntegerField:
    limits = _("%(least)s to %(most)s days; usual are %(usual)s.") % {
        "least": period.least_days,
        "most": period.most_days,
        "usual": period.default_days,
    }
    return forms.IntegerField(
        label=period.data_class.label,
        min_value=period.least_days,
        max_value=period.most_days,
        widget=forms.NumberInput(attrs={"class": "form-control", "inputmode": "numeric"}),
        help_text=f"{period.what} {limits}",
    )


class HoldForm(WordedForm):
    scope = forms.ChoiceField(label=gettext_lazy("What must not be deleted"), choices=HoldScope.choices)
    subject_id = forms.UUIDField(
        label=gettext_lazy("Its id"),
        required=False,
        help_text=gettext_lazy("The last part of the address of its page; nothing for the institution."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        help_text=gettext_lazy("It is shown to whoever wants to delete, and kept with the audit log."),
    )
    case_ref = forms.CharField(
        label=gettext_lazy("Number of the case"), required=False, max_length=LONGEST_CASE
    )

    def subject(self) -> uuid.UUID | None:
        found: uuid.UUID | None = self.cleaned_data["subject_id"]
        return found
