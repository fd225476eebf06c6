"""All that an installation holds, in one file, and back again."""
