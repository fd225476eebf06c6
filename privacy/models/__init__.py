"""What an institution promised about its data, and the record of what was deleted; a module a theme."""
