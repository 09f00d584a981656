/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu-machines.h"

#include <string.h>

#include "confined-process.h"
#include "host-error.h"

#define BANNER "Supported machines are:"
#define ALIAS  "(alias of "
#define TYPE   "type="

static const FirnToolLimits limits = {.cpu_s = 10, .wall_ms = 10000, .output_bytes = 256 * 1024};

static gboolean
is_option(const char *word)
{
    return g_str_equal(word, "-M") || g_str_equal(word, "-machine") ||
           g_str_equal(word, "--machine");
}

/* "q35" of "q35,accel=tcg" and of "accel=tcg,type=q35" */
static char *
find_type(const char *value)
{
    g_auto(GStrv) parts = g_strsplit(value, ",", -1);

    for (char **part = parts; *part != NULL; part++)
        if (g_str_has_prefix(*part, TYPE))
            return g_strdup(*part + strlen(TYPE));
    return parts[0] == NULL || strchr(parts[0], '=') != NULL ? NULL : g_strdup(parts[0]);
}

/* If the option is repeated, the last one counts, as for QEMU. */
char *
firn_qemu_machines_find_name(const char *launch)
{
    g_auto(GStrv) words = NULL;
    g_autofree char *found = NULL;

    if (!g_shell_parse_argv(launch, NULL, &words, NULL))
        return NULL;
    for (char **word = words; word[0] != NULL && word[1] != NULL; word++) {
        g_autofree char *type = is_option(word[0]) ? find_type(word[1]) : NULL;

        if (type != NULL) {
            g_free(found);
            found = g_steal_pointer(&type);
        }
    }
    return g_steal_pointer(&found);
}

/* The machine type of a line of -machine help, if the line is about @name. */
static char *
read_line(const char *line, const char *name)
{
    gsize length = strcspn(line, " ");
    const char *alias = strstr(line, ALIAS);

    if (length == 0 || length != strlen(name) || strncmp(line, name, length) != 0)
        return NULL;
    if (alias == NULL)
        return g_strdup(name);
    return g_strndup(alias + strlen(ALIAS), strcspn(alias + strlen(ALIAS), ")"));
}

gboolean
firn_qemu_machines_resolve(const char *program, const char *name, char **out_type, GError **error)
{
    const char *const argv[] = {program, "-machine", "help", NULL};
    g_autoptr(FirnToolResult) result = firn_confined_process_run(argv, &limits, error);
    g_auto(GStrv) lines = NULL;

    if (result == NULL)
        return FALSE;
    if (!result->succeeded || !g_str_has_prefix(result->output, BANNER))
        return firn_host_error_set(error,
                                   FIRN_HOST_ERROR_FAILED,
                                   "%s does not list its machine types: %s",
                                   program,
                                   result->complaint);
    lines = g_strsplit(result->output, "\n", -1);
    *out_type = NULL;
    for (char **line = lines + 1; *line != NULL && *out_type == NULL; line++)
        *out_type = read_line(*line, name);
    return TRUE;
}
