"""siaksim: a stand-in for SIAK Terpusat, IKD and their mail, on good and bad days."""

__version__ = "0.1.0"
