"""The admin of those who run the platform: nothing of any exam. Off unless PLATFORM_ADMIN is set."""
