"""Run siaksim from a checkout: ``python -m simulator serve``."""

from siaksim.cli import main

if __name__ == "__main__":
    main()
