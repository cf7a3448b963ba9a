"""Errors that a user can mend: they hold data, format late and own their exit code."""

from __future__ import annotations


class UserError(Exception):
    """A mistake of the user: what is wrong, where, and how to mend it. Exit code 2."""

    exit_code = 2

    def __init__(self, what: str, where: str = "", how: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.how = how

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        mend = f" {self.how}" if self.how else ""
        return f"{place}{self.what}{mend}"
