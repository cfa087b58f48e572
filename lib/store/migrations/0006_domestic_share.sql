-- SPDX-License-Identifier: GPL-3.0-or-later
-- Share of the flow that households give (生活污水占比), 0..1, as the field sheet or report says.
ALTER TABLE field ADD COLUMN domestic_share REAL CHECK (domestic_share > 0 AND domestic_share <= 1);
