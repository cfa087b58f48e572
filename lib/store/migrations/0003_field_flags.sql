-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the checks at import found about a flow or a day: the same bits as those of results and estimates (wet_weather,
-- flow_unusual). Rows from before were not checked.
ALTER TABLE field ADD COLUMN flags INTEGER NOT NULL DEFAULT 0;
