"""The first module of the packaged program: a bundle has no `python -m`. What it does then is desktop/__main__.py's."""

import sys

from desktop.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
