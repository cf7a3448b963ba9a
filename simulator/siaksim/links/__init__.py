"""The network between a site and SIAK: profiles, what a line is like when, and two engines."""
