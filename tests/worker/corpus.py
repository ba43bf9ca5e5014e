"""Every hostile and odd PDF file of the worker's trials, by name; each is made of our own bricks when it is asked for."""

from __future__ import annotations

from tests.worker.corpus_cycles import CYCLES
from tests.worker.corpus_heavy import HEAVY
from tests.worker.corpus_odd import ACTIVE, ODD

CORPUS = HEAVY | CYCLES | ACTIVE | ODD
