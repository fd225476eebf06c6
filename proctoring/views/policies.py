"""The policies of an institution: the list, the rules of one, and what a change would have said."""

import json
import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, client_ip, requires
from accounts.errors import DomainError
from accounts.forms import posted
from accounts.roles import Action, may
from analysis.catalog import SIGNALS
from analysis.risk.conditions import OPERATORS
from analysis.risk.drafts import document_of, drafts_of
from analysis.risk.log import STREAMS
from analysis.risk.policy import PolicyError, parse_policy
from exams import policies
from exams.models import RiskPolicy, Session
from proctoring.policy_document import PolicyDocumentForm, mistake
from proctoring.policy_form import PolicyForm
from proctoring.policy_preview import PolicyPreview, past_sessions, preview

Document = dict[str, Any]


@require_GET
@never_cache
@requires(Action.VIEW_EXAMS)
def policy_list(request: MemberRequest) -> HttpResponse:
    own = list(RiskPolicy.objects.select_related("author"))
    names = {policy.name for policy in own}
    context = {
        "own": own,
        "common": [name for name in policies.usable_names() if name not in names],
        "may_edit": may(request.membership.role, Action.EDIT_EXAMS),
    }
    return render(request, "proctoring/policies.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
@requires(Action.EDIT_EXAMS)
def policy_new(request: MemberRequest, base: str) -> HttpResponse:
    """A copy of the policy `base`, under a name that is still free."""
    own = RiskPolicy.objects.filter(name=base).first()
    if own is not None:
        return _editor(request, None, own.base, _base_document(own), own.document)
    try:
        document = json.loads(policies.find_policy(base).source)
    except PolicyError as error:
        raise Http404 from error
    return _editor(request, None, base, document, document)


@require_http_methods(["GET", "POST"])
@never_cache
@requires(Action.EDIT_EXAMS)
def policy_edit(request: MemberRequest, policy_id: uuid.UUID) -> HttpResponse:
    policy = get_object_or_404(RiskPolicy, id=policy_id)
    return _editor(request, policy, policy.base, _base_document(policy), policy.document)


@require_http_methods(["GET", "POST"])
@never_cache
@requires(Action.EDIT_EXAMS)
def policy_document(request: MemberRequest, policy_id: uuid.UUID) -> HttpResponse:
    """Every part of a policy: rules in their order, conditions, ledgers, deductions and the ladder."""
    policy = get_object_or_404(RiskPolicy, id=policy_id)
    form = PolicyDocumentForm(
        posted(request), name=policy.name, document=policy.document, sessions=past_sessions()
    )
    shown: PolicyPreview | None = None
    if form.is_valid():
        wanted = {**form.cleaned_data["document"], "name": form.cleaned_data["name"]}
        try:
            parse_policy(wanted)
            if "preview" not in request.POST:
                return _save(request, policy, policy.base, wanted)
            shown = _preview(form, wanted)
        except PolicyError as error:
            form.add_error(
                "document", _("These rules cannot be used: %(mistake)s") % {"mistake": mistake(error, wanted)}
            )
        except DomainError as error:
            form.add_domain_error(error)
    context = {
        "form": form.mark_errors(),
        "policy": policy,
        "preview": shown,
        "editor": {"signals": sorted(one.key for one in SIGNALS), "operators": OPERATORS, "streams": STREAMS},
    }
    return render(
        request,
        "proctoring/policy_document.html",
        context,
        status=422 if posted(request) and form.errors else 200,
    )


@require_POST
@never_cache
@requires(Action.EDIT_EXAMS)
def policy_delete(request: MemberRequest, policy_id: uuid.UUID) -> HttpResponse:
    policy = get_object_or_404(RiskPolicy, id=policy_id)
    policies.delete_policy(policy=policy, actor=request.membership.user, ip=client_ip(request))
    messages.success(request, _("The policy “%(name)s” is deleted.") % {"name": policy.name})
    return redirect("proctoring:policies")


def _editor(
    request: MemberRequest, policy: RiskPolicy | None, base: str, base_document: Document, document: Document
) -> HttpResponse:
    form = PolicyForm(
        posted(request),
        name=policy.name if policy else "",
        drafts=drafts_of(base_document, document),
        sessions=past_sessions(),
    )
    shown: PolicyPreview | None = None
    if form.is_valid():
        wanted = document_of(base_document, document, form.wanted(), form.cleaned_data["name"])
        try:
            if "preview" not in request.POST:
                return _save(request, policy, base, wanted)
            shown = _preview(form, wanted)
        except PolicyError as error:
            form.add_error(None, _("These rules cannot be used: %(error)s.") % {"error": error})
        except DomainError as error:
            form.add_domain_error(error)
    context = {"form": form.mark_errors(), "policy": policy, "base": base, "preview": shown}
    return render(
        request,
        "proctoring/policy_form.html",
        context,
        status=422 if posted(request) and form.errors else 200,
    )


def _save(request: MemberRequest, policy: RiskPolicy | None, base: str, document: Document) -> HttpResponse:
    saved = policies.save_policy(
        name=document["name"],
        base=base,
        document=document,
        policy=policy,
        actor=request.membership.user,
        ip=client_ip(request),
    )
    messages.success(
        request, _("The policy “%(name)s” is saved. Exams can choose it by its name.") % {"name": saved.name}
    )
    return redirect("proctoring:policies")


def _preview(form: PolicyForm | PolicyDocumentForm, document: Document) -> PolicyPreview:
    chosen = form.cleaned_data["session"]
    if not chosen:
        raise DomainError("session_missing", _("Choose the sitting to try the rules on."), field="session")
    session = get_object_or_404(Session.objects.select_related("exam", "candidate"), id=chosen)
    return preview(session, parse_policy(document))


def _base_document(policy: RiskPolicy) -> Document:
    """Without its base a policy still has the rules that are on."""
    try:
        document: Document = json.loads(policies.find_policy(policy.base).source)
    except PolicyError:
        return dict(policy.document)
    return document


policy_patterns: list[URLPattern] = [
    path("policies/", policy_list, name="policies"),
    path("policies/copy/<path:base>/", policy_new, name="policy-new"),
    path("policies/<uuid:policy_id>/", policy_edit, name="policy-edit"),
    path("policies/<uuid:policy_id>/document/", policy_document, name="policy-document"),
    path("policies/<uuid:policy_id>/delete/", policy_delete, name="policy-delete"),
]
