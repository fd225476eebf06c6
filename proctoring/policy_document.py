"""A whole policy as its JSON document: read from a form, with mistakes named by rule and key."""

import json
import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import WordedForm
from analysis.risk.library import LARGEST_BYTES
from analysis.risk.reading import PolicyError
from exams.models import Session
from proctoring.policy_form import session_choices

_IN_LIST = re.compile(r"(rules|report\.recommend)\[(\d+)\]\.?(.*)\Z")


class PolicyDocumentForm(WordedForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    document = forms.CharField(
        label=gettext_lazy("The whole policy as JSON"),
        strip=True,
        widget=forms.Textarea(
            attrs={"rows": 16, "spellcheck": "false", "class": "form-control font-monospace"}
        ),
        help_text=gettext_lazy(
            "The same as above, for copying, comparing and what the fields above do not offer."
        ),
    )
    session = forms.ChoiceField(label=gettext_lazy("Try it on a past sitting"), required=False)

    def __init__(
        self, data: QueryDict | None, *, name: str, document: dict[str, Any], sessions: Sequence[Session]
    ) -> None:
        shown = json.dumps(document, indent=2, ensure_ascii=False)
        super().__init__(data, initial={"name": name, "document": shown})
        field = self.fields["session"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = session_choices(sessions)

    def clean_document(self) -> dict[str, Any]:
        text: str = self.cleaned_data["document"]
        if len(text.encode()) > LARGEST_BYTES:
            raise forms.ValidationError(
                _("This is longer than %(largest_bytes)s bytes.") % {"largest_bytes": LARGEST_BYTES}
            )
        try:
            document = json.loads(text, parse_constant=_refuse_constant)
        except json.JSONDecodeError as error:
            raise forms.ValidationError(
                _("This is not JSON: %(msg)s in line %(lineno)s, column %(colno)s.")
                % {"msg": error.msg, "lineno": error.lineno, "colno": error.colno}
            ) from None
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(_("This is not JSON: %(error)s.") % {"error": error}) from None
        if not isinstance(document, dict):
            raise forms.ValidationError(_("A policy is an object: it begins with { and ends with }."))
        return document


def mistake(error: PolicyError, document: dict[str, Any]) -> str:
    """What is wrong, with the rule's own id instead of its number."""
    found = _IN_LIST.match(error.path)
    if found is None:
        return f"{error.path}: {error.message}." if error.path else f"The policy {error.message}."
    part, number, key = found[1], int(found[2]), found[3]
    name = f"step {number + 1} of the ladder" if part != "rules" else _rule_name(document, number)
    return f"{name}, {key}: {error.message}." if key else f"{name}: it {error.message}."


def _rule_name(document: dict[str, Any], number: int) -> str:
    rules = document.get("rules")
    rule = rules[number] if isinstance(rules, list) and number < len(rules) else None
    known = rule.get("id") if isinstance(rule, dict) else None
    return (
        f"rule {known}" if isinstance(known, str) and known.strip() else f"rule {number + 1}, without an id"
    )


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number of JSON")
