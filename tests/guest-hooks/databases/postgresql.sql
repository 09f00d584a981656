-- SPDX-License-Identifier: LGPL-2.1-or-later
CREATE TABLE accounts (id int PRIMARY KEY, balance int NOT NULL);

INSERT INTO accounts VALUES (0, 1000), (1, 1000), (2, 1000), (3, 1000), (4, 1000), (5, 1000), (6, 1000);

CREATE TABLE transfers (n int PRIMARY KEY);

