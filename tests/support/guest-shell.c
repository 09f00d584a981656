/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-shell.h"

#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

#include "wire.h"

#define CONNECT_MS 20000

struct FirnTestGuestShell {
    char *path;         /* (owned) */
    FirnTestWire *wire; /* (owned) (nullable) NULL until used, and after an error */
    guint last_token;
};

FirnTestGuestShell *
firn_test_guest_shell_new(const char *path)
{
    FirnTestGuestShell *shell = g_new0(FirnTestGuestShell, 1);

    shell->path = g_strdup(path);
    return shell;
}

/* Output of commands that were given up may come first: only what precedes our token counts. */
static char *
read_answer(FirnTestGuestShell *shell, gint64 deadline_us, int *out_status, GError **error)
{
    g_autoptr(GString) output = g_string_new(NULL);

    for (;;) {
        g_autofree char *line = firn_test_wire_read_line(shell->wire, deadline_us, error);
        guint token;
        int status;

        if (line == NULL)
            return NULL;
        if (sscanf(line, "firn-done %d t%u", &status, &token) != 2) {
            g_string_append_printf(output, "%s\n", line);
        } else if (token != shell->last_token) {
            g_string_truncate(output, 0);
        } else {
            if (out_status != NULL)
                *out_status = status;
            /* the guest puts one line end in front of firn-done */
            g_string_truncate(output, output->len > 0 ? output->len - 1 : 0);
            return g_string_free(g_steal_pointer(&output), FALSE);
        }
    }
}

char *
firn_test_guest_shell_run(FirnTestGuestShell *shell,
                          const char *command,
                          guint deadline_ms,
                          int *out_status,
                          GError **error)
{
    gint64 deadline_us = firn_test_wire_deadline(deadline_ms);
    g_autofree char *request = g_strdup_printf("t%u %s\n", ++shell->last_token, command);
    g_autoptr(GError) failure = NULL;
    char *answer = NULL;

    g_assert_null(strchr(command, '\n'));
    if (shell->wire == NULL)
        shell->wire = firn_test_wire_connect(shell->path, CONNECT_MS, &failure);
    if (shell->wire != NULL && firn_test_wire_send(shell->wire, request, &failure))
        answer = read_answer(shell, deadline_us, out_status, &failure);
    if (failure != NULL) {
        if (!g_error_matches(failure, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
            g_clear_pointer(&shell->wire, firn_test_wire_free);
        g_propagate_prefixed_error(error, g_steal_pointer(&failure), "in guest: %s: ", command);
    }
    return answer;
}

void
firn_test_guest_shell_hang_up(FirnTestGuestShell *shell)
{
    g_clear_pointer(&shell->wire, firn_test_wire_free);
}

void
firn_test_guest_shell_free(FirnTestGuestShell *shell)
{
    if (shell == NULL)
        return;
    firn_test_wire_free(shell->wire);
    g_free(shell->path);
    g_free(shell);
}
