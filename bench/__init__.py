"""Load on a running Invigil from outside, through the doors that browsers use."""
