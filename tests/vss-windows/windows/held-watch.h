/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/**
 * firn_held_watch_begin:
 *
 * Begins to watch what the product must not write to while VSS holds writes: %ProgramData%\firn,
 * and HKLM\SOFTWARE\firn.
 */
void firn_held_watch_begin(void);

/**
 * firn_held_watch_end:
 *
 * Adds a fault to the transcript for each of them that has changed since. Harmless without a begin.
 */
void firn_held_watch_end(void);
