/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus-client.h"
#include "command.h"
#include "job-command.h"
#include "json-output.h"
#include "table.h"

static gboolean is_repair;

/* clang-format off */
static const GOptionEntry options[] = {
    {"repair", 0, 0, G_OPTION_ARG_NONE, &is_repair,
     "Finish interrupted jobs, remove records of missing snapshots and orphaned RAM files, "
     "and register snapshots with libvirt", NULL},
    {NULL},
};
/* clang-format on */

enum { N_STATES = 11 };

static const char *const states[N_STATES] = {"ok",
                                             "repaired",
                                             "foreign",
                                             "unregistered",
                                             "covered",
                                             "orphaned",
                                             "missing",
                                             "degraded",
                                             "unreachable",
                                             "interrupted",
                                             "unreadable"};
/* In order: states that need nothing, the first of which is not even printed, then the others. */
enum { N_GOOD = 2 };
enum { N_QUIET = 4 };

typedef struct {
    FirnCli *cli;          /* (unowned) */
    FirnTable *table;      /* (owned) */
    GVariantBuilder *json; /* (owned) "aa{sv}" */
    guint counts[N_STATES];
} Round;

static guint
find_state(const char *word)
{
    guint i = 0;

    while (i + 1 < N_STATES && !g_str_equal(states[i], word))
        i++;
    return i;
}

static FirnColor
paint_of(guint state)
{
    if (state >= N_QUIET)
        return FIRN_COLOR_BAD;
    return state >= N_GOOD ? FIRN_COLOR_CAUTION : FIRN_COLOR_GOOD;
}

static void
add_finding(Round *round, const char *vm, const char *const *finding)
{
    static const char *const keys[] = {"state", "snapshot", "disks", "remedy"};
    guint state = find_state(finding[0]);
    GVariantDict dict;

    round->counts[state]++;
    firn_table_add(round->table,
                   paint_of(state),
                   1,
                   vm,
                   finding[0],
                   finding[1],
                   *finding[2] == '\0' ? NULL : finding[2],
                   *finding[3] == '\0' ? NULL : finding[3]);
    g_variant_dict_init(&dict, NULL);
    g_variant_dict_insert(&dict, "vm", "s", vm);
    for (guint i = 0; i < G_N_ELEMENTS(keys); i++)
        g_variant_dict_insert(&dict, keys[i], "s", finding[i]);
    g_variant_builder_add_value(round->json, g_variant_dict_end(&dict));
}

static void
add_findings(Round *round, const char *vm, GVariant *result)
{
    g_autoptr(GVariant) findings =
        g_variant_lookup_value(result, "findings", G_VARIANT_TYPE("a(ssss)"));
    GVariantIter iter;
    const char *finding[4];

    if (findings == NULL)
        return;
    g_variant_iter_init(&iter, findings);
    while (g_variant_iter_next(&iter,
                               "(&s&s&s&s)",
                               &finding[0],
                               &finding[1],
                               &finding[2],
                               &finding[3]))
        add_finding(round, vm, finding);
}

static FirnExit
verify(Round *round, FirnDBusVM *vm)
{
    g_autoptr(GVariant) result = NULL;
    GVariantDict dict;
    FirnExit status;

    g_variant_dict_init(&dict, NULL);
    if (is_repair)
        g_variant_dict_insert(&dict, "repair", "b", TRUE);
    status = firn_job_command_follow(round->cli,
                                     vm,
                                     "Verify",
                                     g_variant_new("(@a{sv})", g_variant_dict_end(&dict)),
                                     &result);
    if (result != NULL)
        add_findings(round, firn_dbus_vm_get_name(vm), result);
    return status;
}

static FirnExit
verify_all(Round *round, char **keys, guint n_keys)
{
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) paths = firn_client_find_vms(round->cli, keys, n_keys, &error);
    FirnExit status = paths == NULL ? firn_report_error(error) : FIRN_EXIT_DONE;

    for (guint i = 0; status == FIRN_EXIT_DONE && paths[i] != NULL; i++) {
        g_autoptr(FirnDBusVM) vm =
            firn_client_vm_at(round->cli, paths[i], FIRN_LOAD_PROPERTIES, &error);

        status = vm == NULL ? firn_report_error(error) : verify(round, vm);
    }
    return status;
}

static char *
summarise(const Round *round)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < N_STATES; i++)
        if (round->counts[i] > 0)
            g_string_append_printf(text,
                                   "%s%u %s",
                                   text->len == 0 ? "" : ", ",
                                   round->counts[i],
                                   states[i]);
    return g_string_free(text, FALSE);
}

static void
report(Round *round)
{
    FirnCli *cli = round->cli;
    g_autofree char *lines = firn_table_render(round->table, !cli->is_no_legend, cli->is_coloured);
    g_autofree char *summary = summarise(round);

    if (cli->is_json) {
        firn_json_print(g_variant_builder_end(round->json));
        return;
    }
    firn_cli_print(lines);
    firn_cli_say(cli, "%s", *summary == '\0' ? "no snapshots" : summary);
}

static int
run(FirnCli *cli, char **operands, guint n_operands)
{
    static const char *const titles[] = {"VM", "STATE", "SNAPSHOT", "DISKS", "REMEDY", NULL};
    g_autoptr(FirnTable) table = firn_table_new(titles);
    g_autoptr(GVariantBuilder) json = g_variant_builder_new(G_VARIANT_TYPE("aa{sv}"));
    Round round = {.cli = cli, .table = table, .json = json};
    FirnExit status = verify_all(&round, operands, n_operands);

    if (status != FIRN_EXIT_DONE || cli->is_no_block)
        return (int)status;
    report(&round);
    for (guint i = N_QUIET; i < N_STATES; i++)
        if (round.counts[i] > 0)
            return FIRN_EXIT_FAILED;
    return FIRN_EXIT_DONE;
}

const FirnCommand firn_command_verify = {
    "verify",
    "[VM...]",
    "check records against disks; --repair fixes what it can",
    "  firn verify\n"
    "  firn verify web1 --repair\n",
    options,
    run,
};
