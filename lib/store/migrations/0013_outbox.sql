-- SPDX-License-Identifier: GPL-3.0-or-later
-- Messages about alerts. A message and the events it tells of are written in one transaction, before any delivery: an
-- event is told of once by each transport, and what was not delivered is still here.

-- text: what a person reads. body: the bytes that are delivered, with pictures; emptied when they are. name: of the file
-- and of the Message-ID; thread: the name of the message that told of the alert first.
CREATE TABLE outbox (
  message_id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES run (run_id),
  transport TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('alert', 'worse', 'cleared', 'digest', 'missing', 'repeat')),
  as_of INTEGER NOT NULL,
  alert_id INTEGER REFERENCES alert (alert_id),
  name TEXT NOT NULL,
  thread TEXT NOT NULL,
  subject TEXT NOT NULL,
  text TEXT NOT NULL,
  body BLOB NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'dropped')),
  attempts INTEGER NOT NULL DEFAULT 0,
  last_error TEXT NOT NULL DEFAULT '',
  UNIQUE (transport, name)
) STRICT;
CREATE INDEX outbox_by_state ON outbox (state, message_id);

-- Which events a transport has dealt with: told of by a message, quiet (nothing to say), or muted (silenced, explained by
-- a data-quality alert, or of a level without messages).
CREATE TABLE outbox_event (
  transport TEXT NOT NULL,
  event_id INTEGER NOT NULL REFERENCES alert_event (event_id),
  message_id INTEGER REFERENCES outbox (message_id),
  verdict TEXT NOT NULL CHECK (verdict IN ('told', 'quiet', 'muted')),
  PRIMARY KEY (transport, event_id),
  CHECK ((verdict = 'told') = (message_id IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- What a message says of each of its alerts; event_id: the newest event of the alert at that time.
CREATE TABLE outbox_alert (
  message_id INTEGER NOT NULL REFERENCES outbox (message_id),
  alert_id INTEGER NOT NULL REFERENCES alert (alert_id),
  event_id INTEGER NOT NULL REFERENCES alert_event (event_id),
  kind TEXT NOT NULL CHECK (kind IN ('alert', 'worse', 'cleared', 'missing', 'repeat')),
  level TEXT NOT NULL,
  PRIMARY KEY (message_id, alert_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_alert_by_alert ON outbox_alert (alert_id);
