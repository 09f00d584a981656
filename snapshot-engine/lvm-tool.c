/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lvm-tool.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "checked-open.h"
#include "engine-error.h"
#include "file-descriptor.h"
#include "printable.h"

/* A command waits for the locks of others, and for slow storage. */
#define LIST_MS (60 * 1000)
/* What a change prints is only for its message. */
#define CHANGE_BYTES         (1024 * 1024)
#define COMPLAINT_CHARACTERS 256
/* All that lvcreate gets from firn; of other programs the rest does not matter. */
#define ARGUMENTS_BYTES 4096

static const FirnToolLimits list_limits = {0, 0, LIST_MS, FIRN_LVM_REPORT_BYTES_MAX};
static const FirnToolLimits change_limits = {.wall_ms = G_MAXINT,
                                             .output_bytes = CHANGE_BYTES,
                                             .is_left_running = TRUE};

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

static gboolean
is_warning(const char *line)
{
    return strstr(line, "WARNING: ") != NULL;
}

/* lvm may warn of something else after it has said what is wrong. */
static char *
find_complaint(const FirnToolResult *result)
{
    g_auto(GStrv) lines = g_strsplit(result->complaints, "\n", 0);

    for (guint i = g_strv_length(lines); is_warning(result->complaint) && i > 0; i--)
        if (*g_strstrip(lines[i - 1]) != '\0' && !is_warning(lines[i - 1]))
            return firn_printable_clip(lines[i - 1], COMPLAINT_CHARACTERS);
    return g_strdup(result->complaint);
}

static gboolean
judge(const char *command, const FirnToolResult *result, GError **error)
{
    g_autofree char *complaint = result->succeeded ? NULL : find_complaint(result);

    return result->succeeded || fail(command, classify(result->complaints), complaint, error);
}

gboolean
firn_lvm_tool_change(const char *const *arguments, guint deadline_ms, GError **error)
{
    FirnToolLimits limits = change_limits;
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    g_autoptr(FirnToolResult) result = NULL;

    limits.wall_ms = MIN(deadline_ms, (guint)G_MAXINT);

    g_ptr_array_add(argv, (gpointer) "lvm");
    g_ptr_array_add(argv, (gpointer)arguments[0]);
    g_ptr_array_add(argv, (gpointer) "--yes");
    for (guint i = 1; arguments[i] != NULL; i++)
        g_ptr_array_add(argv, (gpointer)arguments[i]);
    g_ptr_array_add(argv, NULL);
    result = firn_confined_process_run((const char *const *)argv->pdata, &limits, error);
    return result != NULL && judge(arguments[0], result, error);
}

/* lvm takes commands from a file if it knows no command of that name. Its first line tells that it
 * is one. Source: lvm(8). */
FirnConfinedProcess *
firn_lvm_tool_start(const char *argument, GError **error)
{
    const char *argv[] = {"lvm", "/proc/self/fd/0", argument, NULL};
    g_autoptr(FirnConfinedProcess) lvm = firn_confined_process_start(argv, &change_limits, error);

    if (lvm == NULL || !firn_confined_process_write(lvm, "#!lvm\n", error))
        return NULL;
    return g_steal_pointer(&lvm);
}

gboolean
firn_lvm_tool_tell(FirnConfinedProcess *lvm, const char *const *arguments, GError **error)
{
    g_autofree char *rest = g_strjoinv(" ", (char **)arguments + 1);
    g_autofree char *line = g_strdup_printf("%s --yes %s\n", arguments[0], rest);

    return firn_confined_process_write(lvm, line, error);
}

gboolean
firn_lvm_tool_wait(FirnConfinedProcess *lvm, const char *command, guint deadline_ms, GError **error)
{
    g_autoptr(FirnToolResult) result =
        firn_confined_process_end(lvm, MIN(deadline_ms, (guint)G_MAXINT), error);

    return result != NULL && judge(command, result, error);
}

static gboolean
has_argument(const char *pid, const char *argument)
{
    g_autofree char *path = g_build_filename("/proc", pid, "cmdline", NULL);
    g_auto(FirnFileDescriptor) file =
        firn_checked_open(path, FIRN_FILE_KIND_REGULAR, O_RDONLY, NULL);
    char text[ARGUMENTS_BYTES + 1] = "";
    ssize_t length = file < 0 ? 0 : read(file, text, ARGUMENTS_BYTES);

    for (ssize_t at = 0; at < length; at += (ssize_t)strlen(text + at) + 1)
        if (g_str_equal(text + at, argument))
            return TRUE;
    return FALSE;
}

gboolean
firn_lvm_tool_is_running(const char *argument)
{
    g_autoptr(GDir) processes = g_dir_open("/proc", 0, NULL);
    const char *name;

    while (processes != NULL && (name = g_dir_read_name(processes)) != NULL)
        if (g_ascii_isdigit(*name) && has_argument(name, argument))
            return TRUE;
    return FALSE;
}
