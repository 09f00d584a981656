/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run-end.h"

#include "json-read.h"

static const char *const words[] =
    {"none", "running", "shut-down", "unclean", "unknown", "filesystem", "application"};
G_STATIC_ASSERT(G_N_ELEMENTS(words) == FIRN_RUN_END_APPLICATION + 1);

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

const char *
firn_run_end_to_word(FirnRunEnd self)
{
    return words[self];
}

gboolean
firn_run_end_from_word(const char *word, FirnRunEnd *out_end)
{
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (g_str_equal(words[i], word)) {
            *out_end = (FirnRunEnd)i;
            return TRUE;
        }
    return FALSE;
}
