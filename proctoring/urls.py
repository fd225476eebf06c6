from django.urls import URLPattern

from proctoring.views.agreement import agreement_patterns
from proctoring.views.allowances import allowance_patterns
from proctoring.views.breaks import break_patterns
from proctoring.views.console import console_patterns
from proctoring.views.id_cards import card_patterns
from proctoring.views.intervening import intervening_patterns
from proctoring.views.policies import policy_patterns
from proctoring.views.practice import practice_patterns
from proctoring.views.recordings import recording_patterns
from proctoring.views.review_queue import review_queue_patterns
from proctoring.views.room import room_patterns
from proctoring.views.room_recording import room_recording_patterns
from proctoring.views.session_review import session_review_patterns

app_name = "proctoring"

urlpatterns: list[URLPattern] = [
    *room_patterns,
    *agreement_patterns,
    *break_patterns,
    *room_recording_patterns,
    *recording_patterns,
    *console_patterns,
    *intervening_patterns,
    *card_patterns,
    *policy_patterns,
    *allowance_patterns,
    *practice_patterns,
    *review_queue_patterns,
    *session_review_patterns,
]
