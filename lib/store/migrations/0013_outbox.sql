-- SPDX-License-Identifier: GPL-3.0-or-later
-- Messages about alerts. A message and the events it tells of are written in one transaction, before any delivery: an
-- event is told of once by each transport, and what was not delivered is still here.
CREATE TABLE outbox (
  message_id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES run (run_id),
  transport TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('alert', 'worse', 'cleared', 'digest', 'missing', 'repeat')),
  as_of INTEGER NOT NULL,
  alert_id INTEGER REFERENCES alert (alert_id),
  name TEXT NOT NULL UNIQUE,
  thread TEXT NOT NULL,
  subject TEXT NOT NULL,
  body BLOB NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'failed')),
  attempts INTEGER NOT NULL DEFAULT 0,
  last_error TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX outbox_by_state ON outbox (state, message_id);
CREATE TABLE outbox_event (
  transport TEXT NOT NULL,
  event_id INTEGER NOT NULL REFERENCES alert_event (event_id),
  message_id INTEGER REFERENCES outbox (message_id),
  PRIMARY KEY (transport, event_id)
) STRICT, WITHOUT ROWID;
