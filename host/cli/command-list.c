/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"
#include "duration.h"
#include "json-output.h"
#include "snapshot-row.h"
#include "table.h"
#include "timestamp.h"

static gboolean is_names_only;
static gboolean is_tree;
static gboolean hides_foreign;

/* clang-format off */
static const GOptionEntry options[] = {
    {"name", 0, 0, G_OPTION_ARG_NONE, &is_names_only, "Print names only", NULL},
    {"no-foreign", 0, 0, G_OPTION_ARG_NONE, &hides_foreign,
     "Only snapshots that firn has created", NULL},
    {"tree", 0, 0, G_OPTION_ARG_NONE, &is_tree, "Same as firn tree", NULL},
    {NULL},
};
/* clang-format on */

typedef struct {
    FirnTable *table;     /* (owned) (nullable) */
    GVariantBuilder json; /* "av" */
    gboolean has_vm_column;
    gboolean is_incomplete; /* whether a catalogue cannot be read */
} Listing;

static void
add_to_table(FirnCli *cli, Listing *listing, const char *vm_name, const FirnSnapshotRow *row)
{
    g_autofree char *created = firn_timestamp_format(row->created_us, cli->is_utc, FALSE);
    g_autofree char *frozen =
        row->frozen_for_us == 0 ? NULL : firn_duration_format(row->frozen_for_us);
    const char *word = firn_snapshot_row_word(row);
    const char *mark = row->is_current ? "*" : " ";
    FirnColor paint = firn_color_of_snapshot(row->verdict, row->phase);

    if (listing->has_vm_column)
        firn_table_add(listing->table,
                       paint,
                       4,
                       vm_name,
                       mark,
                       row->name,
                       created,
                       word,
                       frozen,
                       row->comment);
    else
        firn_table_add(listing->table,
                       paint,
                       3,
                       mark,
                       row->name,
                       created,
                       word,
                       frozen,
                       row->comment);
}

static void
add_row(FirnCli *cli, Listing *listing, const char *vm_name, const FirnSnapshotRow *row)
{
    if (hides_foreign && firn_snapshot_row_is_foreign(row))
        return;
    if (cli->is_json)
        g_variant_builder_add(&listing->json, "v", firn_snapshot_row_to_json(row, vm_name));
    else if (is_names_only)
        firn_table_add(listing->table, FIRN_COLOR_NONE, G_MAXUINT, row->name);
    else
        add_to_table(cli, listing, vm_name, row);
}

static gboolean
add_vm(FirnCli *cli, Listing *listing, FirnDBusVM *vm, GError **error)
{
    g_autoptr(GPtrArray) rows = firn_snapshot_rows_fetch(vm, error);

    listing->is_incomplete |= firn_snapshot_rows_are_hidden(vm);
    for (guint i = 0; rows != NULL && i < rows->len; i++)
        add_row(cli, listing, firn_dbus_vm_get_name(vm), rows->pdata[i]);
    return rows != NULL;
}

static gboolean
add_all(FirnCli *cli, Listing *listing, char **keys, guint n_keys, GError **error)
{
    g_auto(GStrv) paths = firn_client_find_vms(cli, keys, n_keys, error);

    for (guint i = 0; paths != NULL && paths[i] != NULL; i++) {
        g_autoptr(FirnDBusVM) vm = firn_client_vm_at(cli, paths[i], FIRN_LOAD_PROPERTIES, error);

        if (vm == NULL || !add_vm(cli, listing, vm, error))
            return FALSE;
    }
    return paths != NULL;
}

static void
begin(Listing *listing, gboolean has_vm_column)
{
    static const char *const names[] = {"NAME", NULL};
    static const char *const with_vm[] =
        {"VM", " ", "NAME", "CREATED", "VERDICT", "FROZEN", "DESCRIPTION", NULL};

    g_variant_builder_init(&listing->json, G_VARIANT_TYPE("av"));
    listing->has_vm_column = has_vm_column;
    listing->table = firn_table_new(is_names_only ? names : with_vm + (has_vm_column ? 0 : 1));
}

static void
print(FirnCli *cli, Listing *listing)
{
    g_autofree char *text = NULL;

    if (cli->is_json) {
        firn_json_print(g_variant_builder_end(&listing->json));
        return;
    }
    text =
        firn_table_render(listing->table, !cli->is_no_legend && !is_names_only, cli->is_coloured);
    firn_cli_print(text);
}

static int
run(FirnCli *cli, char **operands, guint n_operands)
{
    g_autoptr(GError) error = NULL;
    Listing listing = {0};
    int status = FIRN_EXIT_DONE;

    if (is_tree && n_operands == 0)
        return firn_cli_usage(cli, "--tree requires a VM");
    if (is_tree)
        return firn_command_tree.run(cli, operands, n_operands);
    begin(&listing, n_operands != 1);
    if (add_all(cli, &listing, operands, n_operands, &error))
        print(cli, &listing);
    else
        status = (int)firn_report_error(error);
    if (status == FIRN_EXIT_DONE && listing.is_incomplete)
        status = FIRN_EXIT_FAILED;
    g_variant_builder_clear(&listing.json);
    firn_table_free(listing.table);
    return status;
}

const FirnCommand firn_command_list = {
    "list",
    "[VM...]",
    "list snapshots",
    "  firn list\n"
    "  firn list web1\n"
    "  firn list web1 --json\n",
    options,
    run,
};
