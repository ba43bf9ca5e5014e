"""Collect cyclic garbage on the GUI thread only: a widget must not be destroyed by whichever thread happens to allocate.

Left to itself, Python may run its collector on the store thread and delete widgets there, which ends the process.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

from desktop import limits


class Sweeper(QObject):
    """Takes the collector over; looks once a second, and does only what is due.

    What is there when a full look is first due is the program itself: it is set aside for good, so that no full look after it
    holds the window up for the time that a hundred thousand functions and classes take.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        self._has_set_aside = False
        gc.disable()
        self._timer = QTimer(self, interval=limits.SWEEP_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collect the oldest generation that is due, or nothing."""
        counts = gc.get_count()
        for generation in (2, 1, 0):
            if counts[generation] > self._thresholds[generation]:
                if generation == 2 and not self._has_set_aside:
                    gc.freeze()
                    self._has_set_aside = True
                gc.collect(generation)
                return
