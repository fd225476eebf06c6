"""What operators see and may do: every act is one of our services, in the audit log of whom it concerns.

Nothing is changed by a form and nothing of an exam's content is shown: no names of candidates, no pictures.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from accounts import operators, suspending
from accounts.access import client_ip
from accounts.errors import DomainError
from accounts.models import AuditEntry, Institution, User
from accounts.tenancy import tenant_scope
from config.platform.site import site
from exams.models import Exam, Session
from jobs import quarantine
from jobs.models import Job, JobState
from webhooks import services as webhooks
from webhooks.models import Endpoint

Act = Callable[[HttpRequest, Any], object]


class ReasonForm(ActionForm):
    reason = forms.CharField(required=False, max_length=suspending.LONGEST_REASON, label="Reason")


class Looking(admin.ModelAdmin):  # type: ignore[type-arg]
    """Read, and act by the listed acts alone."""

    list_per_page = 50
    show_full_result_count = False
    actions_on_bottom = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """By what is shown alone: a filter on a hash or a sealed secret would tell it letter by letter."""
        field = lookup.partition("__")[0]
        return field in self.get_list_filter_names() and bool(super().lookup_allowed(lookup, value, request))

    def get_list_filter_names(self) -> set[str]:
        return {one if isinstance(one, str) else str(one[0]) for one in self.list_filter}

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {name: act for name, act in super().get_actions(request).items() if name != "delete_selected"}

    def each(self, request: HttpRequest, rows: QuerySet[Any], act: Act) -> None:
        """One after the other: what is refused is said, and the others are done."""
        done = 0
        for row in rows:
            try:
                act(request, row)
                done += 1
            except DomainError as refusal:
                self.message_user(request, f"{row}: {refusal.message}", messages.ERROR)
        if done:
            self.message_user(request, f"Done for {done}.", messages.SUCCESS)


def _in_institution(row: Model, act: Callable[[], object]) -> object:
    institution_id = row.pk if isinstance(row, Institution) else row.institution_id  # type: ignore[attr-defined]
    with tenant_scope(institution_id):
        return act()


@admin.register(Institution, site=site)
class Institutions(Looking):
    list_display = ("name", "slug", "created_at", "suspended_at", "suspended_because")
    list_filter = (("suspended_at", admin.EmptyFieldListFilter),)
    search_fields = ("name", "slug")
    actions = ("suspend", "resume")
    action_form = ReasonForm
    fields = ("id", "name", "slug", "timezone", "created_at", "suspended_at", "suspended_because")

    @admin.action(description="Suspend: nothing new begins, what runs goes on (give a reason)")
    def suspend(self, request: HttpRequest, rows: QuerySet[Institution]) -> None:
        self.each(
            request,
            rows,
            lambda asked, row: _in_institution(
                row,
                lambda: suspending.suspend(
                    institution=row,
                    reason=asked.POST.get("reason", ""),
                    actor=_actor(asked),
                    ip=client_ip(asked),
                ),
            ),
        )

    @admin.action(description="End the suspension")
    def resume(self, request: HttpRequest, rows: QuerySet[Institution]) -> None:
        self.each(
            request,
            rows,
            lambda asked, row: _in_institution(
                row,
                lambda: suspending.resume(
                    institution=row,
                    reason=asked.POST.get("reason", ""),
                    actor=_actor(asked),
                    ip=client_ip(asked),
                ),
            ),
        )


@admin.register(User, site=site)
class Users(Looking):
    list_display = ("email", "name", "is_active", "is_staff", "created_at", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email",)
    actions = ("deactivate", "activate")
    fields = ("id", "email", "name", "is_active", "is_staff", "created_at", "last_login")

    @admin.action(description="Keep from signing in, and sign out everywhere")
    def deactivate(self, request: HttpRequest, rows: QuerySet[User]) -> None:
        self.each(
            request,
            rows,
            lambda asked, row: operators.deactivate(user=row, actor=_actor(asked), ip=client_ip(asked)),
        )

    @admin.action(description="Let sign in again")
    def activate(self, request: HttpRequest, rows: QuerySet[User]) -> None:
        self.each(
            request,
            rows,
            lambda asked, row: operators.activate(user=row, actor=_actor(asked), ip=client_ip(asked)),
        )


@admin.register(Job, site=site)
class Jobs(Looking):
    list_display = (
        "id",
        "kind",
        "state",
        "tries",
        "institution",
        "created_at",
        "next_attempt_at",
        "last_error",
    )
    list_filter = ("state",)
    search_fields = ("kind",)
    list_select_related = ("institution",)
    actions = ("retry", "let_go")
    fields = (
        "id",
        "institution",
        "kind",
        "state",
        "tries",
        "progress",
        "created_at",
        "next_attempt_at",
        "done_at",
        "last_error",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        return super().get_queryset(request).exclude(state=JobState.DONE)

    @admin.action(description="Do again (what was given up)")
    def retry(self, request: HttpRequest, rows: QuerySet[Job]) -> None:
        self.each(
            request,
            rows,
            lambda asked, row: _in_institution(
                row, lambda: quarantine.retry(job=row, actor=_actor(asked), ip=client_ip(asked))
            ),
        )

    @admin.action(description="Delete (what was given up)")
    def let_go(self, request: HttpRequest, rows: QuerySet[Job]) -> None:
        self.each(
            request,
            rows,
            lambda asked, row: _in_institution(
                row, lambda: quarantine.delete(job=row, actor=_actor(asked), ip=client_ip(asked))
            ),
        )


@admin.register(Endpoint, site=site)
class Endpoints(Looking):
    list_display = ("id", "institution", "is_enabled", "why_off", "failures", "failing_since")
    list_filter = ("is_enabled", "why_off")
    list_select_related = ("institution",)
    actions = ("switch_off",)
    fields = ("id", "institution", "url", "events", "is_enabled", "why_off", "failures", "failing_since")

    @admin.action(description="Switch off: nothing more is sent")
    def switch_off(self, request: HttpRequest, rows: QuerySet[Endpoint]) -> None:
        self.each(
            request,
            rows,
            lambda asked, row: _in_institution(
                row, lambda: webhooks.disable_endpoint(endpoint=row, actor=_actor(asked), ip=client_ip(asked))
            ),
        )


@admin.register(Exam, site=site)
class Exams(Looking):
    list_display = ("id", "institution", "opens_at", "closes_at")
    list_select_related = ("institution",)
    fields = ("id", "institution", "opens_at", "closes_at", "duration_minutes")


@admin.register(Session, site=site)
class Sittings(Looking):
    list_display = ("id", "institution", "exam_id", "state", "started_at", "ended_at")
    list_filter = ("state",)
    list_select_related = ("institution",)
    fields = ("id", "institution", "state", "started_at", "deadline_at", "ended_at")


@admin.register(AuditEntry, site=site)
class AuditEntries(Looking):
    list_display = ("institution", "number", "at", "actor", "action", "subject")
    search_fields = ("action", "subject")
    list_select_related = ("institution",)
    ordering = ("-at",)
    fields = ("institution", "number", "at", "actor", "action", "subject", "ip", "detail", "entry_hash")


def _actor(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
