"""The Toxiproxy engine: a real Toxiproxy 2.x carries the lines (extra `links`)."""
