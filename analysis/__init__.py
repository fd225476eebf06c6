"""What a picture shows and what a log of signals means: pure Python, no Django, no sibling app."""
