"""How unlike other sittings, and unlike its own beginning, a sitting was: for the order of review only."""
