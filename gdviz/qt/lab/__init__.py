"""What the Lab's panels share: its state as values, drafts of settings, words, the work itself."""
