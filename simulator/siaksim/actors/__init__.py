"""The people whom the client under test does not play: citizens with phones, an officer."""
