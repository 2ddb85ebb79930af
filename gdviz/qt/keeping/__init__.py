"""Nothing is lost: autosaved sessions, the run library, and what is offered after a crash."""
