"""How long things take, as JSON: `make bench`."""
