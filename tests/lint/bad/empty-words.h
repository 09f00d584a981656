/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Caught by empty-words as qmp/bad.h */
#pragma once

/**
 * firn_good:
 * @error: untouched if the guest is gone
 *
 * Documented.
 */
void firn_good(GError **error);

/**
 * firn_bad:
 * @error: return location for a #GError
 *
 * Documented.
 */
void firn_bad(GError **error);
