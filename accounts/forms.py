"""Registering an institution, signing in; and what every form of ours does."""

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.audit_reading import Filters, actions, actors
from accounts.errors import DomainError
from accounts.models import Scope
from accounts.roles import Role

_BOOTSTRAP: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "form-check-input"),
    (forms.Select, "form-select"),
    (forms.Widget, "form-control"),
)


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: an empty POST is still an answer, and a wrong one."""
    return request.POST if request.method == "POST" else None


class WordedForm(forms.Form):
    """Bootstrap classes, errors beside the fields, the keyboard on the first field that is wrong."""

    says_optional = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        # The browser's own bubbles would hide our words, and say less.
        self.use_required_attribute = False
        for field in self.fields.values():
            widget = field.widget
            widget.attrs.setdefault(
                "class", next(name for kind, name in _BOOTSTRAP if isinstance(widget, kind))
            )

    def add_domain_error(self, error: DomainError) -> None:
        self.add_error(error.field if error.field in self.fields else None, error.message)

    def mark_errors(self) -> "WordedForm":
        """To be called before a refused form is shown again."""
        refused = [name for name in self.fields if name in self.errors]
        for name in refused:
            attrs = self.fields[name].widget.attrs
            attrs["class"] = f"{attrs['class']} is-invalid"
        for name in self.fields:
            self.fields[name].widget.attrs.pop("autofocus", None)
        if refused:
            self.fields[refused[0]].widget.attrs["autofocus"] = True
        return self


def time_zones() -> list[tuple[str, str]]:
    names = sorted(
        name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc/")
    )
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


class RegistrationForm(WordedForm):
    institution = forms.CharField(
        label=gettext_lazy("Institution"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=time_zones,
        initial="UTC",
        help_text=gettext_lazy("Exam times are shown in this zone."),
        widget=forms.Select(attrs={"data-time-zone": True}),
    )
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("Email address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=200,
        strip=False,
        help_text=gettext_lazy(
            "At least 10 characters. A few words you can remember are better than one odd word."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class SignInForm(WordedForm):
    email = forms.EmailField(
        label=gettext_lazy("Email address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PersonForm(WordedForm):
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class InstitutionForm(WordedForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=time_zones,
        help_text=gettext_lazy("Exam times are shown in this zone."),
    )
    alert_roles = forms.MultipleChoiceField(
        label=gettext_lazy("Mail these people when a flag is critical"),
        required=False,
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        help_text=gettext_lazy(
            "One mail gathers what comes within a moment, and for one candidate there is at most one in five "
            "minutes. It links to the sitting and holds neither pictures nor names."
        ),
    )
    require_second_factor = forms.BooleanField(
        label=gettext_lazy("Let members in with a second factor only"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
        help_text=gettext_lazy(
            "Whoever has none is led to set one up, an app or a passkey, before anything else opens. "
            "Candidates and API keys are not asked."
        ),
    )


class InviteForm(WordedForm):
    email = forms.EmailField(
        label=gettext_lazy("Email address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices, initial=Role.EXAMINER)


class JoinForm(WordedForm):
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=200,
        strip=False,
        help_text=gettext_lazy(
            "At least 10 characters. A few words you can remember are better than one odd word."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


def _scopes() -> list[tuple[str, str]]:
    return [(scope.value, scope.label[:1].upper() + scope.label[1:]) for scope in Scope]


class KeyForm(WordedForm):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        help_text=gettext_lazy("What uses it, so that you know later which one to revoke."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"),
        choices=_scopes,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        error_messages={"required": gettext_lazy("Choose at least one.")},
    )
    days = forms.ChoiceField(
        label=gettext_lazy("Expires"),
        required=False,
        choices=[
            ("90", gettext_lazy("In 90 days")),
            ("365", gettext_lazy("In a year")),
            ("730", gettext_lazy("In two years")),
            ("", gettext_lazy("Never")),
        ],
        initial="365",
    )


class AuditForm(WordedForm):
    says_optional = False

    actor = forms.ChoiceField(label=gettext_lazy("Who"), required=False)
    action = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    subject = forms.CharField(label=gettext_lazy("About"), required=False, max_length=120)
    since = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=gettext_lazy("To"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["actor"].choices = [("", _("Anybody")), *actors()]  # type: ignore[attr-defined]
        self.fields["action"].choices = [("", _("Anything")), *actions()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        first, last = found.get("since"), found.get("until")
        if first and last and first > last:
            self.add_error("since", _("The first day must not come after the last one."))
        return found

    def filters(self, time_zone: str) -> Filters:
        """Days are the institution's own, from the start of the first to the end of the last."""
        wanted = self.cleaned_data
        last: date | None = wanted["until"]
        return Filters(
            actor=wanted["actor"],
            action=wanted["action"],
            subject=wanted["subject"],
            since=_start_of(wanted["since"], time_zone),
            until=_start_of(last + timedelta(days=1) if last else None, time_zone),
        )


def _start_of(day: date | None, time_zone: str) -> datetime | None:
    return datetime.combine(day, time.min, zoneinfo.ZoneInfo(time_zone)).astimezone(UTC) if day else None
