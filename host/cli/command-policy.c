/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus-client.h"
#include "command.h"
#include "duration.h"
#include "json-output.h"

static int
show(FirnCli *cli, const char *vm_path)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnDBusPolicy) policy =
        firn_client_policy_at(cli, vm_path, FIRN_LOAD_PROPERTIES, &error);
    g_autoptr(GVariant) properties = NULL;
    g_autofree char *pause_max = NULL;

    if (policy == NULL)
        return firn_report_error(error);
    if (cli->is_json) {
        properties = firn_client_properties(policy);
        firn_json_print(properties);
        return FIRN_EXIT_DONE;
    }
    g_print("max-snapshots=%u\n", firn_dbus_policy_get_max_snapshots(policy));
    g_print("allow-memory=%s\n", firn_dbus_policy_get_allow_memory(policy) ? "yes" : "no");
    g_print("drift-guard=%s\n", firn_dbus_policy_get_drift_guard(policy));
    pause_max = firn_duration_unparse(firn_dbus_policy_get_pause_max(policy));
    g_print("pause-max=%s\n", pause_max);
    return FIRN_EXIT_DONE;
}

static GVariant *
parse_values(char **words, guint n_words, GError **error)
{
    GVariantBuilder values;

    g_variant_builder_init(&values, G_VARIANT_TYPE("a{ss}"));
    for (guint i = 0; i < n_words; i++) {
        g_auto(GStrv) pair = g_strsplit(words[i], "=", 2);

        if (g_strv_length(pair) != 2 || *pair[0] == '\0') {
            g_variant_builder_clear(&values);
            g_set_error(error,
                        G_OPTION_ERROR,
                        G_OPTION_ERROR_BAD_VALUE,
                        "\"%s\" is not of the form KEY=VALUE",
                        words[i]);
            return NULL;
        }
        g_variant_builder_add(&values, "{ss}", pair[0], pair[1]);
    }
    return g_variant_builder_end(&values);
}

static int
set(FirnCli *cli, const char *vm_path, char **words, guint n_words)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnDBusPolicy) policy = NULL;
    GVariant *values = parse_values(words, n_words, &error);

    if (values == NULL)
        return firn_cli_usage(cli, "%s", error->message);
    policy = firn_client_policy_at(cli, vm_path, FIRN_LOAD_NOTHING, &error);
    if (policy == NULL || !firn_dbus_policy_call_set_sync(policy,
                                                          values,
                                                          FIRN_CALL_FLAGS,
                                                          FIRN_CALL_TIMEOUT_MS,
                                                          NULL,
                                                          &error))
        return firn_report_error(error);
    return cli->is_quiet ? FIRN_EXIT_DONE : show(cli, vm_path);
}

static int
run(FirnCli *cli, char **operands, guint n_operands)
{
    gboolean is_set = n_operands > 1 && g_str_equal(operands[1], "set");
    gboolean is_show = n_operands == 1 || (n_operands == 2 && g_str_equal(operands[1], "show"));
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnDBusVM) vm = NULL;
    const char *path;

    if (!is_show && (!is_set || n_operands < 3))
        return firn_cli_usage(cli, "usage: firn policy VM [show | set KEY=VALUE...]");
    vm = firn_client_vm(cli, operands[0], FIRN_LOAD_NOTHING, &error);
    if (vm == NULL)
        return firn_report_error(error);
    path = g_dbus_proxy_get_object_path(G_DBUS_PROXY(vm));
    return is_set ? set(cli, path, operands + 2, n_operands - 2) : show(cli, path);
}

const FirnCommand firn_command_policy = {
    "policy",
    "VM [show | set KEY=VALUE...]",
    "show or change the policy of a VM",
    "  firn policy web1\n"
    "  firn policy web1 set max-snapshots=5 allow-memory=yes\n"
    "  firn policy web1 set drift-guard=strict\n",
    NULL,
    run,
};
