"""What became of jobs, counted for operators."""

from prometheus_client import Counter

RUN = Counter("invigil_jobs_run", "Jobs by kind and by what became of this try.", ["kind", "outcome"])
