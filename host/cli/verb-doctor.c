/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus-client.h"
#include "json-output.h"
#include "long-text.h"
#include "verb.h"

/* clang-format off */
static const GOptionEntry options[] = {
    {NULL},
};
/* clang-format on */

typedef struct {
    GVariantBuilder *json; /* (owned) "aa{sv}" */
    guint n_errors;
} Round;

static FirnPaint
paint_of(const char *severity)
{
    if (g_str_equal(severity, "ok"))
        return FIRN_PAINT_GOOD;
    return g_str_equal(severity, "warning") ? FIRN_PAINT_CAUTION : FIRN_PAINT_BAD;
}

static void
add_json(Round *round, const char *vm, const char *const *finding)
{
    static const char *const keys[] = {"code", "severity", "subject", "message", "remedy"};
    GVariantDict dict;

    g_variant_dict_init(&dict, NULL);
    g_variant_dict_insert(&dict, "vm", "s", vm);
    for (guint i = 0; i < G_N_ELEMENTS(keys); i++)
        g_variant_dict_insert(&dict, keys[i], "s", finding[i]);
    g_variant_builder_add_value(round->json, g_variant_dict_end(&dict));
}

static void
print_finding(FirnCli *cli, const char *const *finding)
{
    g_autofree char *mark = g_strdup_printf("%-7s", finding[1]);
    g_autofree char *painted = firn_paint(paint_of(finding[1]), cli->is_coloured, mark);
    g_autofree char *subject = firn_long_text(finding[2]);
    g_autofree char *message = firn_long_text(finding[3]);
    g_autofree char *remedy = firn_long_text(finding[4]);

    if (cli->is_quiet && g_str_equal(finding[1], "ok"))
        return;
    g_print("  %s  %s: %s\n", painted, subject, message);
    if (*remedy != '\0')
        g_print("           -> %s\n", remedy);
}

static void
report(FirnCli *cli, Round *round, const char *vm, GVariant *findings)
{
    g_autofree char *name = firn_long_text(vm);

    if (!cli->is_json)
        g_print("%s\n", name);
    for (gsize i = 0; i < g_variant_n_children(findings); i++) {
        const char *finding[5];

        g_variant_get_child(findings,
                            i,
                            "(&s&s&s&s&s)",
                            &finding[0],
                            &finding[1],
                            &finding[2],
                            &finding[3],
                            &finding[4]);
        round->n_errors += g_str_equal(finding[1], "error");
        add_json(round, vm, finding);
        if (!cli->is_json)
            print_finding(cli, finding);
    }
}

static gboolean
examine(FirnCli *cli, Round *round, FirnDBusVM *vm, GError **error)
{
    g_autoptr(GVariant) findings = NULL;

    if (!firn_dbus_vm_call_diagnose_sync(vm,
                                         g_variant_new("a{sv}", NULL),
                                         FIRN_CALL_FLAGS,
                                         FIRN_CALL_TIMEOUT_MS,
                                         &findings,
                                         NULL,
                                         error))
        return FALSE;
    report(cli, round, firn_dbus_vm_get_name(vm), findings);
    return TRUE;
}

static gboolean
examine_all(FirnCli *cli, Round *round, GError **error)
{
    g_autoptr(GVariant) vms = firn_client_list_vms(cli, error);
    const char *path;

    for (gsize i = 0; vms != NULL && i < g_variant_n_children(vms); i++) {
        g_autoptr(FirnDBusVM) vm = NULL;

        g_variant_get_child(vms, i, "(&o&s&s)", &path, NULL, NULL);
        vm = firn_client_vm_at(cli, path, FIRN_LOAD_PROPERTIES, error);
        if (vm == NULL || !examine(cli, round, vm, error))
            return FALSE;
    }
    return vms != NULL;
}

/* Definitions that could not be read belong to no VM. */
static gboolean
examine_firnd(FirnCli *cli, Round *round, GError **error)
{
    g_autoptr(FirnDBusManager) manager = firn_client_manager(cli, FIRN_LOAD_PROPERTIES, error);
    g_autoptr(GVariant) findings = NULL;
    GVariantBuilder list;

    if (manager == NULL)
        return FALSE;
    g_variant_builder_init(&list, G_VARIANT_TYPE("a(sssss)"));
    g_variant_builder_add(&list,
                          "(sssss)",
                          "Version",
                          "ok",
                          "version",
                          firn_dbus_manager_get_version(manager),
                          "");
    for (const char *const *problem = firn_dbus_manager_get_problems(manager); *problem != NULL;
         problem++)
        g_variant_builder_add(&list,
                              "(sssss)",
                              "BadDefinition",
                              "error",
                              "definition",
                              *problem,
                              "correct the file, firnd looks again by itself");
    findings = g_variant_ref_sink(g_variant_builder_end(&list));
    report(cli, round, "firnd", findings);
    return TRUE;
}

static gboolean
examine_one(FirnCli *cli, Round *round, const char *key, GError **error)
{
    g_autoptr(FirnDBusVM) vm = firn_client_vm(cli, key, FIRN_LOAD_PROPERTIES, error);

    return vm != NULL && examine(cli, round, vm, error);
}

static int
run(FirnCli *cli, char **operands, guint n_operands)
{
    g_autoptr(GVariantBuilder) json = g_variant_builder_new(G_VARIANT_TYPE("aa{sv}"));
    Round round = {json, 0};
    g_autoptr(GError) error = NULL;
    gboolean is_done;

    if (n_operands > 1)
        return firn_cli_usage(cli, "give one VM, or none for all");
    if (n_operands == 1)
        is_done = examine_one(cli, &round, operands[0], &error);
    else
        is_done = examine_all(cli, &round, &error) && examine_firnd(cli, &round, &error);
    if (!is_done)
        return firn_complain(error);
    if (cli->is_json)
        firn_json_print(g_variant_builder_end(json));
    return round.n_errors == 0 ? FIRN_EXIT_DONE : FIRN_EXIT_FAILED;
}

const FirnVerb firn_verb_doctor = {
    "doctor",
    "[VM]",
    "look at everything that a snapshot needs, and say what to do",
    "  firn doctor\n"
    "  firn doctor web1\n",
    options,
    run,
};
