"""``python -m nija_research`` is ``nija``."""

from nija_research.cli import main

if __name__ == "__main__":
    main()
