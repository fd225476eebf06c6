"""Real PostgreSQL, Redis and S3 from pip packages alone, for the suite's production profile."""
