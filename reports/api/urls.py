from django.urls import path

from reports.api import analytics, exports, report

app_name = "reports_api"

_session = "sessions/<uuid:session_id>"

urlpatterns = [
    path(f"{_session}/report/", report.ReportEndpoint.as_view(), name="report"),
    path(f"{_session}/report.json", report.ReportJson.as_view(), name="report-json"),
    path(f"{_session}/report.pdf", report.ReportPdf.as_view(), name="report-pdf"),
    path(f"{_session}/report.csv", report.ReportCsv.as_view(), name="report-csv"),
    path(f"{_session}/intervals.csv", report.IntervalsCsv.as_view(), name="intervals-csv"),
    path("exams/<uuid:exam_id>/export.csv", exports.ExamCsv.as_view(), name="exam-csv"),
    path("exams/<uuid:exam_id>/export.json", exports.ExamJson.as_view(), name="exam-json"),
    path("exams/<uuid:exam_id>/analytics/", analytics.ExamAnalytics.as_view(), name="exam-analytics"),
    path(
        "exams/<uuid:exam_id>/analytics.csv", analytics.ExamAnalyticsCsv.as_view(), name="exam-analytics-csv"
    ),
    path("analytics/", analytics.InstitutionAnalytics.as_view(), name="analytics"),
    path("analytics.csv", analytics.InstitutionAnalyticsCsv.as_view(), name="analytics-csv"),
    path("exams/<uuid:exam_id>/exports/", exports.ExamExports.as_view(), name="exam-exports"),
    path("exports/", exports.Exports.as_view(), name="exports"),
    path("exports/<uuid:export_id>/", exports.OneExport.as_view(), name="export"),
    path("exports/<uuid:export_id>/reports.zip", exports.ExportFile.as_view(), name="export-file"),
    path("audit/export.csv", exports.AuditCsv.as_view(), name="audit-csv"),
    path("audit/export.json", exports.AuditJson.as_view(), name="audit-json"),
]
