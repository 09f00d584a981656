/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bus-client.h"
#include "command.h"
#include "printable.h"

/* A VM may be replaced, and what it needs comes back without an event. */
#define LOOK_AGAIN_MS 1000
#define CONDITION     "(&s&s&s&sx)" /* type, status, reason, message, since */
#define CONDITIONS    "Ready, Progressing, Frozen, ConfigDrift, DependencyMissing"

static char *goal_text;

/* clang-format off */
static const GOptionEntry options[] = {
    {"for", 0, 0, G_OPTION_ARG_STRING, &goal_text,
     "What to wait for: condition=TYPE[=STATUS] (default True), or state=STATE", "WHAT"},
    {NULL},
};
/* clang-format on */

/* What is waited for. */
typedef struct {
    char *type;     /* (owned) (nullable) of a condition; %NULL: the state */
    char *expected; /* (owned) status or state */
    char *found;    /* (owned) (nullable) what it is now, with the message */
} Goal;

static void
goal_clear(Goal *self)
{
    g_free(self->type);
    g_free(self->expected);
    g_free(self->found);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Goal, goal_clear)

static const char *
skip_word(const char *text, const char *word)
{
    return text != NULL && g_str_has_prefix(text, word) ? text + strlen(word) : NULL;
}

static gboolean
parse_condition(Goal *self, const char *text)
{
    static const char *const statuses[] = {"True", "False", "Unknown"};
    g_auto(GStrv) parts = g_strsplit(text, "=", 2);

    self->type = g_strdup(parts[0]);
    for (guint i = 0; i < G_N_ELEMENTS(statuses); i++)
        if (g_ascii_strcasecmp(parts[1] == NULL ? "True" : parts[1], statuses[i]) == 0)
            self->expected = g_strdup(statuses[i]);
    return self->expected != NULL && *self->type != '\0';
}

static gboolean
parse(Goal *self, const char *text)
{
    static const char *const states[] = {"running", "paused", "off", "orphaned", "unknown", NULL};
    const char *condition = skip_word(text, "condition=");
    const char *state = skip_word(text, "state=");

    if (condition != NULL)
        return parse_condition(self, condition);
    self->expected = g_strdup(state);
    return state != NULL && g_strv_contains(states, state);
}

/* Returns FALSE if the VM has no such condition. */
static gboolean
look_at_condition(Goal *self, FirnDBusVM *vm, gboolean *out_is_met)
{
    GVariant *conditions = firn_dbus_vm_get_conditions(vm);
    const char *type, *status, *reason, *message;
    gint64 since_us;

    for (gsize i = 0; conditions != NULL && i < g_variant_n_children(conditions); i++) {
        g_variant_get_child(conditions, i, CONDITION, &type, &status, &reason, &message, &since_us);
        if (g_ascii_strcasecmp(type, self->type) != 0)
            continue;
        g_free(self->found);
        self->found = g_strdup_printf("%s is %s (%s)%s%s",
                                      type,
                                      status,
                                      reason,
                                      *message == '\0' ? "" : ": ",
                                      message);
        *out_is_met = g_str_equal(status, self->expected);
        return TRUE;
    }
    return FALSE;
}

static gboolean
look(Goal *self, FirnDBusVM *vm, gboolean *out_is_met)
{
    const char *state = firn_dbus_vm_get_state(vm);

    if (self->type != NULL)
        return look_at_condition(self, vm, out_is_met);
    g_free(self->found);
    self->found = g_strdup_printf("it is %s", state);
    *out_is_met = g_str_equal(state, self->expected);
    return TRUE;
}

static void
on_changed(GDBusProxy *proxy, GVariant *changed, GStrv gone, gpointer is_news)
{
    *(gboolean *)is_news = TRUE;
}

static gboolean
on_time(gpointer is_over)
{
    *(gboolean *)is_over = TRUE;
    return G_SOURCE_CONTINUE;
}

/* Returns when the VM has changed, and after a while. */
static void
wait_for_news(FirnDBusVM *vm, gint64 left_us)
{
    gboolean is_news = FALSE;
    guint timeout = g_timeout_add((guint)MIN(left_us / 1000 + 1, LOOK_AGAIN_MS), on_time, &is_news);
    gulong handler = g_signal_connect(vm, "g-properties-changed", G_CALLBACK(on_changed), &is_news);

    while (!is_news)
        g_main_context_iteration(NULL, TRUE);
    g_signal_handler_disconnect(vm, handler);
    g_source_remove(timeout);
}

/* Has firnd look at what no event announces. */
static FirnDBusVM *
find(FirnCli *cli, const char *key, const Goal *goal, GError **error)
{
    g_autoptr(FirnDBusVM) vm = firn_client_vm(cli, key, FIRN_LOAD_NOTHING, error);

    if (vm == NULL)
        return NULL;
    if (goal->type != NULL)
        firn_dbus_vm_call_refresh_sync(vm, FIRN_CALL_FLAGS, FIRN_CALL_TIMEOUT_MS, NULL, NULL);
    return firn_client_vm(cli, key, FIRN_LOAD_PROPERTIES, error);
}

static int
wait_for(FirnCli *cli, const char *key, Goal *goal)
{
    gint64 limit_us = (gint64)MIN(cli->wait_us, G_MAXINT64 / 2);
    gint64 end_us = limit_us == 0 ? G_MAXINT64 : g_get_monotonic_time() + limit_us;
    g_autoptr(GError) error = NULL;
    g_autofree char *name = firn_printable(key);
    gboolean is_met = FALSE;

    for (;;) {
        g_autoptr(FirnDBusVM) vm = find(cli, key, goal, &error);

        if (vm == NULL)
            return (int)firn_report_error(error);
        if (!look(goal, vm, &is_met))
            return firn_cli_usage(cli, "a VM has the conditions " CONDITIONS);
        if (is_met)
            break;
        if (g_get_monotonic_time() >= end_us) {
            firn_report_warning("%s: --wait-timeout is over; %s", name, goal->found);
            return FIRN_EXIT_TIMED_OUT;
        }
        wait_for_news(vm, end_us - g_get_monotonic_time());
    }
    firn_cli_say(cli, "%s: %s", name, goal->found);
    return FIRN_EXIT_DONE;
}

static int
run(FirnCli *cli, char **operands, guint n_operands)
{
    g_auto(Goal) goal = {NULL};

    if (n_operands != 1)
        return firn_cli_usage(cli, "one VM is required");
    if (!parse(&goal, goal_text))
        return firn_cli_usage(cli,
                              "--for=condition=TYPE[=True|False|Unknown] or --for=state=running, "
                              "paused, off, orphaned or unknown is required");
    return wait_for(cli, operands[0], &goal);
}

const FirnCommand firn_command_wait = {
    "wait",
    "VM",
    "wait until a VM has a condition, or is in a state",
    "  firn wait web1 --for=state=off --wait-timeout=5min\n"
    "  firn wait web1 --for=condition=DependencyMissing=False\n",
    options,
    run,
};
