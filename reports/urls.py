from django.urls import URLPattern, path

from reports.views import analytics, exports
from reports.views.report_files import report_file

app_name = "reports"

urlpatterns: list[URLPattern] = [
    path("sessions/<uuid:session_id>/report.pdf", report_file, {"kind": "pdf"}, name="pdf"),
    path("sessions/<uuid:session_id>/report.csv", report_file, {"kind": "csv"}, name="csv"),
    path("sessions/<uuid:session_id>/intervals.csv", report_file, {"kind": "intervals"}, name="intervals"),
    path("sessions/<uuid:session_id>/report.json", report_file, {"kind": "json"}, name="json"),
    path("exams/<uuid:exam_id>/export.csv", exports.exam_file, {"kind": "csv"}, name="exam-csv"),
    path("exams/<uuid:exam_id>/export.json", exports.exam_file, {"kind": "json"}, name="exam-json"),
    path("exams/<uuid:exam_id>/analytics/", analytics.of_exam, name="exam-analytics"),
    path(
        "exams/<uuid:exam_id>/analytics.csv", analytics.exam_file, {"kind": "csv"}, name="exam-analytics-csv"
    ),
    path(
        "exams/<uuid:exam_id>/analytics.json",
        analytics.exam_file,
        {"kind": "json"},
        name="exam-analytics-json",
    ),
    path("analytics/", analytics.of_institution, name="analytics"),
    path("analytics.csv", analytics.institution_file, {"kind": "csv"}, name="analytics-csv"),
    path("analytics.json", analytics.institution_file, {"kind": "json"}, name="analytics-json"),
    path("exams/<uuid:exam_id>/exports/", exports.ask, name="export-ask"),
    path("exports/", exports.export_list, name="exports"),
    path("exports/<uuid:export_id>/cancel/", exports.cancel, name="export-cancel"),
    path("exports/<uuid:export_id>/reports.zip", exports.export_file, name="export-file"),
    path("audit/export.csv", exports.audit_file, {"kind": "csv"}, name="audit-csv"),
    path("audit/export.json", exports.audit_file, {"kind": "json"}, name="audit-json"),
]
