/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu-version.h"

#include <string.h>

#include "confined-process.h"
#include "host-error.h"

#define BANNER "QEMU emulator version "

static const FirnToolLimits limits = {.cpu_s = 10, .wall_ms = 10000, .output_bytes = 64 * 1024};

static gboolean
names_qemu(const char *word)
{
    g_autofree char *name = g_path_get_basename(word);

    return g_str_has_prefix(name, "qemu-system-") || g_str_equal(name, "qemu-kvm") ||
           g_str_equal(name, "kvm");
}

char *
firn_qemu_version_find_program(const char *launch)
{
    g_auto(GStrv) words = NULL;

    if (!g_shell_parse_argv(launch, NULL, &words, NULL))
        return NULL;
    for (char **word = words; *word != NULL; word++)
        if (names_qemu(*word))
            return g_strdup(*word);
    return NULL;
}

char *
firn_qemu_version_ask(const char *program, GError **error)
{
    const char *const argv[] = {program, "--version", NULL};
    g_autoptr(FirnToolResult) result = firn_confined_process_run(argv, &limits, error);

    if (result == NULL)
        return NULL;
    if (!result->succeeded || !g_str_has_prefix(result->output, BANNER) ||
        !g_ascii_isdigit(result->output[strlen(BANNER)])) {
        firn_host_error_set(error,
                            FIRN_HOST_ERROR_FAILED,
                            "%s does not report its version: %s",
                            program,
                            result->complaint);
        return NULL;
    }
    return g_strndup(result->output + strlen(BANNER),
                     strspn(result->output + strlen(BANNER), "0123456789."));
}

static gboolean
parse(const char *version, guint64 *out_major, guint64 *out_minor)
{
    char *end = NULL;

    *out_major = g_ascii_strtoull(version, &end, 10);
    if (end == version || *end != '.' || !g_ascii_isdigit(end[1]))
        return FALSE;
    *out_minor = g_ascii_strtoull(end + 1, NULL, 10);
    return TRUE;
}

gboolean
firn_qemu_version_is_older(const char *version, const char *than)
{
    guint64 major;
    guint64 minor;
    guint64 than_major;
    guint64 than_minor;

    if (!parse(version, &major, &minor) || !parse(than, &than_major, &than_minor))
        return FALSE;
    return major < than_major || (major == than_major && minor < than_minor);
}
