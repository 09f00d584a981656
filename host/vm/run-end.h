/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

/**
 * FirnRunEnd:
 * @FIRN_RUN_END_NONE: nobody says anything
 * @FIRN_RUN_END_RUNNING: it has not ended yet, as far as was seen
 * @FIRN_RUN_END_SHUT_DOWN: the guest has shut down by itself
 * @FIRN_RUN_END_UNCLEAN: QEMU was killed or told to quit, or the guest crashed
 * @FIRN_RUN_END_UNKNOWN: nobody saw how its last run ended, if there was one
 * @FIRN_RUN_END_FILESYSTEM: firn has gone back to disks that hold a guest whose file systems were
 * frozen
 * @FIRN_RUN_END_APPLICATION: and whose applications had written out what they had
 *
 * How the last run of a VM has ended: what its disks hold follows from it.
 */
typedef enum {
    FIRN_RUN_END_NONE,
    FIRN_RUN_END_RUNNING,
    FIRN_RUN_END_SHUT_DOWN,
    FIRN_RUN_END_UNCLEAN,
    FIRN_RUN_END_UNKNOWN,
    FIRN_RUN_END_FILESYSTEM,
    FIRN_RUN_END_APPLICATION,
} FirnRunEnd;

/**
 * firn_run_end_hear:
 * @heard: what was heard in this run before; %FIRN_RUN_END_RUNNING: nothing
 * @event: name of an event of QEMU's monitor
 * @data: (nullable): its data
 *
 * A guest that has shut down stays so when its QEMU is told to quit afterwards, as libvirt does.
 * "guest-reset" is what QEMU says of a reboot that ends it, and of a triple fault: that proves
 * nothing.
 *
 * Source: QEMU, qapi/run-state.json: SHUTDOWN, ShutdownCause, GUEST_PANICKED, RESET.
 *
 * Returns: what is known after this event
 */
FirnRunEnd firn_run_end_hear(FirnRunEnd heard, const char *event, JsonObject *data);

/**
 * firn_run_end_to_word:
 * @self: an end
 *
 * Returns: (transfer none): "none", "running", "shut-down", "unclean", "unknown", "filesystem" or
 * "application"
 */
const char *firn_run_end_to_word(FirnRunEnd self);

/**
 * firn_run_end_from_word:
 * @word: a word
 * @out_end: (out): what it means; untouched on failure
 *
 * Returns: whether it is a word of firn_run_end_to_word()
 */
gboolean firn_run_end_from_word(const char *word, FirnRunEnd *out_end);
