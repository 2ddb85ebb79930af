"""The shelf of the Lab: every experiment, and what came of it."""
