"""What was tried against the doors, and what became of it: `make test-security`."""
