"""A process that opens a vault and kills itself after so many statements of its migration: `python -m tests.store.dying FOLDER COUNT`."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from desktop.clock import ManualClock
from desktop.store import vault as vaults
from desktop.store.database import Database
from desktop.store.migrate import migrate
from tests.store.kit import PASSPHRASE


def main() -> None:
    """Open the vault; only the statements of its migration are counted."""
    left = int(sys.argv[2])

    def counted(database: Database, **options: Any) -> int:
        run = database.run

        def dying(sql: str, values: Sequence[object] = ()) -> int:
            nonlocal left
            if not left:
                os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
            left -= 1
            return run(sql, values)

        database.run = dying  # type: ignore[method-assign]
        made = migrate(database, **options)
        database.run = run  # type: ignore[method-assign]
        return made

    vaults.migrate = counted  # type: ignore[attr-defined]
    vaults.unlock(Path(sys.argv[1]), passphrase=PASSPHRASE, clock=ManualClock()).close()


if __name__ == "__main__":
    main()
