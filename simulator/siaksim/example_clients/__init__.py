"""Example clients, good and careless: plain Python that knows HTTP, and siaksim's insides not.

`siaksim example-client counter good` runs one against a server; `siaksim.stage` runs them in this
process. What a client does and does not do is its Manners.
"""
