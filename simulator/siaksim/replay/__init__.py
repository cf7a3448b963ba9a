"""What was decided in a run, kept as a run file, and injected again."""
