/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run-end.h"

#include "json-read.h"

/* QEMU before 4.0 gives no reason. */
static FirnRunEnd
read_shutdown(JsonObject *data)
{
    const char *reason = firn_json_read_string(data, "reason");

    if (!firn_json_read_boolean(data, "guest", FALSE))
        return FIRN_RUN_END_UNCLEAN;
    if (reason == NULL || g_str_equal(reason, "guest-shutdown"))
        return FIRN_RUN_END_SHUT_DOWN;
    return g_str_equal(reason, "guest-reset") ? FIRN_RUN_END_UNKNOWN : FIRN_RUN_END_UNCLEAN;
}

FirnRunEnd
firn_run_end_hear(FirnRunEnd heard, const char *event, JsonObject *data)
{
    if (g_str_equal(event, "SHUTDOWN"))
        return heard == FIRN_RUN_END_RUNNING ? read_shutdown(data) : heard;
    if (g_str_equal(event, "GUEST_PANICKED"))
        return FIRN_RUN_END_UNCLEAN;
    if (g_str_equal(event, "RESET") || g_str_equal(event, "RESUME"))
        return FIRN_RUN_END_RUNNING;
    return heard;
}
