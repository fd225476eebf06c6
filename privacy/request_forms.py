"""What an owner fills in when somebody asks about their data."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import WordedForm
from exams.models import Candidate
from privacy.models import RequestKind
from privacy.services.requesting import LONGEST_WORDS
from privacy.subjects import candidate_named


class RequestForm(WordedForm):
    candidate = forms.CharField(
        label=gettext_lazy("Candidate"),
        max_length=254,
        help_text=gettext_lazy("The external id, or the e-mail address."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("What for"), choices=RequestKind.choices)
    asked_on = forms.DateField(
        label=gettext_lazy("Asked on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}),
        help_text=gettext_lazy("Empty means today."),
    )
    words = forms.CharField(
        label=gettext_lazy("In their words"),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )

    def clean_candidate(self) -> Candidate:
        found = candidate_named(self.cleaned_data["candidate"])
        if found is None:
            raise forms.ValidationError(
                _("Nobody has this external id, and not exactly one person this e-mail address.")
            )
        return found

    def wanted(self) -> dict[str, Any]:
        """As `requesting.open_request` takes it."""
        day = self.cleaned_data["asked_on"]
        asked_at = timezone.make_aware(datetime.combine(day, time())) if day else None
        told = {name: self.cleaned_data[name] for name in ("candidate", "kind", "words")}
        return told | {"asked_at": asked_at}
