"""Charts: values of an experiment painted with axes, legend, read-out and words."""
