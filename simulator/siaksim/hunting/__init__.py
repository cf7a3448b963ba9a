"""The hunt: the smallest schedule of faults that breaks a client. PURE but for its plays."""
