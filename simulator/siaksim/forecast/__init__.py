"""Forecasts: an office's day under a scenario without HTTP, many times over, in seconds.

The office, its citizens and the clients' manners are those of a rehearsal; only what the services
answer, and when, is computed from the scenario's plan and centre instead of asked for.
"""
