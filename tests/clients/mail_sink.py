"""A mail server (aiosmtpd) in a process of its own: writes each mail to a folder.

Usage: mail_sink.py FOLDER; prints its port. It refuses recipients that begin with `bounce` for
good, those that begin with `grey` at their first try, and those that begin with `full` for now.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP


class Keeper:
    """Keeps what it is given; the file's first line is the recipient."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = itertools.count(1)
        self.tried: set[str] = set()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, to: str, _: Any) -> str:
        """Refuse an unknown mailbox, and put strangers off, as real servers do."""
        if to.startswith("bounce"):
            return f"550 5.1.1 <{to}> no such mailbox"
        if to.startswith("full") or (to.startswith("grey") and to not in self.tried):
            self.tried.add(to)
            return f"451 4.7.1 <{to}> try again later"
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Write the mail under its final name only when it is whole."""
        path = self.folder / f"{next(self.numbers)}.eml"
        part = path.with_suffix(".part")
        part.write_bytes(envelope.rcpt_tos[0].encode() + b"\n" + envelope.original_content)
        part.rename(path)
        return "250 OK"


async def serve(folder: Path) -> None:
    """Serve until killed."""
    loop = asyncio.get_running_loop()
    keeper = Keeper(folder)
    server = await loop.create_server(lambda: SMTP(keeper), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
