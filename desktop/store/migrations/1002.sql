-- Squares of a street map that were looked at, kept for when there is no network. `source` is the address they are asked at.
CREATE TABLE street (
    source TEXT NOT NULL,
    zoom INTEGER NOT NULL,
    x INTEGER NOT NULL,
    y INTEGER NOT NULL,
    at TEXT NOT NULL,
    picture BLOB NOT NULL,
    PRIMARY KEY (source, zoom, x, y)
);
