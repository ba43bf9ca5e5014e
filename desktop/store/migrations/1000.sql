-- 1.0: the first schema. A file's name is the user_version it leads to: major * 1000 + minor.
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

CREATE TABLE portal (
  id INTEGER PRIMARY KEY, base_url TEXT NOT NULL UNIQUE, auth TEXT NOT NULL, issuer TEXT NOT NULL DEFAULT '',
  client_id TEXT NOT NULL DEFAULT '', display TEXT NOT NULL DEFAULT '', capabilities TEXT NOT NULL DEFAULT '{}',
  epoch INTEGER NOT NULL DEFAULT 1);

CREATE TABLE person (
  id INTEGER PRIMARY KEY AUTOINCREMENT, portal INTEGER NOT NULL REFERENCES portal(id), patient_id TEXT NOT NULL,
  position INTEGER NOT NULL, hue INTEGER NOT NULL, is_sealed INTEGER NOT NULL DEFAULT 0,
  UNIQUE (portal, patient_id));

CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE dictionary (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, bytes BLOB NOT NULL);

-- A resource of a person (0: shared). A negative person -1-p hides a copy whose newer version is in quarantine.
-- moment: minutes since 1970 on the clinic's own clock. The body comes last, so that lists stop reading before it.
CREATE TABLE resource (
  row INTEGER PRIMARY KEY, person INTEGER NOT NULL, kind INTEGER NOT NULL, moment INTEGER, code INTEGER, status INTEGER,
  flags INTEGER NOT NULL, portal INTEGER NOT NULL, id NOT NULL, version NOT NULL, dictionary INTEGER NOT NULL, body BLOB NOT NULL);
CREATE UNIQUE INDEX resource_key ON resource (id, kind, portal);
CREATE INDEX resource_list ON resource (person, kind, moment);
CREATE INDEX resource_trend ON resource (code, person, moment) WHERE code IS NOT NULL AND kind = 7;

CREATE VIRTUAL TABLE search USING fts5 (
  stems, content='', contentless_delete=1, detail=none, prefix='2 3', tokenize="unicode61 remove_diacritics 0 categories 'L* N* Co'");

CREATE TABLE quarantine (
  portal INTEGER NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, version TEXT NOT NULL, person INTEGER NOT NULL,
  reason TEXT NOT NULL, at TEXT NOT NULL, size_bytes INTEGER NOT NULL, raw BLOB NOT NULL,
  PRIMARY KEY (portal, type, id)) WITHOUT ROWID;

CREATE TABLE cursor (
  portal INTEGER NOT NULL, person INTEGER NOT NULL, kind INTEGER NOT NULL, position TEXT, generation INTEGER NOT NULL,
  is_complete INTEGER NOT NULL, checked_at TEXT, first_row INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (portal, person, kind)) WITHOUT ROWID;
-- Rows met again by a full pass in progress; rows newer than the pass need no mark.
CREATE TABLE seen (row INTEGER PRIMARY KEY, generation INTEGER NOT NULL);

CREATE TABLE document (
  id TEXT PRIMARY KEY, portal INTEGER NOT NULL, person INTEGER NOT NULL, url TEXT NOT NULL, content_type TEXT NOT NULL DEFAULT '',
  size_bytes INTEGER, hash TEXT NOT NULL DEFAULT '', state TEXT NOT NULL, got_bytes INTEGER NOT NULL DEFAULT 0,
  sha256 BLOB, etag TEXT NOT NULL DEFAULT '', tries INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '',
  position INTEGER NOT NULL);
CREATE INDEX document_queue ON document (state, position);
CREATE TABLE chunk (document TEXT NOT NULL, number INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (document, number));

CREATE TABLE journal (
  id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, event TEXT NOT NULL, person INTEGER NOT NULL, by TEXT NOT NULL,
  facts TEXT NOT NULL);

-- seq has no gaps: a missing tail is visible. A settled act leaves a stone (state GONE, body empty).
CREATE TABLE outbox (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, portal INTEGER NOT NULL, person INTEGER NOT NULL,
  subject TEXT NOT NULL, body TEXT NOT NULL, precondition TEXT NOT NULL, state TEXT NOT NULL, revision INTEGER NOT NULL DEFAULT 1,
  created_at TEXT NOT NULL, facts TEXT NOT NULL DEFAULT '{}');
CREATE INDEX outbox_state ON outbox (state, seq);
CREATE TABLE clash (
  id TEXT PRIMARY KEY, intent TEXT NOT NULL, portal INTEGER NOT NULL, person INTEGER NOT NULL, subject TEXT NOT NULL,
  basis TEXT NOT NULL, mine TEXT NOT NULL, theirs TEXT NOT NULL, choices TEXT NOT NULL, at TEXT NOT NULL,
  settled_at TEXT, choice TEXT);
CREATE INDEX clash_open ON clash (settled_at, at);
