"""Agreements: what Ditjen Dukcapil has granted to whom, as data. PURE."""
