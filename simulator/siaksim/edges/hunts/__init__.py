"""The parts of `siaksim hunt`: its options, its plays with a command, what it says."""
