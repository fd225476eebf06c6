"""The risk engine: a pure fold of a log of signals, by a policy, into flags, ledgers and a report."""
