"""What holds, deletes and hands out personal data, a module a theme."""
