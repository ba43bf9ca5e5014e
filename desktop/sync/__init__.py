"""The exchange with the portal. Before any module of it: what the libraries beneath would import in vain."""

import importlib.util
import sys

# WORKAROUND(httpx 0.28): importing it also imports its own command line with rich and pygments, a quarter of a second at every start
# and ten MiB; remove when httpx loads that by itself only when asked.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
# WORKAROUND(httpcore 1): it looks for sniffio on the disk at every request, twice, and lives well without it; remove when it looks once.
if importlib.util.find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment]
