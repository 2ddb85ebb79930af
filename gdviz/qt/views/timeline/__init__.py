"""The timeline: every step of the run on one strip, to go back to, to play, to fork from."""
