"""An exam's settings, one candidate, a list of candidates."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import WordedForm
from accounts.visible import shows_something
from analysis.risk.library import DEFAULT_POLICY
from analysis.risk.policy import FALSE_WARNINGS_PER_H
from exams import roster
from exams.models import Exam, RecordingMode, Sensitivity
from exams.policies import usable_names
from exams.services import NOTHING_SEEN, CandidateDetails, ExamSettings


def sensitivity_choices() -> list[tuple[str, str]]:
    words = _("%(level)s: about %(count)s false warnings an hour")
    return [
        (one.value, words % {"level": one.label, "count": f"{FALSE_WARNINGS_PER_H[one.value]:g}"})
        for one in Sensitivity
    ]


def policy_choices() -> list[tuple[str, str]]:
    """The policies by name, without broken ones: with such a one no candidate could start."""
    return [(name, _("Default") if name == DEFAULT_POLICY else name) for name in usable_names()]


def moment_field(label: str | Promise, help_text: str | Promise) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=False, help_text=help_text, widget=widget)


def visible(text: str) -> None:
    if not shows_something(text):
        raise forms.ValidationError(NOTHING_SEEN)


class ExamForm(WordedForm):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200, validators=[visible])
    duration_minutes = forms.IntegerField(
        label=gettext_lazy("Time allowed, in minutes"), min_value=1, max_value=1440, initial=60
    )
    opens_at = moment_field(gettext_lazy("Opens"), gettext_lazy("Empty: it can be started at once."))
    closes_at = moment_field(
        gettext_lazy("Closes"), gettext_lazy("Empty: it stays open. Nobody can start after this time.")
    )
    content_url = forms.URLField(
        label=gettext_lazy("Address of the questions"),
        required=False,
        max_length=1000,
        assume_scheme="https",
        help_text=gettext_lazy(
            "A page of your quiz or form system, shown inside the exam room. "
            "Empty: the instructions alone are shown."
        ),
    )
    instructions = forms.CharField(
        label=gettext_lazy("Instructions"),
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Shown to candidates in the room."),
    )
    require_full_screen = forms.BooleanField(
        label=gettext_lazy("Ask for full screen"),
        required=False,
        help_text=gettext_lazy(
            "Whoever leaves it is asked to come back; what is mended within the time that the risk policy "
            "gives, ten seconds as a rule, is noted and not pointed out."
        ),
    )
    allowed_tabs = forms.IntegerField(
        label=gettext_lazy("Tabs that may be used"),
        required=False,
        min_value=1,
        max_value=20,
        initial=1,
        help_text=gettext_lazy(
            "1: only the exam’s own tab, and leaving it is pointed out. More: the questions can be opened in "
            "a tab of their own, and being in other tabs is noted with how long it lasted but not pointed "
            "out, because no browser tells which page that was. Candidates read the number."
        ),
    )
    watch_webcam = forms.BooleanField(label=gettext_lazy("Watch the camera"), required=False, initial=True)
    watch_audio = forms.BooleanField(
        label=gettext_lazy("Listen for speech"),
        required=False,
        help_text=gettext_lazy("The microphone is measured for loudness and speech; no sound is kept."),
    )
    watch_identity = forms.BooleanField(
        label=gettext_lazy("Watch whether it is still the same person"),
        required=False,
        help_text=gettext_lazy(
            "Faces are compared with the camera check of the same sitting; needs the camera."
        ),
    )
    watch_objects = forms.BooleanField(
        label=gettext_lazy("Look for phones, books, other screens and other people"),
        required=False,
        help_text=gettext_lazy(
            "Every few seconds; what is on the desk at the camera check may stay. Needs the camera."
        ),
    )
    watch_gaze = forms.BooleanField(
        label=gettext_lazy("Follow the eyes"),
        required=False,
        help_text=gettext_lazy(
            "Candidates may look at nine points first; then eyes far beside the screen are noted. "
            "Not measured on many people yet. Needs the camera."
        ),
    )
    watch_screen = forms.BooleanField(
        label=gettext_lazy("Watch the screen"),
        required=False,
        help_text=gettext_lazy(
            "Candidates share their whole screen; you see a picture of it every five seconds, and the one "
            "behind a flag is kept. It takes about 100 kbit/s more. Telephones and tablets cannot share a "
            "screen: then a person decides."
        ),
    )
    ask_id_card = forms.BooleanField(
        label=gettext_lazy("Ask for a picture of an identity card"),
        required=False,
        help_text=gettext_lazy(
            "At the camera check; its face is compared with the candidate’s, for a person to look at. "
            "Nobody is kept from starting. Needs the comparison of faces."
        ),
    )
    keep_id_card = forms.BooleanField(
        label=gettext_lazy("Keep that picture with the session"),
        required=False,
        help_text=gettext_lazy(
            "Then it is kept as long as other pictures. Otherwise it is deleted when somebody has decided on "
            "it, at the latest after the days that the institution’s privacy settings say."
        ),
    )
    recording = forms.ChoiceField(
        label=gettext_lazy("Record video"),
        choices=RecordingMode.choices,
        initial=RecordingMode.NONE.value,
        help_text=gettext_lazy(
            "Of flagged moments: the browser keeps the last two minutes to itself, and only the pieces "
            "around a flag, ten seconds before and after, reach this server. Of the whole exam: everything "
            "does, and candidates need about 150 kbit/s more for a camera. Sound is recorded where it is "
            "listened to."
        ),
    )
    risk_policy = forms.ChoiceField(
        label=gettext_lazy("Risk policy"),
        choices=policy_choices,
        initial=DEFAULT_POLICY,
        help_text=gettext_lazy("Which moments are pointed out to you, and how much each weighs."),
    )
    sensitivity = forms.ChoiceField(
        label=gettext_lazy("Sensitivity"),
        choices=sensitivity_choices,
        initial=Sensitivity.NORMAL.value,
        help_text=gettext_lazy(
            "How much evidence a rule waits for, where its policy gathers any, as the default does: "
            "low misses more, high errs more. The numbers come from a simulation of honest candidates with "
            "everything watched, not from real exams; they count warnings and critical flags."
        ),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        opens_at, closes_at = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens_at and closes_at and closes_at <= opens_at:
            self.add_error("closes_at", _("The exam must close after it opens."))
        if cleaned.get("watch_identity") and not cleaned.get("watch_webcam"):
            self.add_error("watch_identity", _("Faces can be compared only where the camera is watched."))
        if cleaned.get("watch_objects") and not cleaned.get("watch_webcam"):
            self.add_error("watch_objects", _("Things can be looked for only where the camera is watched."))
        if cleaned.get("watch_gaze") and not cleaned.get("watch_webcam"):
            self.add_error("watch_gaze", _("Eyes can be followed only where the camera is watched."))
        if cleaned.get("require_full_screen") and cleaned.get("allowed_tabs", 1) > 1:
            self.add_error(
                "allowed_tabs",
                _("In full screen there is one tab only: allow one tab, or do not ask for full screen."),
            )
        self._check_id_card(cleaned)
        if cleaned.get("recording", "none") != RecordingMode.NONE and not _has_picture(cleaned):
            self.add_error(
                "recording", _("There is nothing to record unless the camera or the screen is watched.")
            )
        return cleaned

    def clean_allowed_tabs(self) -> int:
        return int(self.cleaned_data["allowed_tabs"] or 1)

    def _check_id_card(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("ask_id_card") and not cleaned.get("watch_identity"):
            self.add_error(
                "ask_id_card",
                _("A card can be compared only where faces are compared: switch that on as well."),
            )
        if cleaned.get("keep_id_card") and not cleaned.get("ask_id_card"):
            self.add_error("keep_id_card", _("There is nothing to keep unless the picture is asked for."))

    def keep_policy(self, name: str) -> None:
        """An exam whose policy can no longer be used keeps its choice, and the form says so."""
        field = self.fields["risk_policy"]
        if name not in dict(field.choices):
            field.choices = [*field.choices, (name, f"{name} (missing or broken)")]

    def exam_settings(self) -> ExamSettings:
        return ExamSettings(**self.cleaned_data)


def _has_picture(cleaned: dict[str, Any]) -> bool:
    return bool(cleaned.get("watch_webcam") or cleaned.get("watch_screen"))


def initial_of(exam: Exam) -> dict[str, Any]:
    return {name: getattr(exam, name) for name in ExamForm.base_fields}


class CandidateForm(WordedForm):
    external_id = forms.CharField(
        label=gettext_lazy("Student number or id"),
        max_length=100,
        help_text=gettext_lazy("As your institution knows this person."),
        validators=[visible],
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200, validators=[visible])
    email = forms.EmailField(label=gettext_lazy("Email address"), required=False, max_length=254)

    def details(self) -> CandidateDetails:
        return CandidateDetails(**self.cleaned_data)


class RosterForm(WordedForm):
    says_optional = False  # one of the two is needed

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Or paste the list"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "class": "form-control roster-text", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        file, text = cleaned.get("file"), cleaned.get("text", "")
        if file and text.strip():
            raise forms.ValidationError(_("Choose a file or paste a list, not both."))
        if file is None and not text.strip():
            self.add_error("file", _("Choose a file, or paste a list below."))
        elif (file.size if file else len(text.encode())) > roster.MAX_BYTES:
            self.add_error("file" if file else "text", roster.TOO_BIG)
        return cleaned

    def content(self) -> bytes:
        file = self.cleaned_data.get("file")
        return file.read() if file else self.cleaned_data["text"].encode()
