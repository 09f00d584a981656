/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gio/gunixfdlist.h>

#include "bus-client.h"
#include "child-command.h"
#include "command.h"
#include "create-request.h"
#include "printable.h"
#include "quiesce-report.h"

static FirnCreateRequest request; /* for its durations */
static gboolean is_unused;        /* everything after --exec is taken before options are read */

/* clang-format off */
static const GOptionEntry options[] = {
    {"exec", 0, 0, G_OPTION_ARG_NONE, &is_unused,
     "Everything after this is the command to run while the guests are frozen", NULL},
    {"frozen-max", 0, 0, G_OPTION_ARG_STRING, &request.frozen_max,
     "How long the guests may stay frozen (default 30s; Windows 8s)", "TIME"},
    {"freeze-wait", 0, 0, G_OPTION_ARG_STRING, &request.freeze_wait,
     "How long a guest may take to freeze (default 60s)", "TIME"},
    {NULL},
};
/* clang-format on */

typedef struct {
    FirnQuiesceReport *view; /* (owned) (nullable) */
    GPtrArray *vms;          /* (owned) (element-type FirnDBusVM) */
    guint64 expires_us;
    const char *command; /* its name */
} Window;

static void
window_clear(Window *self)
{
    g_clear_pointer(&self->view, firn_quiesce_report_free);
    g_clear_pointer(&self->vms, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Window, window_clear)

static gboolean
find_vms(FirnCli *cli, Window *window, char **names, guint n_names, GError **error)
{
    window->vms = g_ptr_array_new_with_free_func(g_object_unref);
    for (guint i = 0; i < n_names; i++) {
        FirnDBusVM *vm = firn_client_vm(cli, names[i], FIRN_LOAD_PROPERTIES, error);

        if (vm == NULL)
            return FALSE;
        g_ptr_array_add(window->vms, vm);
    }
    return TRUE;
}

static void
take_lease(Window *window, int lease)
{
    window->view = firn_quiesce_report_new(lease);
    for (guint i = 0; i < window->vms->len; i++)
        firn_quiesce_report_add_vm(window->view,
                                   firn_dbus_vm_get_uuid(window->vms->pdata[i]),
                                   firn_dbus_vm_get_name(window->vms->pdata[i]));
}

/* Without a time-out: if firn dies, firnd thaws the guests. */
static gboolean
freeze(FirnCli *cli, Window *window, GVariant *call_options, GError **error)
{
    g_autoptr(FirnDBusManager) manager = firn_client_manager(cli, FIRN_LOAD_NOTHING, error);
    g_autoptr(GPtrArray) paths = g_ptr_array_new();
    g_autoptr(GUnixFDList) fds = NULL;
    g_autoptr(GVariant) handle = NULL;
    g_autoptr(GVariant) details = NULL;
    int lease;

    for (guint i = 0; i < window->vms->len; i++)
        g_ptr_array_add(paths, (char *)g_dbus_proxy_get_object_path(window->vms->pdata[i]));
    g_ptr_array_add(paths, NULL);
    if (manager == NULL || !firn_dbus_manager_call_quiesce_sync(manager,
                                                                (const char *const *)paths->pdata,
                                                                call_options,
                                                                FIRN_CALL_FLAGS,
                                                                G_MAXINT,
                                                                NULL,
                                                                &handle,
                                                                &details,
                                                                &fds,
                                                                NULL,
                                                                error))
        return FALSE;
    g_variant_lookup(details, "expires", "t", &window->expires_us);
    lease = g_unix_fd_list_get(fds, g_variant_get_handle(handle), error);
    if (lease == -1)
        return FALSE;
    take_lease(window, lease);
    return TRUE;
}

static void
on_early_end(gpointer user_data)
{
    Window *window = user_data;
    g_autofree char *why = firn_quiesce_report_read_some(window->view);
    g_autofree char *command = firn_printable(window->command);

    firn_report_warning("%s; terminating %s, which is still running", why, command);
}

static int
run_command(Window *window, char **argv)
{
    g_auto(GStrv) environment = g_get_environ();
    g_autofree char *names = firn_quiesce_report_dup_names(window->view);
    g_autofree char *until =
        g_strdup_printf("%" G_GUINT64_FORMAT, window->expires_us / G_USEC_PER_SEC);
    g_autoptr(GError) error = NULL;
    FirnChildCommand command = {
        .argv = argv,
        .lease = firn_quiesce_report_get_lease(window->view),
        .on_early_end = on_early_end,
        .user_data = window,
    };
    int status;

    environment = g_environ_setenv(environment, "FIRN_VMS", names, TRUE);
    environment = g_environ_setenv(environment, "FIRN_FROZEN_UNTIL", until, TRUE);
    command.environment = environment;
    window->command = argv[0];
    status = firn_child_command_run(&command, &error);
    if (error != NULL)
        firn_report_warning("%s", error->message);
    return status;
}

static int
complain_about_command(const char *name, int status)
{
    g_autofree char *printable = firn_printable(name);

    firn_report_warning("%s: %s; no guest was frozen",
                        printable,
                        status == FIRN_CHILD_COMMAND_NOT_FOUND ? "no such program"
                                                               : "cannot be executed");
    return status;
}

static int
run(FirnCli *cli, char **operands, guint n_operands)
{
    g_auto(Window) window = {NULL};
    g_autoptr(GVariant) call_options = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *path = NULL;
    gboolean has_held;
    int status = 0;

    if (n_operands < 1 || cli->executed == NULL || cli->executed[0] == NULL)
        return firn_cli_usage(cli, "at least one VM and --exec COMMAND are required");
    call_options = firn_create_request_to_options(&request, &error);
    if (call_options == NULL)
        return firn_cli_usage(cli, "%s", error->message);
    path = firn_child_command_find(cli->executed[0], &status);
    if (path == NULL)
        return complain_about_command(cli->executed[0], status);
    if (!find_vms(cli, &window, operands, n_operands, &error) ||
        !freeze(cli, &window, call_options, &error))
        return firn_report_error(error);
    status = run_command(&window, cli->executed);
    has_held = firn_quiesce_report_finish(window.view);
    if (!has_held || !cli->is_quiet)
        firn_quiesce_report_print(window.view, cli, status);
    return has_held ? status : FIRN_EXIT_NOT_QUIESCED;
}

const FirnCommand firn_command_quiesce = {
    "quiesce",
    "VM... --exec COMMAND [ARGUMENT...]",
    "run a command while guests are frozen",
    "  firn quiesce db1 --exec lvcreate -s -L 5G -n db1-backup vg0/db1\n"
    "  firn quiesce web1 db1 --frozen-max=2m --exec /usr/local/bin/array-snapshot\n",
    options,
    run,
};
