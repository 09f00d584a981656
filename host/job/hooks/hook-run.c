/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-run.h"

#include <unistd.h>

#include "confined-process.h"
#include "host-error.h"

#define OUTPUT_BYTES (64 * 1024)
/* For timeout(1) or systemd to end it, and for starting it. */
#define SPARE_MS     10000
#define STOP_WALL_MS 10000

static void
add(GPtrArray *argv, const char *word)
{
    g_ptr_array_add(argv, g_strdup(word));
}

static char *
make_unit_name(const FirnHostHook *hook)
{
    return g_strdup_printf("firn-hook-%s-%08x.service", hook->name, g_random_int());
}

/* Programs of systemd need the bus of the systemd that they talk to. */
static void
add_client(GPtrArray *argv, const FirnHookCall *call, const char *program)
{
    gboolean is_root = geteuid() == 0;

    add(argv, "env");
    g_ptr_array_add(
        argv,
        g_strdup_printf("DBUS_%s_BUS_ADDRESS=%s", is_root ? "SYSTEM" : "SESSION", call->bus));
    add(argv, program);
    add(argv, is_root ? "--system" : "--user");
}

static void
add_systemd(GPtrArray *argv, const FirnHookCall *call, const char *unit)
{
    add_client(argv, call, "systemd-run");
    add(argv, "--quiet");
    add(argv, "--pipe");
    add(argv, "--wait");
    add(argv, "--collect");
    add(argv, "--service-type=exec");
    g_ptr_array_add(argv, g_strdup_printf("--unit=%s", unit));
    g_ptr_array_add(argv, g_strdup_printf("--property=RuntimeMaxSec=%u", call->timeout_s));
    add(argv, "--property=TimeoutStopSec=1");
    for (guint i = 0; i < call->environment->len; i++)
        g_ptr_array_add(argv, g_strconcat("--setenv=", call->environment->pdata[i], NULL));
    add(argv, "--");
}

static void
add_timeout(GPtrArray *argv, const FirnHookCall *call)
{
    add(argv, "env");
    for (guint i = 0; i < call->environment->len; i++)
        add(argv, call->environment->pdata[i]);
    add(argv, "timeout");
    add(argv, "--kill-after=1");
    g_ptr_array_add(argv, g_strdup_printf("%u", call->timeout_s));
}

static GPtrArray *
make_command(const FirnHostHook *hook, const FirnHookCall *call, const char *unit)
{
    GPtrArray *argv = g_ptr_array_new_with_free_func(g_free);

    if (call->bus != NULL)
        add_systemd(argv, call, unit);
    else
        add_timeout(argv, call);
    add(argv, hook->path);
    add(argv, call->phase);
    g_ptr_array_add(argv, NULL);
    return argv;
}

/* Killing systemd-run does not end the unit. */
static void
stop_unit(const FirnHookCall *call, const char *unit)
{
    g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);
    const FirnToolLimits limits = {.wall_ms = STOP_WALL_MS, .output_bytes = OUTPUT_BYTES};
    g_autoptr(FirnToolResult) result = NULL;
    g_autoptr(GError) error = NULL;

    add_client(argv, call, "systemctl");
    add(argv, "stop");
    add(argv, unit);
    g_ptr_array_add(argv, NULL);
    result = firn_confined_process_run((const char *const *)argv->pdata, &limits, &error);
    if (result == NULL)
        g_message("%s", error->message);
}

static gboolean
judge(const FirnToolResult *result, const FirnHookCall *call, guint took_ms, GError **error)
{
    if (result->succeeded)
        return TRUE;
    if (took_ms >= call->timeout_s * 1000)
        return firn_host_error_set(error,
                                   FIRN_HOST_ERROR_TIMED_OUT,
                                   "it did not end within %u s",
                                   call->timeout_s);
    return firn_host_error_set(error,
                               FIRN_HOST_ERROR_FAILED,
                               "exit status %d%s%s",
                               result->exit_status,
                               *result->complaint == '\0' ? "" : ": ",
                               result->complaint);
}

gboolean
firn_hook_run(const FirnHostHook *hook,
              const FirnHookCall *call,
              GCancellable *cancellable,
              guint *out_ms,
              GError **error)
{
    g_autofree char *unit = make_unit_name(hook);
    g_autoptr(GPtrArray) argv = make_command(hook, call, unit);
    const FirnToolLimits limits = {.wall_ms = call->timeout_s * 1000 + SPARE_MS,
                                   .output_bytes = OUTPUT_BYTES,
                                   .cancellable = cancellable};
    gint64 begin_us = g_get_monotonic_time();
    g_autoptr(GError) failure = NULL;
    g_autoptr(FirnToolResult) result =
        firn_confined_process_run((const char *const *)argv->pdata, &limits, &failure);

    *out_ms = (guint)((g_get_monotonic_time() - begin_us) / 1000);
    if (result != NULL)
        return judge(result, call, *out_ms, error);
    if (call->bus != NULL)
        stop_unit(call, unit);
    if (!g_cancellable_set_error_if_cancelled(cancellable, error))
        firn_host_error_set(error, FIRN_HOST_ERROR_FAILED, "%s", failure->message);
    return FALSE;
}
