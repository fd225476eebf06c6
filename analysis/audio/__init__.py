"""What a microphone tells: where somebody speaks, how loud the room is; never what is said."""
