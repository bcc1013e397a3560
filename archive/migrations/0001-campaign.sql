-- One campaign: what was asked, who works on it, and everything that was done. Attempts are never deleted.

CREATE TABLE campaign (
  id          INTEGER PRIMARY KEY CHECK (id = 1),
  name        TEXT NOT NULL,              -- label of everything this campaign creates outside its directory
  created_at  TEXT NOT NULL,
  seed        INTEGER NOT NULL,
  suite       TEXT NOT NULL,              -- name, for people
  config      TEXT NOT NULL CHECK (json_valid(config)),  -- all settings as they were at the start
  simulated   INTEGER NOT NULL CHECK (simulated IN (0, 1)),
  finished    TEXT                        -- why there is nothing left to do; NULL while there is
) STRICT;

-- One row for each `evolver run`. `seen_at` is renewed while it works, so a crash loses little of the time spent.
CREATE TABLE sessions (
  id          INTEGER PRIMARY KEY,
  started_at  TEXT NOT NULL,
  seen_at     TEXT NOT NULL,
  ended_at    TEXT,
  end_reason  TEXT,
  workers     INTEGER NOT NULL,
  engine      TEXT NOT NULL
) STRICT;

CREATE TABLE tasks (
  position    INTEGER PRIMARY KEY,
  id          TEXT NOT NULL UNIQUE,
  digest      TEXT NOT NULL,
  split       TEXT NOT NULL CHECK (split IN ('search', 'holdout'))
) STRICT;

CREATE TABLE agents (
  id          INTEGER PRIMARY KEY CHECK (id >= 0),
  parent      INTEGER REFERENCES agents (id),
  depth       INTEGER NOT NULL,
  commit_id   TEXT NOT NULL UNIQUE,
  tree_id     TEXT NOT NULL UNIQUE,
  name        TEXT NOT NULL,
  summary     TEXT NOT NULL,
  created_at  TEXT NOT NULL,
  CHECK ((parent IS NULL) = (id = 0))
) STRICT;

CREATE TABLE decisions (
  number      INTEGER PRIMARY KEY,
  at          TEXT NOT NULL,
  kind        TEXT NOT NULL CHECK (kind IN ('evaluate', 'expand')),
  agent       INTEGER NOT NULL REFERENCES agents (id),
  task        TEXT REFERENCES tasks (id),
  reason      TEXT NOT NULL,
  detail      TEXT NOT NULL CHECK (json_valid(detail))
) STRICT;

CREATE TABLE evaluations (
  id                INTEGER PRIMARY KEY,
  agent             INTEGER NOT NULL REFERENCES agents (id),
  task              TEXT NOT NULL REFERENCES tasks (id),
  attempt           INTEGER NOT NULL,
  decision          INTEGER NOT NULL REFERENCES decisions (number),
  started_at        TEXT NOT NULL,
  ended_at          TEXT,
  outcome           TEXT CHECK (outcome IN ('solved', 'unsolved', 'empty-patch', 'timed-out', 'crashed', 'over-budget',
                                            'infrastructure-error', 'interrupted')),
  reward            REAL,
  detail            TEXT,
  prompt_tokens     INTEGER NOT NULL DEFAULT 0,
  completion_tokens INTEGER NOT NULL DEFAULT 0,
  cost_usd          REAL DEFAULT 0,       -- NULL: not known
  agent_seconds     REAL,
  grader_seconds    REAL,
  UNIQUE (agent, task, attempt),
  CHECK ((ended_at IS NULL) = (outcome IS NULL))
) STRICT;

-- No agent-task pair counts twice, whatever the program does.
CREATE UNIQUE INDEX evaluations_counted ON evaluations (agent, task)
  WHERE outcome IN ('solved', 'unsolved', 'empty-patch', 'timed-out', 'crashed', 'over-budget');
-- Nor is it at work twice.
CREATE UNIQUE INDEX evaluations_running ON evaluations (agent, task) WHERE outcome IS NULL;

CREATE TABLE expansions (
  id                INTEGER PRIMARY KEY,
  parent            INTEGER NOT NULL REFERENCES agents (id),
  child             INTEGER UNIQUE REFERENCES agents (id),
  decision          INTEGER NOT NULL REFERENCES decisions (number),
  started_at        TEXT NOT NULL,
  ended_at          TEXT,
  outcome           TEXT CHECK (outcome IN ('admitted', 'rejected', 'infrastructure-error', 'interrupted')),
  reason            TEXT,
  detail            TEXT,
  proposal          TEXT,
  prompt_tokens     INTEGER NOT NULL DEFAULT 0,
  completion_tokens INTEGER NOT NULL DEFAULT 0,
  cost_usd          REAL DEFAULT 0,
  seconds           REAL,
  CHECK ((ended_at IS NULL) = (outcome IS NULL)),
  CHECK ((child IS NOT NULL) = (outcome IS NOT NULL AND outcome = 'admitted')),
  CHECK ((reason IS NOT NULL) = (outcome IS NOT NULL AND outcome = 'rejected'))
) STRICT;

CREATE TABLE model_calls (
  run               TEXT NOT NULL,
  sequence          INTEGER NOT NULL,
  role              TEXT NOT NULL,
  model             TEXT NOT NULL,
  simulated         INTEGER NOT NULL,
  started_at        TEXT NOT NULL,
  queued_ms         REAL NOT NULL,
  duration_ms       REAL NOT NULL,
  status            INTEGER NOT NULL,
  streamed          INTEGER NOT NULL,
  prompt_tokens     INTEGER NOT NULL,
  completion_tokens INTEGER NOT NULL,
  estimated         INTEGER NOT NULL,
  cost_usd          REAL,
  error             TEXT,
  PRIMARY KEY (run, sequence)
) STRICT, WITHOUT ROWID;

-- What people changed while the campaign lived: budgets, workers.
CREATE TABLE controls (
  id          INTEGER PRIMARY KEY,
  at          TEXT NOT NULL,
  setting     TEXT NOT NULL,
  value       TEXT NOT NULL CHECK (json_valid(value))
) STRICT;
