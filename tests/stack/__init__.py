"""The production profile on one machine from pip packages alone: what `make stack`, faults and load use."""
