"""What changes a session's log, flags, evidence and verdicts, a module a theme."""
