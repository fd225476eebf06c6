"""How terms, purges and holds are told to programs."""

from rest_framework import serializers

from accounts.api.fields import Body, Instant
from accounts.models import LawfulBasis
from accounts.privacy_terms import LONGEST_CONTACT
from accounts.retention import PERIODS
from exams.holds import LONGEST_CASE, LONGEST_REASON
from exams.models import HoldScope


class DaysView(serializers.Serializer):  # type: ignore[misc]
    def get_fields(self) -> dict[str, serializers.Field]:
        return {period.data_class.value: serializers.IntegerField(source=period.field) for period in PERIODS}


class TermsView(serializers.Serializer):  # type: ignore[misc]
    days = DaysView(source="*", help_text="Days until each class is deleted, from the end of a sitting.")
    lawful_basis = serializers.CharField(help_text="Empty where the institution has named none.")
    contact = serializers.CharField()
    changed_at = Instant()


class DaysChange(Body):
    def get_fields(self) -> dict[str, serializers.Field]:
        return {
            period.data_class.value: serializers.IntegerField(
                min_value=period.least_days, max_value=period.most_days, required=False
            )
            for period in PERIODS
        }


class TermsChange(Body):
    days = DaysChange(required=False)
    lawful_basis = serializers.ChoiceField(LawfulBasis.choices, required=False, allow_blank=True)
    contact = serializers.CharField(max_length=LONGEST_CONTACT, required=False, allow_blank=True)
    confirm_shortening = serializers.BooleanField(
        required=False, help_text="Must be true where something would be deleted sooner than until now."
    )


class PurgeView(serializers.Serializer):  # type: ignore[misc]
    id = serializers.UUIDField()
    created_at = Instant()
    finished_at = Instant(allow_null=True)
    planned = serializers.IntegerField(source="planned_count")
    deleted = serializers.IntegerField(source="deleted_count")
    failed = serializers.IntegerField(source="failed_count")
    held = serializers.IntegerField(source="held_count")
    strays = serializers.IntegerField(source="stray_count")
    overdue = serializers.IntegerField(
        source="overdue_count", help_text="What is older than the terms allow though nobody holds it."
    )
    size_bytes = serializers.IntegerField()
    proof_sha256 = serializers.CharField(help_text="Of the manifest; the audit log holds the same.")


class HoldView(serializers.Serializer):  # type: ignore[misc]
    id = serializers.UUIDField()
    scope = serializers.ChoiceField(HoldScope.choices)
    subject_id = serializers.UUIDField()
    reason = serializers.CharField()
    case_ref = serializers.CharField()
    created_at = Instant()
    review_at = Instant()
    release_asked_at = Instant(allow_null=True)
    released_at = Instant(allow_null=True)


class NewHold(Body):
    scope = serializers.ChoiceField(HoldScope.choices)
    subject_id = serializers.UUIDField(
        required=False, help_text="Of the exam, the candidate or the session; not for the institution."
    )
    reason = serializers.CharField(max_length=LONGEST_REASON)
    case_ref = serializers.CharField(max_length=LONGEST_CASE, required=False, allow_blank=True)
