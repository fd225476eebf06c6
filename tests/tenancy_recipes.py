"""For every named URL whom it is for, and which of a house's rows it is about."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from accounts import member_invitations
from accounts.models import MemberInvitation
from exams.models import Allowance, LegalHold
from privacy.models import PurgeRun, SubjectRequest
from reports.models import Export
from tests.tenancy_house import House


class Audience(Enum):
    """Who may see a URL, and so what everybody else is answered."""

    EVERYBODY = "everybody"
    MEMBERS_EACH_THEIR_OWN = "members, each their own institution's"
    MEMBERS = "members of the institution that owns the row"
    SEAT = "the browser that holds the candidate's seat"
    LINK = "whoever has the link"
    PERSON = "whoever is signed in, each about themselves"
    API_EACH_THEIR_OWN = "callers of the API, each their own institution's"
    API = "callers of the API from the institution that owns the row"


@dataclass(frozen=True, slots=True)
class Recipe:
    audience: Audience
    arguments: Callable[[House], dict[str, Any]] = lambda house: {}
    # What else a member may be answered about a house as bare as `furnish` leaves it.
    also: frozenset[int] = frozenset()


def _exam(house: House) -> dict[str, Any]:
    return {"exam_id": house.session.exam_id}


def _session(house: House) -> dict[str, Any]:
    return {"session_id": house.session.id}


def _candidate(house: House) -> dict[str, Any]:
    return {"exam_id": house.session.exam_id, "session_id": house.waiting.id}


def _person(house: House) -> dict[str, Any]:
    return {"candidate_id": house.session.candidate_id}


def _allowance(house: House) -> Allowance:
    return next(row for row in house.rows if isinstance(row, Allowance))


def _allowance_id(house: House) -> dict[str, Any]:
    return {"allowance_id": _allowance(house).id}


def _batch(house: House) -> dict[str, Any]:
    return {"batch": _allowance(house).batch}


def _exam_batch(house: House) -> dict[str, Any]:
    return {**_exam(house), **_batch(house)}


def _flag(house: House) -> dict[str, Any]:
    return {"flag_id": house.flag.id}


def _endpoint(house: House) -> dict[str, Any]:
    return {"endpoint_id": house.delivery.endpoint_id}


def _delivery(house: House) -> dict[str, Any]:
    return {"delivery_id": house.delivery.id}


def _policy(house: House) -> dict[str, Any]:
    return {"policy_id": house.policy.id}


def _member(house: House) -> dict[str, Any]:
    return {"user_id": house.member_id}


def _invitation(house: House) -> dict[str, Any]:
    return {"invitation_id": next(row.id for row in house.rows if isinstance(row, MemberInvitation))}


def _invited(house: House) -> dict[str, Any]:
    invitation = next(row for row in house.rows if isinstance(row, MemberInvitation))
    return {"token": member_invitations.link_of(invitation).rstrip("/").rpartition("/")[2]}


def _key(house: House) -> dict[str, Any]:
    return {"key_id": house.key_id}


def _provider(house: House) -> dict[str, Any]:
    return {"provider_id": "none"}


def _export(house: House) -> dict[str, Any]:
    return {"export_id": next(row.id for row in house.rows if isinstance(row, Export))}


def _run(house: House) -> dict[str, Any]:
    return {"run_id": next(row.id for row in house.rows if isinstance(row, PurgeRun))}


def _hold(house: House) -> dict[str, Any]:
    return {"hold_id": next(row.id for row in house.rows if isinstance(row, LegalHold))}


def _part(house: House) -> dict[str, Any]:
    return {"session_id": house.session.id, "part": "summary"}


def _card_picture(house: House) -> dict[str, Any]:
    return {"session_id": house.session.id, "which": "card"}


def _request(house: House) -> dict[str, Any]:
    return {"request_id": next(row.id for row in house.rows if isinstance(row, SubjectRequest))}


def _certificate(house: House) -> dict[str, Any]:
    return {**_request(house), "kind": "pdf"}


NO_CERTIFICATE = frozenset({404})
NOT_READY = frozenset({410})
NO_PICTURE = frozenset({404})
NO_FACTOR = frozenset({404})
NO_PROVIDER = frozenset({404})
NOT_MADE_YET = frozenset({404, 503})
INCOMPLETE = frozenset({400, 409, 422})
REPORT_NOT_MADE = frozenset({404, 409, 503})
FOR_OWNERS = frozenset({400, 403, 409})
ACCEPTED = frozenset({202})

RECIPES: dict[str, Recipe] = {
    "words": Recipe(Audience.EVERYBODY),
    "accounts:home": Recipe(Audience.EVERYBODY),
    "accounts:register": Recipe(Audience.EVERYBODY),
    "accounts:login": Recipe(Audience.EVERYBODY),
    "accounts:logout": Recipe(Audience.EVERYBODY),
    "accounts:here": Recipe(Audience.EVERYBODY, also=frozenset({401})),
    "accounts:account": Recipe(Audience.PERSON, also=INCOMPLETE),
    "accounts:email-confirm": Recipe(Audience.PERSON),
    "account_confirm_email": Recipe(Audience.EVERYBODY, lambda house: {"key": "none"}),
    "accounts:devices-end": Recipe(Audience.PERSON),
    "account_signup": Recipe(Audience.EVERYBODY),
    "account_login": Recipe(Audience.EVERYBODY),
    "account_logout": Recipe(Audience.EVERYBODY),
    "account_reauthenticate": Recipe(Audience.PERSON),
    "mfa_authenticate": Recipe(Audience.EVERYBODY),
    "mfa_reauthenticate": Recipe(Audience.PERSON),
    "mfa_index": Recipe(Audience.PERSON),
    "mfa_activate_totp": Recipe(Audience.PERSON),
    "mfa_deactivate_totp": Recipe(Audience.PERSON, also=NO_FACTOR),
    "mfa_view_recovery_codes": Recipe(Audience.PERSON, also=NO_FACTOR),
    "mfa_generate_recovery_codes": Recipe(Audience.PERSON),
    "mfa_download_recovery_codes": Recipe(Audience.PERSON, also=NO_FACTOR),
    "mfa_login_webauthn": Recipe(Audience.EVERYBODY),
    "mfa_reauthenticate_webauthn": Recipe(Audience.PERSON),
    "mfa_list_webauthn": Recipe(Audience.PERSON),
    "mfa_add_webauthn": Recipe(Audience.PERSON),
    "mfa_remove_webauthn": Recipe(Audience.PERSON, lambda house: {"pk": 1}, also=NO_FACTOR),
    "openid_connect_login": Recipe(Audience.EVERYBODY, _provider, also=NO_PROVIDER),
    "openid_connect_callback": Recipe(Audience.EVERYBODY, _provider, also=NO_PROVIDER),
    "outer_let_go": Recipe(Audience.PERSON, lambda house: {"account_id": 1}, also=NO_FACTOR),
    "account_change_password": Recipe(Audience.PERSON),
    "account_set_password": Recipe(Audience.PERSON),
    "account_reset_password": Recipe(Audience.EVERYBODY),
    "account_reset_password_done": Recipe(Audience.EVERYBODY),
    "account_reset_password_from_key": Recipe(
        Audience.EVERYBODY, lambda house: {"uidb36": house.member_id.hex, "key": "none-at-all"}
    ),
    "account_reset_password_from_key_done": Recipe(Audience.EVERYBODY),
    "accounts:settings": Recipe(Audience.MEMBERS_EACH_THEIR_OWN, also=INCOMPLETE | FOR_OWNERS),
    "accounts:invited": Recipe(Audience.LINK, _invited),
    "accounts:members": Recipe(Audience.MEMBERS_EACH_THEIR_OWN, also=FOR_OWNERS),
    "accounts:invite": Recipe(Audience.MEMBERS_EACH_THEIR_OWN, also=INCOMPLETE | FOR_OWNERS),
    "accounts:member-role": Recipe(Audience.MEMBERS, _member, also=FOR_OWNERS),
    "accounts:member-remove": Recipe(Audience.MEMBERS, _member, also=FOR_OWNERS),
    "accounts:member-sign-out": Recipe(Audience.MEMBERS, _member, also=FOR_OWNERS),
    "accounts:invitation-withdraw": Recipe(Audience.MEMBERS, _invitation, also=FOR_OWNERS),
    "accounts:keys": Recipe(Audience.MEMBERS_EACH_THEIR_OWN, also=FOR_OWNERS),
    "accounts:key-new": Recipe(Audience.MEMBERS_EACH_THEIR_OWN, also=INCOMPLETE | FOR_OWNERS),
    "accounts:key-renew": Recipe(Audience.MEMBERS, _key, also=FOR_OWNERS),
    "accounts:key-revoke": Recipe(Audience.MEMBERS, _key, also=FOR_OWNERS),
    "accounts:audit": Recipe(Audience.MEMBERS_EACH_THEIR_OWN, also=FOR_OWNERS),
    "accounts_api:schema": Recipe(Audience.EVERYBODY),
    "accounts_api:docs": Recipe(Audience.EVERYBODY),
    "accounts_api:register": Recipe(Audience.EVERYBODY),
    "accounts_api:token": Recipe(Audience.EVERYBODY),
    "accounts_api:refresh": Recipe(Audience.EVERYBODY),
    "accounts_api:logout": Recipe(Audience.EVERYBODY),
    "accounts_api:institution": Recipe(Audience.API_EACH_THEIR_OWN),
    "accounts_api:members": Recipe(Audience.API_EACH_THEIR_OWN, also=FOR_OWNERS),
    "accounts_api:member": Recipe(Audience.API, _member, also=FOR_OWNERS),
    "accounts_api:keys": Recipe(Audience.API_EACH_THEIR_OWN, also=FOR_OWNERS),
    "accounts_api:key": Recipe(Audience.API, _key, also=FOR_OWNERS),
    "accounts_api:audit": Recipe(Audience.API_EACH_THEIR_OWN, also=FOR_OWNERS),
    "accounts_api:audit-chain": Recipe(Audience.API_EACH_THEIR_OWN, also=FOR_OWNERS),
    "accounts_api:analyse-token": Recipe(Audience.API_EACH_THEIR_OWN, also=frozenset({401})),
    "exams_api:exams": Recipe(Audience.API_EACH_THEIR_OWN, also=INCOMPLETE),
    "exams_api:exam": Recipe(Audience.API, _exam),
    "exams_api:candidates": Recipe(Audience.API, _exam, also=INCOMPLETE),
    "exams_api:import": Recipe(Audience.API, _exam, also=frozenset({415})),
    "exams_api:sessions": Recipe(Audience.API_EACH_THEIR_OWN, also=INCOMPLETE),
    "exams_api:session": Recipe(Audience.API, _session),
    "exams_api:cancel": Recipe(Audience.API, _session, also=INCOMPLETE),
    "exams_api:link": Recipe(Audience.API, _session, also=INCOMPLETE),
    "webhooks_api:register": Recipe(Audience.API_EACH_THEIR_OWN, also=FOR_OWNERS),
    "webhooks_api:endpoints": Recipe(Audience.API_EACH_THEIR_OWN, also=FOR_OWNERS),
    "webhooks_api:endpoint": Recipe(Audience.API, _endpoint, also=FOR_OWNERS),
    "webhooks_api:secret": Recipe(Audience.API, _endpoint, also=FOR_OWNERS),
    "webhooks_api:test": Recipe(Audience.API, _endpoint, also=FOR_OWNERS | ACCEPTED),
    "webhooks_api:resend-missed": Recipe(Audience.API, _endpoint, also=FOR_OWNERS | ACCEPTED),
    "webhooks_api:deliveries": Recipe(Audience.API_EACH_THEIR_OWN, also=FOR_OWNERS),
    "webhooks_api:delivery": Recipe(Audience.API, _delivery, also=FOR_OWNERS),
    "webhooks_api:resend": Recipe(Audience.API, _delivery, also=FOR_OWNERS | ACCEPTED),
    "webhooks:list": Recipe(Audience.MEMBERS_EACH_THEIR_OWN, also=FOR_OWNERS),
    "webhooks:new": Recipe(Audience.MEMBERS_EACH_THEIR_OWN, also=FOR_OWNERS | INCOMPLETE),
    "webhooks:detail": Recipe(Audience.MEMBERS, _endpoint, also=FOR_OWNERS),
    "webhooks:edit": Recipe(Audience.MEMBERS, _endpoint, also=FOR_OWNERS | INCOMPLETE),
    "webhooks:rotate": Recipe(Audience.MEMBERS, _endpoint, also=FOR_OWNERS | INCOMPLETE),
    "webhooks:test": Recipe(Audience.MEMBERS, _endpoint, also=FOR_OWNERS),
    "webhooks:enable": Recipe(Audience.MEMBERS, _endpoint, also=FOR_OWNERS),
    "webhooks:disable": Recipe(Audience.MEMBERS, _endpoint, also=FOR_OWNERS),
    "webhooks:resend-missed": Recipe(Audience.MEMBERS, _endpoint, also=FOR_OWNERS),
    "webhooks:delete": Recipe(Audience.MEMBERS, _endpoint, also=FOR_OWNERS),
    "webhooks:delivery": Recipe(Audience.MEMBERS, _delivery, also=FOR_OWNERS),
    "webhooks:resend": Recipe(Audience.MEMBERS, _delivery, also=FOR_OWNERS),
    "exams:list": Recipe(Audience.MEMBERS_EACH_THEIR_OWN),
    "exams:new": Recipe(Audience.MEMBERS_EACH_THEIR_OWN, also=INCOMPLETE),
    "exams:detail": Recipe(Audience.MEMBERS, _exam),
    "exams:edit": Recipe(Audience.MEMBERS, _exam, also=INCOMPLETE),
    "exams:candidate_add": Recipe(Audience.MEMBERS, _exam, also=INCOMPLETE),
    "exams:import": Recipe(Audience.MEMBERS, _exam, also=INCOMPLETE),
    "exams:import_template": Recipe(Audience.MEMBERS, _exam),
    "exams:links_file": Recipe(Audience.MEMBERS, _exam),
    "exams:link_reissue": Recipe(Audience.MEMBERS, _candidate, also=INCOMPLETE),
    "exams:link_revoke": Recipe(Audience.MEMBERS, _candidate),
    "exams:session_cancel": Recipe(Audience.MEMBERS, _candidate),
    "exams:join": Recipe(Audience.LINK, lambda house: {"token": house.token}),
    "proctoring:practice": Recipe(Audience.LINK, lambda house: {"token": house.token}),
    "proctoring:practice-ticket": Recipe(Audience.LINK, lambda house: {"token": house.token}),
    "proctoring:practice-speed": Recipe(Audience.LINK, lambda house: {"token": house.token}),
    "exams:consent": Recipe(Audience.SEAT, _session),
    "exams:decline": Recipe(Audience.SEAT, _session),
    "proctoring:agreement": Recipe(Audience.SEAT, _session),
    "proctoring:agreement-shown": Recipe(Audience.MEMBERS, _session),
    "exams_api:agreement": Recipe(Audience.API, _session),
    "proctoring:room-speed": Recipe(Audience.SEAT, _session),
    "exams:elsewhere": Recipe(Audience.SEAT, _session),
    "exams:thanks": Recipe(Audience.SEAT, _session),
    "proctoring_api:live-ticket": Recipe(Audience.API_EACH_THEIR_OWN),
    "proctoring_api:start": Recipe(Audience.API, _session, also=INCOMPLETE),
    "proctoring_api:pause": Recipe(Audience.API, _session, also=INCOMPLETE),
    "proctoring_api:resume": Recipe(Audience.API, _session, also=INCOMPLETE),
    "proctoring_api:extend": Recipe(Audience.API, _session, also=INCOMPLETE),
    "proctoring_api:warn": Recipe(Audience.API, _session, also=INCOMPLETE),
    "proctoring_api:excuse-screen": Recipe(Audience.API, _session, also=INCOMPLETE),
    "proctoring_api:end": Recipe(Audience.API, _session, also=INCOMPLETE),
    "proctoring_api:terminate": Recipe(Audience.API, _session, also=INCOMPLETE),
    "proctoring_api:messages": Recipe(Audience.API, _session, also=INCOMPLETE),
    "proctoring_api:messages-read": Recipe(Audience.API, _session, also=INCOMPLETE),
    "proctoring_api:help-answered": Recipe(Audience.API, _session, also=INCOMPLETE),
    "proctoring_api:persons": Recipe(Audience.API_EACH_THEIR_OWN),
    "proctoring_api:person": Recipe(Audience.API, _person),
    "proctoring_api:person-allowances": Recipe(Audience.API, _person, also=INCOMPLETE),
    "proctoring_api:allowances": Recipe(Audience.API_EACH_THEIR_OWN, also=INCOMPLETE),
    "proctoring_api:allowance": Recipe(Audience.API, _allowance_id),
    "proctoring_api:allowance-batch": Recipe(Audience.API, _batch),
    "proctoring_api:events": Recipe(Audience.API, _session, also=INCOMPLETE),
    "proctoring_api:flags": Recipe(Audience.API, _session),
    "proctoring_api:snapshots": Recipe(Audience.API, _session),
    "proctoring_api:clips": Recipe(Audience.API, _session),
    "proctoring_api:recording": Recipe(Audience.API, _session),
    "proctoring_api:recording-file": Recipe(
        Audience.API, lambda house: {"session_id": house.session.id, "source": "webcam"}, NO_PICTURE
    ),
    "proctoring_api:risk": Recipe(Audience.API, _session),
    "proctoring_api:active": Recipe(Audience.API_EACH_THEIR_OWN),
    "proctoring_api:stats": Recipe(Audience.API_EACH_THEIR_OWN),
    "proctoring_api:exam-stats": Recipe(Audience.API, _exam),
    "proctoring_api:flag": Recipe(Audience.API, _flag),
    "proctoring_api:verdict": Recipe(Audience.API, _flag, also=INCOMPLETE),
    "proctoring_api:past-verdicts": Recipe(Audience.API, _flag),
    "proctoring_api:review-queue": Recipe(Audience.API_EACH_THEIR_OWN),
    "proctoring_api:review-progress": Recipe(Audience.API_EACH_THEIR_OWN),
    "proctoring_api:review": Recipe(Audience.API, _session),
    "proctoring_api:review-claim": Recipe(Audience.API, _session, also=INCOMPLETE),
    "proctoring_api:review-release": Recipe(Audience.API, _session, also=INCOMPLETE),
    "proctoring_api:review-verdicts": Recipe(Audience.API, _session, also=INCOMPLETE),
    "proctoring_api:review-undo": Recipe(Audience.API, _session, also=INCOMPLETE),
    "proctoring_api:review-technical": Recipe(Audience.API, _session, also=INCOMPLETE),
    "proctoring_api:review-decide": Recipe(Audience.API, _session, also=INCOMPLETE),
    "proctoring_api:review-reopen": Recipe(Audience.API, _session, also=INCOMPLETE),
    "proctoring_api:snapshot": Recipe(Audience.API, _flag, also=NO_PICTURE),
    "proctoring_api:screen-snapshot": Recipe(Audience.API, _flag, also=NO_PICTURE),
    "proctoring:room": Recipe(Audience.SEAT, _session),
    "proctoring:room-ticket": Recipe(Audience.SEAT, _session),
    "proctoring:room-start": Recipe(Audience.SEAT, _session),
    "proctoring:room-submit": Recipe(Audience.SEAT, _session),
    "proctoring:recording": Recipe(
        Audience.MEMBERS, lambda house: {"session_id": house.session.id, "source": "webcam"}, NO_PICTURE
    ),
    "proctoring:recording-part": Recipe(Audience.MEMBERS, _session),
    "proctoring:room-piece-place": Recipe(Audience.SEAT, _session),
    "proctoring:room-piece-confirm": Recipe(Audience.SEAT, _session),
    "proctoring:room-piece": Recipe(
        Audience.SEAT, lambda house: {"session_id": house.session.id, "source": "webcam", "seq": 1}
    ),
    "proctoring:room-break": Recipe(Audience.SEAT, _session),
    "proctoring:room-card": Recipe(Audience.SEAT, _session, also=INCOMPLETE),
    "proctoring:id-card": Recipe(Audience.MEMBERS, _session, also=INCOMPLETE),
    "proctoring:id-card-picture": Recipe(Audience.MEMBERS, _card_picture, also=NO_PICTURE),
    "proctoring:candidate": Recipe(Audience.MEMBERS, _person, also=INCOMPLETE),
    "proctoring:allowance-withdraw": Recipe(Audience.MEMBERS, _allowance_id),
    "proctoring:allow-many": Recipe(Audience.MEMBERS, _exam, also=INCOMPLETE),
    "proctoring:allowances-undo": Recipe(Audience.MEMBERS, _exam_batch),
    "proctoring:wall": Recipe(Audience.MEMBERS, _exam),
    "proctoring:wall-data": Recipe(Audience.MEMBERS, _exam),
    "proctoring:session": Recipe(Audience.MEMBERS, _session),
    "proctoring:session-part": Recipe(Audience.MEMBERS, _part),
    "proctoring:panel-data": Recipe(Audience.MEMBERS, _session),
    "proctoring:risk-data": Recipe(Audience.MEMBERS, _session),
    "proctoring:thumbnail": Recipe(Audience.MEMBERS, _session, also=NO_PICTURE),
    "proctoring:evidence": Recipe(Audience.MEMBERS, _flag, also=NO_PICTURE),
    "proctoring:screen": Recipe(Audience.MEMBERS, _session, also=NO_PICTURE),
    "proctoring:screen-evidence": Recipe(Audience.MEMBERS, _flag, also=NO_PICTURE),
    "proctoring:flag": Recipe(Audience.MEMBERS, _flag),
    "proctoring:verdict": Recipe(Audience.MEMBERS, _flag, also=INCOMPLETE),
    "proctoring:end": Recipe(Audience.MEMBERS, _session, also=INCOMPLETE),
    "proctoring:terminate": Recipe(Audience.MEMBERS, _session, also=INCOMPLETE),
    "proctoring:intervene": Recipe(Audience.MEMBERS, _session, also=INCOMPLETE),
    "proctoring:pause": Recipe(Audience.MEMBERS, _session, also=INCOMPLETE),
    "proctoring:extend": Recipe(Audience.MEMBERS, _session, also=INCOMPLETE),
    "proctoring:warn": Recipe(Audience.MEMBERS, _session, also=INCOMPLETE),
    "proctoring:excuse-screen": Recipe(Audience.MEMBERS, _session, also=INCOMPLETE),
    "proctoring:review-queue": Recipe(Audience.MEMBERS_EACH_THEIR_OWN),
    "proctoring:review-next": Recipe(Audience.MEMBERS_EACH_THEIR_OWN, also=INCOMPLETE),
    "proctoring:session-review": Recipe(Audience.MEMBERS, _session),
    "proctoring:review-verdicts": Recipe(Audience.MEMBERS, _session, also=INCOMPLETE),
    "proctoring:review-undo": Recipe(Audience.MEMBERS, _session, also=INCOMPLETE),
    "proctoring:review-claim": Recipe(Audience.MEMBERS, _session, also=INCOMPLETE),
    "proctoring:review-release": Recipe(Audience.MEMBERS, _session, also=INCOMPLETE),
    "proctoring:review-decide": Recipe(Audience.MEMBERS, _session, also=INCOMPLETE),
    "proctoring:review-reopen": Recipe(Audience.MEMBERS, _session, also=INCOMPLETE),
    "proctoring:review-rule": Recipe(Audience.MEMBERS, _session, also=INCOMPLETE),
    "proctoring:console-ticket": Recipe(Audience.MEMBERS_EACH_THEIR_OWN),
    "proctoring:policies": Recipe(Audience.MEMBERS_EACH_THEIR_OWN),
    "proctoring:policy-new": Recipe(
        Audience.MEMBERS_EACH_THEIR_OWN, lambda house: {"base": "default"}, also=INCOMPLETE
    ),
    "proctoring:policy-edit": Recipe(Audience.MEMBERS, _policy, also=INCOMPLETE),
    "proctoring:policy-document": Recipe(Audience.MEMBERS, _policy, also=INCOMPLETE),
    "proctoring:policy-delete": Recipe(Audience.MEMBERS, _policy),
    "privacy:terms": Recipe(Audience.MEMBERS_EACH_THEIR_OWN, also=FOR_OWNERS | INCOMPLETE),
    "privacy:purges": Recipe(Audience.MEMBERS_EACH_THEIR_OWN, also=FOR_OWNERS),
    "privacy:purge": Recipe(Audience.MEMBERS, _run, also=FOR_OWNERS),
    "privacy:holds": Recipe(Audience.MEMBERS_EACH_THEIR_OWN, also=FOR_OWNERS),
    "privacy:hold-new": Recipe(Audience.MEMBERS_EACH_THEIR_OWN, also=FOR_OWNERS | INCOMPLETE),
    "privacy:hold-ask-release": Recipe(Audience.MEMBERS, _hold, also=FOR_OWNERS),
    "privacy:hold-release": Recipe(Audience.MEMBERS, _hold, also=FOR_OWNERS),
    "privacy:hold-keep": Recipe(Audience.MEMBERS, _hold, also=FOR_OWNERS),
    "privacy:requests": Recipe(Audience.MEMBERS_EACH_THEIR_OWN, also=FOR_OWNERS),
    "privacy:new-request": Recipe(Audience.MEMBERS_EACH_THEIR_OWN, also=FOR_OWNERS | INCOMPLETE),
    "privacy:request": Recipe(Audience.MEMBERS, _request, also=FOR_OWNERS | INCOMPLETE),
    "privacy:erase": Recipe(Audience.MEMBERS, _request, also=FOR_OWNERS | INCOMPLETE),
    "privacy:request-copy": Recipe(Audience.MEMBERS, _request, also=FOR_OWNERS | NOT_READY),
    "privacy:certificate": Recipe(Audience.MEMBERS, _certificate, also=FOR_OWNERS | NO_CERTIFICATE),
    "privacy_api:terms": Recipe(Audience.API_EACH_THEIR_OWN, also=FOR_OWNERS),
    "privacy_api:purges": Recipe(Audience.API_EACH_THEIR_OWN, also=FOR_OWNERS),
    "privacy_api:purge": Recipe(Audience.API, _run, also=FOR_OWNERS),
    "privacy_api:holds": Recipe(Audience.API_EACH_THEIR_OWN, also=FOR_OWNERS),
    "privacy_api:hold": Recipe(Audience.API, _hold, also=FOR_OWNERS),
    "privacy_api:hold-release": Recipe(Audience.API, _hold, also=FOR_OWNERS),
    "privacy_api:requests": Recipe(Audience.API_EACH_THEIR_OWN, also=FOR_OWNERS),
    "privacy_api:request": Recipe(Audience.API, _request, also=FOR_OWNERS),
    "privacy_api:request-begin": Recipe(Audience.API, _request, also=FOR_OWNERS),
    "privacy_api:request-refuse": Recipe(Audience.API, _request, also=FOR_OWNERS),
    "privacy_api:request-copy": Recipe(Audience.API, _request, also=FOR_OWNERS | NOT_READY),
    "privacy_api:request-certificate": Recipe(Audience.API, _request, also=FOR_OWNERS | NO_CERTIFICATE),
    "reports:pdf": Recipe(Audience.MEMBERS, _session, also=NOT_MADE_YET),
    "reports:csv": Recipe(Audience.MEMBERS, _session, also=NOT_MADE_YET),
    "reports:intervals": Recipe(Audience.MEMBERS, _session, also=NOT_MADE_YET),
    "reports:json": Recipe(Audience.MEMBERS, _session, also=NOT_MADE_YET),
    "reports_api:report": Recipe(Audience.API, _session, also=REPORT_NOT_MADE),
    "reports_api:report-json": Recipe(Audience.API, _session, also=REPORT_NOT_MADE),
    "reports_api:report-pdf": Recipe(Audience.API, _session, also=REPORT_NOT_MADE),
    "reports_api:report-csv": Recipe(Audience.API, _session, also=REPORT_NOT_MADE),
    "reports_api:intervals-csv": Recipe(Audience.API, _session, also=REPORT_NOT_MADE),
    "reports_api:exam-csv": Recipe(Audience.API, _exam),
    "reports_api:exam-json": Recipe(Audience.API, _exam),
    "reports_api:exam-analytics": Recipe(Audience.API, _exam),
    "reports_api:exam-analytics-csv": Recipe(Audience.API, _exam),
    "reports_api:analytics": Recipe(Audience.API_EACH_THEIR_OWN),
    "reports_api:analytics-csv": Recipe(Audience.API_EACH_THEIR_OWN),
    "reports:exam-analytics": Recipe(Audience.MEMBERS, _exam),
    "reports:exam-analytics-csv": Recipe(Audience.MEMBERS, _exam),
    "reports:exam-analytics-json": Recipe(Audience.MEMBERS, _exam),
    "reports:analytics": Recipe(Audience.MEMBERS_EACH_THEIR_OWN),
    "reports:analytics-csv": Recipe(Audience.MEMBERS_EACH_THEIR_OWN),
    "reports:analytics-json": Recipe(Audience.MEMBERS_EACH_THEIR_OWN),
    "reports_api:exam-exports": Recipe(Audience.API, _exam, also=INCOMPLETE | {202}),
    "reports_api:exports": Recipe(Audience.API_EACH_THEIR_OWN),
    "reports_api:export": Recipe(Audience.API, _export),
    "reports_api:export-file": Recipe(Audience.API, _export, also=NOT_MADE_YET),
    "reports_api:audit-csv": Recipe(Audience.API_EACH_THEIR_OWN, also=FOR_OWNERS),
    "reports_api:audit-json": Recipe(Audience.API_EACH_THEIR_OWN, also=FOR_OWNERS),
    "reports:exam-csv": Recipe(Audience.MEMBERS, _exam),
    "reports:exam-json": Recipe(Audience.MEMBERS, _exam),
    "reports:export-ask": Recipe(Audience.MEMBERS, _exam, also=INCOMPLETE),
    "reports:exports": Recipe(Audience.MEMBERS_EACH_THEIR_OWN),
    "reports:export-cancel": Recipe(Audience.MEMBERS, _export),
    "reports:export-file": Recipe(Audience.MEMBERS, _export, also=NOT_MADE_YET),
    "reports:audit-csv": Recipe(Audience.MEMBERS_EACH_THEIR_OWN, also=FOR_OWNERS),
    "reports:audit-json": Recipe(Audience.MEMBERS_EACH_THEIR_OWN, also=FOR_OWNERS),
}
