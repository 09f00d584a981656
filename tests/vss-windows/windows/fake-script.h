/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/**
 * firn_fake_script_start:
 *
 * Plays C:\fakevss\script.txt in a thread of its own, a word per line:
 *
 * - the name of a call, as "prepare-snapshot": calls the writer, and waits for its return;
 * - "begin CALL": calls it on another thread; "join" waits for that;
 * - "elsewhere CALL": calls it on another thread, and waits;
 * - "await FILE": waits until C:\fakevss\FILE exists;
 * - "ended NAME.exe": a process of that name is a fault, unless it ends at once;
 * - "other-set": calls that follow are of another snapshot set;
 * - "set": and now of the first again;
 * - "die": this process ends at once.
 *
 * After the last line it adds "end" to the transcript.
 */
void firn_fake_script_start(void);
