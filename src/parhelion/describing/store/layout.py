"""The tables of a project's file."""

APPLICATION = 0x7072_6C6E  # "prln", in the header of the file
VERSION = 1

# A call's reply is in `replies` until the cell that it is for is kept; what it cost stays in `calls`.
# rows.stratum is in the index, so that counting reads no row. links: which cells a row is made of.
# uses: the facts of rows that are not rejected. bands: hashes, by which texts that are alike find each other.
TABLES = (
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE runs (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, plan TEXT NOT NULL)",
    """CREATE TABLE calls (
        number INTEGER PRIMARY KEY, key TEXT NOT NULL, field TEXT NOT NULL, model TEXT NOT NULL,
        endpoint TEXT NOT NULL, reserved INTEGER NOT NULL, cost INTEGER NOT NULL DEFAULT 0,
        read INTEGER NOT NULL DEFAULT 0, written INTEGER NOT NULL DEFAULT 0, ended TEXT)""",
    "CREATE INDEX calls_key ON calls (key)",
    "CREATE INDEX calls_out ON calls (number) WHERE ended IS NULL",
    """CREATE TABLE replies (
        key TEXT PRIMARY KEY, endpoint TEXT NOT NULL, text TEXT NOT NULL, read INTEGER NOT NULL,
        written INTEGER NOT NULL, finish TEXT NOT NULL, seconds REAL NOT NULL)""",
    """CREATE TABLE cells (
        number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, field TEXT NOT NULL, value TEXT NOT NULL,
        reason TEXT NOT NULL, raw TEXT NOT NULL, endpoint TEXT NOT NULL, held INTEGER NOT NULL)""",
    "CREATE INDEX cells_endpoint ON cells (endpoint)",
    "CREATE INDEX cells_held ON cells (endpoint) WHERE held",
    """CREATE TABLE rows (
        number INTEGER PRIMARY KEY, run INTEGER NOT NULL, slot INTEGER NOT NULL, attempt INTEGER NOT NULL,
        state TEXT NOT NULL, field TEXT NOT NULL, reason TEXT NOT NULL, raw TEXT NOT NULL, stratum TEXT NOT NULL,
        "values" TEXT NOT NULL, UNIQUE (run, slot, attempt))""",
    "CREATE INDEX rows_state ON rows (run, state, slot, attempt, field, stratum)",
    "CREATE UNIQUE INDEX rows_one ON rows (run, slot) WHERE state != 'rejected'",  # one candidate of a slot at a time
    """CREATE TABLE links (
        row INTEGER NOT NULL, position INTEGER NOT NULL, cell INTEGER NOT NULL,
        PRIMARY KEY (row, position)) WITHOUT ROWID""",
    "CREATE INDEX links_cell ON links (cell)",
    "CREATE TABLE uses (row INTEGER NOT NULL, fact TEXT NOT NULL, PRIMARY KEY (row, fact)) WITHOUT ROWID",
    """CREATE TABLE texts (
        run INTEGER NOT NULL, slot INTEGER NOT NULL, attempt INTEGER NOT NULL, text TEXT NOT NULL,
        sketch BLOB NOT NULL, bands BLOB NOT NULL, UNIQUE (run, slot, attempt))""",
    """CREATE TABLE bands (
        run INTEGER NOT NULL, hash INTEGER NOT NULL, slot INTEGER NOT NULL, attempt INTEGER NOT NULL,
        PRIMARY KEY (run, hash, slot, attempt)) WITHOUT ROWID""",
    """CREATE TABLE pages (
        number INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT NOT NULL, sha256 TEXT NOT NULL, title TEXT NOT NULL,
        text TEXT NOT NULL, at TEXT NOT NULL, meta TEXT NOT NULL, UNIQUE (url, sha256))""",
    """CREATE TABLE questions (
        number INTEGER PRIMARY KEY, run TEXT NOT NULL, text TEXT NOT NULL, perspective TEXT NOT NULL,
        turn INTEGER NOT NULL, UNIQUE (run, text, perspective))""",
    """CREATE TABLE facts (
        number INTEGER PRIMARY KEY, run TEXT NOT NULL, statement TEXT NOT NULL, quote TEXT NOT NULL,
        "start" INTEGER NOT NULL, "end" INTEGER NOT NULL, url TEXT NOT NULL, title TEXT NOT NULL,
        sha256 TEXT NOT NULL, at TEXT NOT NULL, question TEXT NOT NULL,
        UNIQUE (run, url, sha256, "start", "end", statement))""",
)
