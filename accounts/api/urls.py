from django.urls import path

from accounts.api import analyse, audit_log, description, institution, keys, signing_in

app_name = "accounts_api"

urlpatterns = [
    path("schema/", description.Description.as_view(), name="schema"),
    path("docs/", description.page, name="docs"),
    path("auth/register/", signing_in.Register.as_view(), name="register"),
    path("auth/token/", signing_in.SignInEndpoint.as_view(), name="token"),
    path("auth/token/refresh/", signing_in.RefreshEndpoint.as_view(), name="refresh"),
    path("auth/logout/", signing_in.SignOutEndpoint.as_view(), name="logout"),
    path("institution/", institution.InstitutionEndpoint.as_view(), name="institution"),
    path("members/", institution.Members.as_view(), name="members"),
    path("members/<uuid:user_id>/", institution.Member.as_view(), name="member"),
    path("api-keys/", keys.Keys.as_view(), name="keys"),
    path("api-keys/<uuid:key_id>/", keys.Key.as_view(), name="key"),
    path("audit/", audit_log.AuditLog.as_view(), name="audit"),
    path("audit/chain/", audit_log.AuditChain.as_view(), name="audit-chain"),
    path("analyse/token/", analyse.AnalyseTokenEndpoint.as_view(), name="analyse-token"),
]
