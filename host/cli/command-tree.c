/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"
#include "json-output.h"
#include "printable.h"
#include "snapshot-row.h"
#include "table.h"
#include "timestamp.h"
#include "tree-drawing.h"

static gboolean is_ascii;

/* clang-format off */
static const GOptionEntry options[] = {
    {"ascii", 0, 0, G_OPTION_ARG_NONE, &is_ascii, "Draw with ASCII characters", NULL},
    {NULL},
};
/* clang-format on */

#define HERE (-1)

typedef struct {
    int row; /* HERE: the VM's current position */
    int parent;
} Node;

/* Returns the end of the subtree that begins at @first; rows are in tree order. */
static guint
find_subtree_end(const int *parents, guint n, guint first)
{
    guint end = first + 1;

    while (end < n && parents[end] >= (int)first)
        end++;
    return end;
}

static int *
find_parents(GPtrArray *rows, guint *out_n, int *out_current)
{
    int *parents = g_new(int, rows->len + 1);
    guint n = 0;

    *out_current = -1;
    for (; n < rows->len && !firn_snapshot_row_is_foreign(rows->pdata[n]); n++) {
        const FirnSnapshotRow *row = rows->pdata[n];

        parents[n] = row->parent;
        if (row->is_current)
            *out_current = (int)n;
    }
    *out_n = n;
    return parents;
}

/* The rows of firn's snapshots, with the VM's position as the last child of the current one. */
static GArray *
plant(GPtrArray *rows)
{
    GArray *nodes = g_array_new(FALSE, FALSE, sizeof(Node));
    guint n;
    int current;
    g_autofree int *parents = find_parents(rows, &n, &current);
    guint here = current < 0 ? n : find_subtree_end(parents, n, (guint)current);

    for (guint i = 0; i <= n; i++) {
        Node place = {HERE, current};
        Node node = {(int)i, i < n ? parents[i] : -1};

        if (i == here)
            g_array_append_val(nodes, place);
        if (node.parent >= (int)here)
            node.parent++;
        if (i < n)
            g_array_append_val(nodes, node);
    }
    return nodes;
}

static void
add_line(FirnCli *cli, FirnTable *table, const char *prefix, const FirnSnapshotRow *row)
{
    g_autofree char *name = firn_printable(row->name);
    g_autofree char *label = g_strconcat(prefix, name, NULL);
    g_autofree char *created = firn_timestamp_format(row->created_us, cli->is_utc, FALSE);

    firn_table_add(table,
                   firn_color_of_snapshot(row->verdict, row->phase),
                   2,
                   label,
                   created,
                   firn_snapshot_row_word(row),
                   row->comment);
}

static GPtrArray *
draw(GArray *nodes)
{
    g_autofree int *parents = g_new(int, nodes->len);
    const char *charset;
    gboolean is_utf8 = g_get_charset(&charset);

    for (guint i = 0; i < nodes->len; i++)
        parents[i] = g_array_index(nodes, Node, i).parent;
    return firn_tree_drawing_new(parents, nodes->len, is_ascii || !is_utf8);
}

/* As of libvirt's last event; firn status and firn show ask libvirt again. */
static const char *
describe_here(FirnDBusVM *vm)
{
    const char *const *drift = firn_dbus_vm_get_drift(vm);

    return drift == NULL || drift[0] == NULL ? "(you are here)"
                                             : "(you are here, configuration changed)";
}

static void
fill(FirnCli *cli, FirnTable *table, FirnDBusVM *vm, GPtrArray *rows)
{
    g_autoptr(GArray) nodes = plant(rows);
    g_autoptr(GPtrArray) prefixes = draw(nodes);

    for (guint i = 0; i < nodes->len; i++) {
        int row = g_array_index(nodes, Node, i).row;
        g_autofree char *here = NULL;

        if (row != HERE) {
            add_line(cli, table, prefixes->pdata[i], rows->pdata[row]);
            continue;
        }
        here = g_strconcat(prefixes->pdata[i], describe_here(vm), NULL);
        firn_table_add(table, FIRN_COLOR_STRONG, 0, here, "", "", "");
    }
    for (guint i = 0; i < rows->len; i++)
        if (firn_snapshot_row_is_foreign(rows->pdata[i]))
            add_line(cli, table, "", rows->pdata[i]);
}

static void
print_json(GPtrArray *rows, const char *vm_name)
{
    GVariantBuilder json;

    g_variant_builder_init(&json, G_VARIANT_TYPE("av"));
    for (guint i = 0; i < rows->len; i++)
        g_variant_builder_add(&json, "v", firn_snapshot_row_to_json(rows->pdata[i], vm_name));
    firn_json_print(g_variant_builder_end(&json));
}

static void
say_undo(FirnCli *cli, FirnDBusVM *vm)
{
    guint64 since_us = firn_dbus_vm_get_undo_since(vm);
    g_autofree char *moment =
        since_us == 0 ? NULL : firn_timestamp_format(since_us, cli->is_utc, TRUE);
    g_autofree char *name = firn_printable(firn_dbus_vm_get_name(vm));

    if (moment != NULL)
        firn_cli_say(cli,
                     "Restored at %s; to return to the state before: firn undo %s",
                     moment,
                     name);
}

static int
print_vm(FirnCli *cli, const char *key)
{
    static const char *const titles[] = {"NAME", "CREATED", "VERDICT", "DESCRIPTION", NULL};
    g_autoptr(FirnTable) table = firn_table_new(titles);
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnDBusVM) vm = firn_client_vm(cli, key, FIRN_LOAD_PROPERTIES, &error);
    g_autoptr(GPtrArray) rows = vm == NULL ? NULL : firn_snapshot_rows_fetch(vm, &error);
    g_autofree char *text = NULL;

    if (rows == NULL)
        return firn_report_error(error);
    if (firn_snapshot_rows_are_hidden(vm))
        return FIRN_EXIT_FAILED;
    if (cli->is_json) {
        print_json(rows, firn_dbus_vm_get_name(vm));
        return FIRN_EXIT_DONE;
    }
    if (rows->len == 0)
        firn_cli_say(cli, "no snapshots");
    else
        fill(cli, table, vm, rows);
    text = firn_table_render(table, FALSE, cli->is_coloured);
    firn_cli_print(text);
    say_undo(cli, vm);
    return FIRN_EXIT_DONE;
}

static int
run(FirnCli *cli, char **operands, guint n_operands)
{
    int status = FIRN_EXIT_DONE;

    if (n_operands == 0)
        return firn_cli_usage(cli, "a VM is required");
    if (n_operands > 1 && cli->is_json)
        return firn_cli_usage(cli,
                              "--json takes exactly one VM here; for all VMs: firn list --json");
    for (guint i = 0; i < n_operands && status == FIRN_EXIT_DONE; i++) {
        g_autofree char *name = firn_printable(operands[i]);

        if (n_operands > 1 && !cli->is_json)
            g_print("%s%s:\n", i == 0 ? "" : "\n", name);
        status = print_vm(cli, operands[i]);
    }
    return status;
}

const FirnCommand firn_command_tree = {
    "tree",
    "VM...",
    "show the snapshot tree",
    "  firn tree web1\n"
    "  firn tree web1 --ascii\n",
    options,
    run,
};
