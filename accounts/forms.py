"""Registering an institution, signing in; and what every form of ours does."""

import zoneinfo
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict

from accounts.errors import DomainError

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
        label="Institution", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "organization"})
    )
    time_zone = forms.ChoiceField(
        label="Time zone",
        choices=time_zones,
        initial="UTC",
        help_text="Exam times are shown in this zone.",
        widget=forms.Select(attrs={"data-time-zone": True}),
    )
    name = forms.CharField(
        label="Your name", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label="Email address", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label="Password",
        max_length=200,
        strip=False,
        help_text="At least 10 characters. A few words you can remember are better than one odd word.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class SignInForm(WordedForm):
    email = forms.EmailField(
        label="Email address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label="Password",
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
