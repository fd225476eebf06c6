"""Registering, signing in, signing out."""

import time

from allauth.account.utils import perform_login
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import idle, services, throttle, tickets
from accounts.access import client_ip
from accounts.errors import DomainError, Unauthenticated
from accounts.forms import RegistrationForm, SignInForm, posted
from accounts.guessing import authenticate_person
from accounts.outer_accounts import providers


def home(request: HttpRequest) -> HttpResponse:
    return redirect("exams:list")


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("exams:list")
    form = RegistrationForm(posted(request))
    if form.is_valid():
        # As for programs: institutions are not made in bulk.
        throttle.check("register", client_ip(request))
        throttle.count_failure("register", client_ip(request))
        try:
            membership = services.register_institution(
                name=form.cleaned_data["institution"],
                email=form.cleaned_data["email"],
                password=form.cleaned_data["password"],
                owner_name=form.cleaned_data["name"],
                timezone=form.cleaned_data["time_zone"],
                ip=client_ip(request),
            )
        except DomainError as error:
            form.add_domain_error(error)
        else:
            entered: HttpResponse = perform_login(
                request, membership.user, redirect_url=reverse("exams:list"), signup=True
            )
            return entered
    return render(
        request, "accounts/register.html", {"form": form.mark_errors()}, status=422 if form.errors else 200
    )


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    target = _safe_target(request)
    if request.user.is_authenticated:
        return redirect(target)
    form = SignInForm(posted(request))
    if form.is_valid():
        try:
            user = authenticate_person(request, **form.cleaned_data)
        except Unauthenticated as error:
            form.add_domain_error(error)
        else:
            answer: HttpResponse = perform_login(request, user, redirect_url=target)
            return answer
    return render(
        request,
        "accounts/login.html",
        {
            "form": form.mark_errors(),
            "next": request.POST.get("next", request.GET.get("next", "")),
            "providers": providers(),
        },
        status=422 if form.errors else 200,
    )


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    tickets.close_what_was_opened(request.session)
    logout(request)
    answer = redirect("accounts:login")
    idle.forget_pages(answer)
    return answer


@never_cache
@require_http_methods(["GET", "POST"])
def here(request: HttpRequest) -> HttpResponse:
    """POST: somebody does something in an open page. GET: is this browser still signed in? 401 where not."""
    if not request.user.is_authenticated:
        return HttpResponse(status=401)
    if request.method == "POST":
        idle.note_act(request, now_s=int(time.time()))
    return HttpResponse(status=204)


def _safe_target(request: HttpRequest) -> str:
    """Where to go after signing in: only to a page of ours."""
    wanted = request.POST.get("next", request.GET.get("next", ""))
    own = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if own else resolve_url(reverse("exams:list"))
