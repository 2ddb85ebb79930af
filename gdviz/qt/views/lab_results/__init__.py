"""The results of an experiment in this session."""
