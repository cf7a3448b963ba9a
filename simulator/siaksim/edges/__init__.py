"""The only place with sockets, greenlets, sleep, SMTP and files."""
