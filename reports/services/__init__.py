"""What makes reports and exports, a module a theme."""

from reports.services.reporting import make_report, note_reading

__all__ = ["make_report", "note_reading"]
