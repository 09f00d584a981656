/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus-path.h"
#include "command.h"
#include "delete-preview.h"
#include "job-call.h"
#include "job-wait.h"
#include "json-output.h"
#include "printable.h"
#include "question.h"

static gboolean wants_children;
static gboolean wants_children_only;
static gboolean wants_all;
static gboolean is_dry_run;
static gboolean is_sure;

/* clang-format off */
static const GOptionEntry options[] = {
    {"children", 0, 0, G_OPTION_ARG_NONE, &wants_children,
     "Delete the snapshot and all its descendants", NULL},
    {"children-only", 0, 0, G_OPTION_ARG_NONE, &wants_children_only,
     "Delete all descendants of the snapshot, but not the snapshot", NULL},
    {"all", 0, 0, G_OPTION_ARG_NONE, &wants_all,
     "Delete all snapshots that firn has created of the VM", NULL},
    {"dry-run", 'n', 0, G_OPTION_ARG_NONE, &is_dry_run,
     "Print what would be deleted; change nothing", NULL},
    {"yes", 'y', 0, G_OPTION_ARG_NONE, &is_sure, "Do not ask", NULL},
    {NULL},
};
/* clang-format on */

typedef struct {
    FirnCli *cli;     /* (unowned) */
    FirnDBusVM *vm;   /* (owned) */
    GPtrArray *paths; /* (owned) (nullable) (element-type utf8) the named snapshots; NULL: all */
    GPtrArray *names; /* (owned) (element-type utf8) names of the snapshots to be deleted */
    GPtrArray *jobs;  /* (owned) (element-type utf8) paths of the jobs so far */
    guint n_done;
} Deletion;

static void
deletion_clear(Deletion *self)
{
    g_clear_object(&self->vm);
    g_clear_pointer(&self->paths, g_ptr_array_unref);
    g_clear_pointer(&self->names, g_ptr_array_unref);
    g_clear_pointer(&self->jobs, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Deletion, deletion_clear)

static FirnDeletePreviewScope
scope(void)
{
    if (wants_children)
        return FIRN_DELETE_PREVIEW_WITH_CHILDREN;
    return wants_children_only ? FIRN_DELETE_PREVIEW_CHILDREN_ONLY : FIRN_DELETE_PREVIEW_ONE;
}

static gboolean
find_named(Deletion *self, char **keys, guint n_keys, GError **error)
{
    self->paths = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < n_keys; i++) {
        char *path = NULL;

        if (!firn_dbus_vm_call_lookup_snapshot_sync(self->vm,
                                                    keys[i],
                                                    FIRN_CALL_FLAGS,
                                                    FIRN_CALL_TIMEOUT_MS,
                                                    &path,
                                                    NULL,
                                                    error))
            return FALSE;
        g_ptr_array_add(self->paths, path);
    }
    return TRUE;
}

static gboolean
prepare(Deletion *self, char **operands, guint n_operands, GError **error)
{
    g_autoptr(GPtrArray) rows = NULL;

    self->jobs = g_ptr_array_new_with_free_func(g_free);
    self->vm = firn_client_vm(self->cli, operands[0], FIRN_LOAD_PROPERTIES, error);
    if (self->vm == NULL || (!wants_all && !find_named(self, operands + 1, n_operands - 1, error)))
        return FALSE;
    rows = firn_snapshot_rows_fetch(self->vm, error);
    if (rows == NULL)
        return FALSE;
    self->names = firn_delete_preview_names(rows, self->paths, scope());
    return TRUE;
}

static char *
join_names(Deletion *self)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < self->names->len; i++) {
        g_autofree char *name = firn_printable(self->names->pdata[i]);

        g_string_append_printf(text, "%s%s", i == 0 ? "" : ", ", name);
    }
    return g_string_free(text, FALSE);
}

static GVariant *
names_to_variant(Deletion *self)
{
    return g_variant_new_strv((const char *const *)self->names->pdata, self->names->len);
}

static int
tell(Deletion *self)
{
    GVariantDict dict;

    if (self->cli->is_json) {
        g_variant_dict_init(&dict, NULL);
        g_variant_dict_insert_value(&dict, "would-delete", names_to_variant(self));
        firn_json_print(g_variant_dict_end(&dict));
        return FIRN_EXIT_DONE;
    }
    for (guint i = 0; i < self->names->len; i++) {
        g_autofree char *name = firn_printable(self->names->pdata[i]);

        firn_cli_say(self->cli, "would delete %s", name);
    }
    return FIRN_EXIT_DONE;
}

/* Asks before more than one snapshot is deleted; without a terminal --all requires --yes. */
static gboolean
is_confirmed(Deletion *self, FirnExit *out_status)
{
    g_autofree char *names = join_names(self);

    if (is_sure || (self->names->len < 2 && !wants_all))
        return TRUE;
    *out_status = FIRN_EXIT_USAGE;
    if (!firn_question_can_ask()) {
        if (!wants_all)
            return TRUE;
        firn_report_warning("delete --all without a terminal requires --yes");
        return FALSE;
    }
    if (firn_question_ask("Delete %u snapshots (%s)?", self->names->len, names))
        return TRUE;
    *out_status = FIRN_EXIT_INTERRUPTED;
    firn_report_warning("nothing deleted");
    return FALSE;
}

