"""What is promised when something breaks: faults made on purpose on a real stack, and what came of them."""
