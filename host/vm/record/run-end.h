/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

/**
 * FirnRunEnd:
 * @FIRN_RUN_END_NONE: no information
 * @FIRN_RUN_END_RUNNING: it has not ended yet, as far as known
 * @FIRN_RUN_END_SHUT_DOWN: the guest has shut down by itself
 * @FIRN_RUN_END_UNCLEAN: QEMU was killed or told to quit, or the guest crashed
 * @FIRN_RUN_END_UNKNOWN: the end of the last run, if there was one, was not seen
 * @FIRN_RUN_END_FILESYSTEM: firn has restored disks of a guest whose file systems were frozen
 * @FIRN_RUN_END_APPLICATION: and whose applications had flushed their data
 *
 * How the last run of a VM ended, which decides the consistency of its disks.
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
 * @heard: result of earlier events in this run; %FIRN_RUN_END_RUNNING: none
 * @event: name of an event of QEMU's monitor
 * @data: (nullable): its data
 *
 * A guest that has shut down stays shut down if QEMU is told to quit afterwards, as libvirt does.
 * QEMU reports "guest-reset" for a reboot that ends it and for a triple fault, so that reason
 * proves nothing.
 *
 * Source: QEMU, qapi/run-state.json: SHUTDOWN, ShutdownCause, GUEST_PANICKED, RESET.
 *
 * Returns: what is known after this event
 */
FirnRunEnd firn_run_end_hear(FirnRunEnd heard, const char *event, JsonObject *data);