static char *
start_one(Deletion *self, const char *path, GError **error)
{
    g_autoptr(FirnDBusSnapshot) snapshot =
        firn_client_snapshot_at(self->cli, path, FIRN_LOAD_NOTHING, error);
    GVariantDict dict;

    if (snapshot == NULL)
        return NULL;
    g_variant_dict_init(&dict, NULL);
    g_variant_dict_insert(&dict, "scope", "s", firn_delete_preview_scope_word(scope()));
    return firn_job_call(self->cli,
                         snapshot,
                         "Delete",
                         g_variant_new("(@a{sv})", g_variant_dict_end(&dict)),
                         error);
}

static char *
start_all(Deletion *self, GError **error)
{
    return firn_job_call(self->cli,
                         self->vm,
                         "DeleteAllSnapshots",
                         g_variant_new("(a{sv})", NULL),
                         error);
}

/* A VM runs one job at a time, so with --no-block firn waits for all but the last. */
static FirnExit
follow(Deletion *self, char *job, gboolean is_last, const GError *error)
{
    FirnExit status;

    if (job == NULL)
        return firn_report_error(error);
    g_ptr_array_add(self->jobs, job);
    if (self->cli->is_no_block && is_last)
        return FIRN_EXIT_DONE;
    status = firn_job_wait(self->cli, job, NULL);
    if (status == FIRN_EXIT_DONE)
        self->n_done++;
    return status;
}

static FirnExit
delete_named(Deletion *self)
{
    FirnExit status = FIRN_EXIT_DONE;

    for (guint i = 0; i < self->paths->len && status == FIRN_EXIT_DONE; i++) {
        g_autoptr(GError) error = NULL;
        char *job = start_one(self, self->paths->pdata[i], &error);

        status = follow(self, job, i + 1 == self->paths->len, error);
    }
    if (status != FIRN_EXIT_DONE && self->n_done > 0) {
        firn_report_warning("%u of %u snapshots were deleted", self->n_done, self->paths->len);
        return FIRN_EXIT_PARTLY;
    }
    return status;
}

static FirnExit
delete_all(Deletion *self)
{
    g_autoptr(GError) error = NULL;
    char *job = start_all(self, &error);

    return follow(self, job, TRUE, error);
}

static void
report_jobs(Deletion *self)
{
    GVariantBuilder numbers;

    g_variant_builder_init(&numbers, G_VARIANT_TYPE("au"));
    for (guint i = 0; i < self->jobs->len; i++) {
        guint number = firn_bus_path_to_job(self->jobs->pdata[i]);

        g_variant_builder_add(&numbers, "u", number);
        if (self->cli->is_no_block && !self->cli->is_json)
            g_print("%u\n", number);
    }
    if (self->cli->is_json) {
        GVariantDict dict;

        g_variant_dict_init(&dict, NULL);
        g_variant_dict_insert_value(&dict, "jobs", g_variant_builder_end(&numbers));
        if (!self->cli->is_no_block)
            g_variant_dict_insert_value(&dict, "deleted", names_to_variant(self));
        firn_json_print(g_variant_dict_end(&dict));
    } else {
        g_variant_builder_clear(&numbers);
    }
}

static int delete (Deletion *self)
{
    FirnExit status = wants_all ? delete_all(self) : delete_named(self);
    g_autofree char *names = join_names(self);

    if (status != FIRN_EXIT_DONE)
        return (int)status;
    report_jobs(self);
    if (!self->cli->is_no_block)
        firn_cli_say(self->cli,
                     "%s: %s%s",
                     firn_dbus_vm_get_name(self->vm),
                     self->names->len == 0 ? "nothing to delete" : "deleted ",
                     names);
    return FIRN_EXIT_DONE;
}

static int
run(FirnCli *cli, char **operands, guint n_operands)
{
    g_auto(Deletion) self = {.cli = cli};
    g_autoptr(GError) error = NULL;
    FirnExit status = FIRN_EXIT_DONE;

    if (wants_all + wants_children + wants_children_only > 1)
        return firn_cli_usage(cli, "--all, --children and --children-only are mutually exclusive");
    if (wants_all ? n_operands != 1 : n_operands < 2)
        return firn_cli_usage(cli, "a VM and its snapshots, or a VM and --all, are required");
    if ((wants_children || wants_children_only) && n_operands != 2)
        return firn_cli_usage(cli, "--children and --children-only take exactly one snapshot");
    if (!prepare(&self, operands, n_operands, &error))
        return (int)firn_report_error(error);
    if (is_dry_run)
        return tell(&self);
    if (!is_confirmed(&self, &status))
        return (int)status;
    return delete (&self);
}

const FirnCommand firn_command_delete = {
    "delete",
    "VM SNAPSHOT...",
    "delete snapshots",
    "  firn delete web1 before-upgrade\n"
    "  firn delete web1 before-upgrade --children -n\n"
    "  firn delete web1 --all --yes\n",
    options,
    run,
};
