/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Caught by doc-comment as qmp/bad.h */
#pragma once

/**
 * firn_good:
 *
 * Documented.
 */
void firn_good(void);

int firn_bad(const char *text);
