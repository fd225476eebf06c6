"""The addresses of the review."""

from django.urls import URLPattern, path

from proctoring.api import reviewing

_review = "sessions/<uuid:session_id>/review"

review_patterns: list[URLPattern] = [
    path("review/", reviewing.ReviewQueue.as_view(), name="review-queue"),
    path("review/progress/", reviewing.ReviewProgress.as_view(), name="review-progress"),
    path(f"{_review}/", reviewing.ReviewEndpoint.as_view(), name="review"),
    path(f"{_review}/claim/", reviewing.ReviewClaim.as_view(), name="review-claim"),
    path(f"{_review}/release/", reviewing.ReviewRelease.as_view(), name="review-release"),
    path(f"{_review}/verdicts/", reviewing.ReviewVerdicts.as_view(), name="review-verdicts"),
    path(f"{_review}/undo/", reviewing.ReviewUndo.as_view(), name="review-undo"),
    path(f"{_review}/technical/", reviewing.ReviewTechnical.as_view(), name="review-technical"),
    path(f"{_review}/decide/", reviewing.ReviewDecide.as_view(), name="review-decide"),
    path(f"{_review}/reopen/", reviewing.ReviewReopen.as_view(), name="review-reopen"),
    path("flags/<uuid:flag_id>/verdicts/", reviewing.PastVerdicts.as_view(), name="past-verdicts"),
]
