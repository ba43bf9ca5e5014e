"""Build the program's folder on this system. Untested: it was written on Linux and never run here."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import bundle

if __name__ == "__main__":
    folder = bundle.bundle()
    print(f"{folder.relative_to(bundle.ROOT)}: {bundle.size_mb(folder)} MB")
