"""An endpoint's settings, and its next secret."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy

from accounts.forms import WordedForm
from webhooks.addresses import LONGEST_URL
from webhooks.event_types import TYPES
from webhooks.models import Endpoint
from webhooks.services import OVERLAP, EndpointSettings

OVERLAPS = {"day": OVERLAP, "none": timedelta(0)}


def _secret_field() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("A secret of your own"),
        required=False,
        max_length=200,
        help_text=gettext_lazy(
            "Empty: a strong one is made for you. Your own begins with whsec_ and goes on in base64, "
            "or has 16 to 64 letters, digits and signs."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class EndpointForm(WordedForm):
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=LONGEST_URL,
        help_text=gettext_lazy("Where your system listens, beginning with https://."),
        widget=forms.URLInput(
            attrs={"placeholder": "https://lms.example.edu/invigil", "autocomplete": "url"}
        ),
    )
    description = forms.CharField(
        label=gettext_lazy("What it is for"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("For your colleagues and yourself."),
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Events"),
        choices=list(TYPES.items()),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        error_messages={"required": gettext_lazy("Choose at least one event.")},
    )

    def endpoint_settings(self) -> EndpointSettings:
        return EndpointSettings(
            url=self.cleaned_data["url"],
            events=tuple(self.cleaned_data["events"]),
            description=self.cleaned_data["description"],
        )


class NewEndpointForm(EndpointForm):
    secret = _secret_field()


class RotateForm(WordedForm):
    overlap = forms.ChoiceField(
        label=gettext_lazy("The present secret"),
        choices=[
            ("day", gettext_lazy("goes on signing for 24 hours, so that you can change over")),
            ("none", gettext_lazy("stops signing at once, because somebody may know it")),
        ],
        initial="day",
    )
    secret = _secret_field()

    def chosen_overlap(self) -> timedelta:
        return OVERLAPS[self.cleaned_data["overlap"]]


def initial_of(endpoint: Endpoint) -> dict[str, object]:
    return {"url": endpoint.url, "description": endpoint.description, "events": endpoint.events}
