"""`make test-load`: the load client against a stack of its own, and what this machine bore."""
