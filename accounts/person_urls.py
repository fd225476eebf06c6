"""The pages of one's own account that django-allauth runs, under the names by which it looks them up.

Only what we use has an address: an account has the one email address it began with.
"""

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkey
from django.urls import path, re_path
from django.views.generic import RedirectView

from accounts.access import signed_in
from accounts.views import outer, signing_in

urlpatterns = [
    path("register/", signing_in.register, name="account_signup"),
    path("login/", signing_in.sign_in, name="account_login"),
    path("logout/", signing_in.sign_out, name="account_logout"),
    path("account/again/", signed_in(account.reauthenticate), name="account_reauthenticate"),
    path("account/again/code/", signed_in(factor.reauthenticate), name="mfa_reauthenticate"),
    path("login/code/", factor.authenticate, name="mfa_authenticate"),
    path("account/factor/", signed_in(factor.index), name="mfa_index"),
    path("account/factor/app/", signed_in(totp.activate_totp), name="mfa_activate_totp"),
    path("account/factor/app/remove/", signed_in(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("account/factor/codes/", signed_in(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "account/factor/codes/new/",
        signed_in(codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "account/factor/codes/recovery-codes.txt",
        signed_in(codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("login/passkey/", passkey.login_webauthn, name="mfa_login_webauthn"),
    path(
        "account/again/passkey/",
        signed_in(passkey.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "account/factor/passkeys/",
        signed_in(RedirectView.as_view(pattern_name="mfa_index")),
        name="mfa_list_webauthn",
    ),
    path("account/factor/passkeys/new/", signed_in(passkey.add_webauthn), name="mfa_add_webauthn"),
    path(
        "account/factor/passkeys/<int:pk>/remove/",
        signed_in(passkey.remove_webauthn),
        name="mfa_remove_webauthn",
    ),
    path("oidc/<slug:provider_id>/", outer.begin, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/back/", outer.come_back, name="openid_connect_callback"),
    path("account/connected/<int:account_id>/remove/", outer.let_go, name="outer_let_go"),
    path("account/password/", signed_in(account.password_change), name="account_change_password"),
    path("account/password/first/", signed_in(account.password_set), name="account_set_password"),
    path("password/lost/", account.password_reset, name="account_reset_password"),
    path("password/lost/sent/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    re_path(r"^email/confirm/(?P<key>[-:\w]+)/$", account.confirm_email, name="account_confirm_email"),
    path(
        "password/new/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]
