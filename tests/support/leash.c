/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "leash.h"

#include <poll.h>
#include <sys/pidfd.h>
#include <unistd.h>

#define SCRIPT                                                                                     \
    "echo $$ >\"$0/pid\"; while [ -d \"$0\" ] && kill -0 $$; do sleep 0.2; done >/dev/null 2>&1 "  \
    "</dev/null && kill -9 $$ 2>/dev/null & exec \"$@\""

static void
add_quoted(GString *line, const char *word)
{
    g_autofree char *quoted = g_shell_quote(word);

    g_string_append_printf(line, "%s%s", line->len == 0 ? "" : " ", quoted);
}

char *
firn_test_leash_on(const char *folder, GPtrArray *words)
{
    GString *line = g_string_new("/bin/sh -c");

    add_quoted(line, SCRIPT);
    add_quoted(line, folder);
    for (guint i = 0; i < words->len; i++)
        add_quoted(line, words->pdata[i]);
    return g_string_free(line, FALSE);
}

GPid
firn_test_leash_read_pid(const char *folder)
{
    g_autofree char *path = g_build_filename(folder, "pid", NULL);
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;

    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    return (GPid)g_ascii_strtoll(text, NULL, 10);
}

gboolean
firn_test_leash_is_gone(GPid pid)
{
    struct pollfd process = {pidfd_open(pid, 0), POLLIN, 0};
    gboolean is_gone = process.fd < 0 || poll(&process, 1, 0) == 1;

    if (process.fd >= 0)
        close(process.fd);
    return is_gone;
}

gboolean
firn_test_leash_holds(const char *folder)
{
    g_autofree char *path = g_build_filename(folder, "pid", NULL);

    return g_file_test(path, G_FILE_TEST_EXISTS) &&
           !firn_test_leash_is_gone(firn_test_leash_read_pid(folder));
}
