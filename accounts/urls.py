from django.urls import path

from accounts.views import audit_log, institution, keys, signing_in

app_name = "accounts"

urlpatterns = [
    path("", signing_in.home, name="home"),
    path("register/", signing_in.register, name="register"),
    path("login/", signing_in.sign_in, name="login"),
    path("logout/", signing_in.sign_out, name="logout"),
    path("settings/", institution.settings_page, name="settings"),
    path("settings/keys/", keys.key_list, name="keys"),
    path("settings/keys/new/", keys.key_new, name="key-new"),
    path("settings/keys/<uuid:key_id>/renew/", keys.key_renew, name="key-renew"),
    path("settings/keys/<uuid:key_id>/revoke/", keys.key_revoke, name="key-revoke"),
    path("settings/audit/", audit_log.audit_page, name="audit"),
]
