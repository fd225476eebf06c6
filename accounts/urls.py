from django.urls import path

from accounts.views import account, audit_log, institution, joining, keys, members, signing_in

app_name = "accounts"

urlpatterns = [
    path("", signing_in.home, name="home"),
    path("register/", signing_in.register, name="register"),
    path("login/", signing_in.sign_in, name="login"),
    path("logout/", signing_in.sign_out, name="logout"),
    path("here/", signing_in.here, name="here"),
    path("account/", account.account_page, name="account"),
    path("account/email/", account.send_confirmation, name="email-confirm"),
    path("account/devices/end/", account.sign_out_elsewhere, name="devices-end"),
    path("settings/", institution.settings_page, name="settings"),
    path("invited/<str:token>/", joining.invited, name="invited"),
    path("settings/members/", members.member_list, name="members"),
    path("settings/members/invite/", members.invite, name="invite"),
    path("settings/members/<uuid:user_id>/role/", members.change_role, name="member-role"),
    path("settings/members/<uuid:user_id>/remove/", members.remove, name="member-remove"),
    path("settings/members/<uuid:user_id>/sign-out/", members.sign_out, name="member-sign-out"),
    path("settings/invitations/<uuid:invitation_id>/withdraw/", members.withdraw, name="invitation-withdraw"),
    path("settings/keys/", keys.key_list, name="keys"),
    path("settings/keys/new/", keys.key_new, name="key-new"),
    path("settings/keys/<uuid:key_id>/renew/", keys.key_renew, name="key-renew"),
    path("settings/keys/<uuid:key_id>/revoke/", keys.key_revoke, name="key-revoke"),
    path("settings/audit/", audit_log.audit_page, name="audit"),
]
