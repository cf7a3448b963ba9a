"""Clients in this process on a clock that is moved: for tests, the matrix, hunts, rehearsals."""
