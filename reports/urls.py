from django.urls import URLPattern, path

from reports.views import report_file

app_name = "reports"

urlpatterns: list[URLPattern] = [
    path("sessions/<uuid:session_id>/report.pdf", report_file, {"kind": "pdf"}, name="pdf"),
    path("sessions/<uuid:session_id>/report.csv", report_file, {"kind": "csv"}, name="csv"),
    path("sessions/<uuid:session_id>/intervals.csv", report_file, {"kind": "intervals"}, name="intervals"),
    path("sessions/<uuid:session_id>/report.json", report_file, {"kind": "json"}, name="json"),
]
