/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lvm-tool.h"

#include <string.h>

#include "confined-process.h"
#include "engine-error.h"

/* A command waits for the locks of others, and for slow storage. */
#define LIST_MS (60 * 1000)
/* What a change prints is only for its message. */
#define CHANGE_BYTES (1024 * 1024)

static const FirnToolLimits list_limits = {0, 0, LIST_MS, FIRN_LVM_REPORT_BYTES_MAX};

static gboolean
fail(const char *command, FirnEngineError code, const char *complaint, GError **error)
{
    g_set_error(error, FIRN_ENGINE_ERROR, code, "lvm %s: %s", command, complaint);
    return FALSE;
}

gboolean
firn_lvm_tool_is_there(void)
{
    return g_file_test("/sbin/lvm", G_FILE_TEST_IS_EXECUTABLE) ||
           g_file_test("/usr/sbin/lvm", G_FILE_TEST_IS_EXECUTABLE);
}

GPtrArray *
firn_lvm_tool_list(const char *vg, GError **error)
{
    const char *argv[] = {"lvm",
                          "lvs",
                          "--all",
                          "--reportformat",
                          "json",
                          "--binary",
                          "--units",
                          "b",
                          "--nosuffix",
                          "--options",
                          FIRN_LVM_REPORT_FIELDS,
                          "--",
                          vg,
                          NULL};
    g_autoptr(FirnToolResult) result = firn_confined_process_run(argv, &list_limits, error);

    if (result == NULL)
        return NULL;
    if (!result->succeeded) {
        fail("lvs", FIRN_ENGINE_ERROR_FAILED, result->complaint, error);
        return NULL;
    }
    return firn_lvm_report_parse(result->output, result->length, error);
}

/* Depends on LVM's messages, as of 2.03.16. */
static FirnEngineError
classify(const char *complaints)
{
    if (strstr(complaints, "insufficient free space") != NULL ||
        strstr(complaints, "free space") != NULL)
        return FIRN_ENGINE_ERROR_NO_SPACE;
    if (strstr(complaints, "already exists in volume group") != NULL)
        return FIRN_ENGINE_ERROR_EXISTS;
    if (strstr(complaints, "in use") != NULL)
        return FIRN_ENGINE_ERROR_IN_USE;
    return FIRN_ENGINE_ERROR_FAILED;
}

gboolean
firn_lvm_tool_change(const char *const *arguments, guint deadline_ms, GError **error)
{
    const FirnToolLimits limits = {.wall_ms = MIN(deadline_ms, (guint)G_MAXINT),
                                   .output_bytes = CHANGE_BYTES,
                                   .is_left_running = TRUE};
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    g_autoptr(FirnToolResult) result = NULL;

    g_ptr_array_add(argv, (gpointer) "lvm");
    g_ptr_array_add(argv, (gpointer)arguments[0]);
    g_ptr_array_add(argv, (gpointer) "--yes");
    for (guint i = 1; arguments[i] != NULL; i++)
        g_ptr_array_add(argv, (gpointer)arguments[i]);
    g_ptr_array_add(argv, NULL);
    result = firn_confined_process_run((const char *const *)argv->pdata, &limits, error);
    if (result == NULL)
        return FALSE;
    return result->succeeded ||
           fail(arguments[0], classify(result->complaints), result->complaint, error);
}
