"""Every bound of the program, with its unit. A number that stops something lives here, not beside the code it stops."""

from __future__ import annotations

from typing import Final

# --- bytes from outside (security.md R-40..R-52)
RESPONSE_BYTES: Final = 32 * 2**20
RESOURCE_BYTES: Final = 2 * 2**20
ATTACHMENT_BYTES: Final = 50 * 2**20
UPLOAD_BYTES: Final = 5 * 2**20
PAGE_ENTRIES: Final = 1_000
JSON_DEPTH: Final = 64
JSON_ELEMENTS: Final = 500_000
JSON_NUMBER_CHARS: Final = 64
XML_BYTES: Final = 10 * 2**20
XML_DEPTH: Final = 256
PDF_WALL_S: Final = 5.0
PDF_CPU_S: Final = 5
PDF_MEMORY_BYTES: Final = 256 * 2**20
PDF_PAGES: Final = 500
PDF_START_S: Final = 10.0
PAGE_PICTURE_BYTES: Final = 64 * 2**20
TEXT_SHOWN_CHARS: Final = 20_000
TEXT_SHOWN_LINES: Final = 1_000

# --- the network
EXCHANGE_DEADLINE_S: Final = 60.0
ATTACHMENT_FLOOR_BYTES_PER_S: Final = 10_000
PAGES_IN_FLIGHT: Final = 4
PAGE_COUNT: Final = 200
PAGES_PER_KIND: Final = 5_000
PAGE_RESTARTS: Final = 3
CURSOR_OVERLAP_S: Final = 120
RETRY_FIRST_S: Final = 5.0
RETRY_CAP_S: Final = 600.0
POISON_TRIES: Final = 20
SYNC_EVERY_S: Final = 300.0
MANIFEST_EVERY_S: Final = 24 * 3600.0
SIGN_IN_WAIT_S: Final = 300.0
OPEN_PORTAL_PEOPLE: Final = 12
MASS_REMOVAL_SHARE: Final = 0.5
MASS_REMOVAL_ROWS: Final = 10

# --- the vault
COMMIT_ROWS: Final = 5_000
ACTS_IN_LOG: Final = 8
ACTS_LOG_REST_S: Final = 0.1
"""How long acts may stand in the log while nobody asks anything of the store."""
ACTS_REMEMBERED: Final = 2_000
DOCUMENT_CHUNK_BYTES: Final = 256 * 1024
BALLAST_BYTES: Final = 2 * 2**20
READINGS_KEPT: Final = 4_000
"""How many rows keep what was read from them, at about 1.5 KB each."""
ANSWERS_KEPT: Final = 200
"""How many lists are remembered until the next write; what is in them is among READINGS_KEPT as a rule."""
KDF_MEMORY_KIB: Final = 64 * 1024
KDF_PASSES: Final = 3
KDF_LANES: Final = 4
PASSPHRASE_MIN_CHARS: Final = 8
PASSPHRASE_MAX_CHARS: Final = 1_024
WRONG_TRIES_FREE: Final = 4
WRONG_DELAY_FIRST_S: Final = 5.0
WRONG_DELAY_CAP_S: Final = 60.0

# --- streets on the map
STREET_BYTES: Final = 512 * 1024
"""Of one square."""
STREET_SIDE_PX: Final = 1_024
STREET_DEADLINE_S: Final = 20.0
STREETS_BYTES: Final = 32 * 2**20
"""Of all that the vault keeps; the oldest go."""
STREETS_FRESH_DAYS: Final = 90
STREETS_DRAWN: Final = 64
"""Pictures in memory, a quarter of a MiB each; a window shows half as many."""

# --- the window
CLIPBOARD_S: Final = 10.0
NUMBER_SHOWN_S: Final = 30.0
TOAST_S: Final = 10.0
SKELETON_AFTER_MS: Final = 300
LOCK_WARNING_S: Final = 30.0
CLOCK_JUMP_S: Final = 60.0
LOCK_WAIT_S: Final = 2.0
DEMO_PORT: Final = 47_615
SWEEP_EVERY_MS: Final = 1_000
SEARCH_AFTER_MS: Final = 40
NEWS_EVERY_MS: Final = 200
GIL_TURN_S: Final = 0.001
"""How long the store thread may hold the interpreter while the window waits for it."""
WARM_AFTER_MS: Final = 400
WARM_EVERY_MS: Final = 10
LIST_PAGE_ROWS: Final = 50
LIST_PLACE_ROWS: Final = 1_000
SEARCH_ROWS: Final = 60
SHARED_ROWS: Final = 2_000
PAST_BOOKINGS: Final = 200
REFERRALS: Final = 400
"""The latest; the page says so where there may be more."""
SAVED_SEARCHES: Final = 50
SAVED_SEARCH_CHARS: Final = 120
DRAFT_AFTER_S: Final = 0.5
DRAFT_DAYS: Final = 30
DRAFT_CHARS: Final = 4_000
DRAFTS_KEPT: Final = 20
"""Of one person; the oldest goes."""
NOTICES_READ: Final = 2_000
NOTICES_EVERY_S: Final = 15 * 60.0
SLOTS_FRESH_S: Final = 15 * 60.0
FAR_DAYS: Final = 100_000
"""Stands for a term that has no end."""

# --- one exchange, one run (sync)
EXCHANGES_IN_FLIGHT: Final = 6
ACTS_IN_FLIGHT: Final = 24
ACTS_GATHER_S: Final = 0.02
LATE_CLAIM_S: Final = 3_600.0
"""How long a claim may be under way after its sender has given up."""
CONNECT_S: Final = 15.0
READ_TRIES: Final = 3
WAIT_IN_RUN_S: Final = 30.0
RETRY_IN_RUN_FIRST_S: Final = 0.5
REDIRECTS: Final = 3
PAGE_COUNT_CAP: Final = 1_000
QUICK_PAGE_S: Final = 2.0
FIRST_LOOK_ROWS: Final = 20
IDS_PER_REQUEST: Final = 50
TAIL_ROWS: Final = 20
PLACE_EVERY_S: Final = 1800.0
RUN_GAP_S: Final = 2.0
METADATA_BYTES: Final = 4 * 2**20
PORTALS_FILE_BYTES: Final = 256 * 1024
SIGN_IN_BYTES: Final = 2**20
REDIRECT_IDLE_S: Final = 5.0
REDIRECT_LINE_BYTES: Final = 8_192
REDIRECT_CONNECTIONS: Final = 256
DOCUMENT_NEEDED_BYTES: Final = 5 * 2**20
DOCUMENTS_IN_FLIGHT: Final = 2
ATTACHMENT_PATIENCE_S: Final = 20.0
