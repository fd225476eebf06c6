"""Every page as a browser shows it: looked at by axe, by the keyboard, and as a picture."""
