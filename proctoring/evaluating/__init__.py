"""`manage.py evaluate`: what the whole way from picture to flag is worth on labelled files."""
