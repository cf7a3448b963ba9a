"""Verdicts on a client's conduct, from a world's journal and from nothing else."""
