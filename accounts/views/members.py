"""Who works in the institution: invited, given another role, removed."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import member_invitations, members
from accounts.access import MemberRequest, client_ip, requires
from accounts.errors import DomainError
from accounts.forms import InviteForm, posted
from accounts.models import MemberInvitation, Membership
from accounts.roles import Action, Role, duties


@require_safe
@requires(Action.MANAGE)
def member_list(request: MemberRequest) -> HttpResponse:
    return _page(request, InviteForm())


@requires(Action.MANAGE)
@require_http_methods(["GET", "POST"])
def invite(request: MemberRequest) -> HttpResponse:
    form = InviteForm(posted(request))
    if form.is_valid():
        try:
            invitation = member_invitations.invite(
                email=form.cleaned_data["email"],
                role=form.cleaned_data["role"],
                actor=request.membership.user,
                ip=client_ip(request),
            )
        except DomainError as error:
            form.add_domain_error(error)
        else:
            messages.success(
                request, _("Copy the link below and send it to %(email)s.") % {"email": invitation.email}
            )
            return redirect("accounts:members")
    return _page(request, form)


@require_POST
@requires(Action.MANAGE)
def change_role(request: MemberRequest, user_id: uuid.UUID) -> HttpResponse:
    changed = members.change_role(
        membership=_membership(user_id),
        role=request.POST.get("role", ""),
        actor=request.membership.user,
        ip=client_ip(request),
    )
    messages.success(
        request,
        _("%(user)s is now %(role)s.") % {"user": changed.user, "role": changed.get_role_display().lower()},
    )
    # Who gave the right to be here away cannot be led back here.
    return redirect(
        "accounts:members" if changed.may_manage or changed.user != request.user else "exams:list"
    )


@requires(Action.MANAGE)
@require_http_methods(["GET", "POST"])
def remove(request: MemberRequest, user_id: uuid.UUID) -> HttpResponse:
    membership = _membership(user_id)
    if request.method == "POST":
        members.remove(membership=membership, actor=request.membership.user, ip=client_ip(request))
        messages.success(request, _("%(user)s works here no longer.") % {"user": membership.user})
        return redirect("accounts:members" if membership.user != request.user else "accounts:login")
    return render(request, "accounts/member_remove.html", {"one": membership})


@require_POST
@requires(Action.MANAGE)
def sign_out(request: MemberRequest, user_id: uuid.UUID) -> HttpResponse:
    """A lost laptop, a leaked password: the person signs in again, the thief cannot."""
    membership = _membership(user_id)
    members.sign_out(membership=membership, actor=request.membership.user, ip=client_ip(request))
    messages.success(
        request, _("%(user)s is signed out everywhere and has to sign in again.") % {"user": membership.user}
    )
    return redirect("accounts:members")


@require_POST
@requires(Action.MANAGE)
def withdraw(request: MemberRequest, invitation_id: uuid.UUID) -> HttpResponse:
    invitation = get_object_or_404(MemberInvitation.objects.all(), id=invitation_id)
    member_invitations.withdraw(invitation=invitation, actor=request.membership.user, ip=client_ip(request))
    messages.success(request, _("The invitation of %(email)s is withdrawn.") % {"email": invitation.email})
    return redirect("accounts:members")


def _page(request: MemberRequest, form: InviteForm) -> HttpResponse:
    waiting = member_invitations.waiting()
    context = {
        "members": members.all_members(),
        "invitations": [(one, member_invitations.link_of(one)) for one in waiting],
        "good_for": member_invitations.GOOD_FOR,
        "form": form.mark_errors(),
        "roles": Role.choices,
        "duties": duties(),
    }
    return render(request, "accounts/members.html", context, status=422 if form.errors else 200)


def _membership(user_id: uuid.UUID) -> Membership:
    return get_object_or_404(Membership.objects.select_related("user"), user_id=user_id)
