/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vss-view.h"

#include "duration.h"
#include "json-output.h"
#include "printable.h"
#include "table.h"

static GVariant *
find_report(GVariant *evidence)
{
    return g_variant_lookup_value(evidence, "vss_report", G_VARIANT_TYPE_VARDICT);
}

/* Returns %NULL if there is none. */
static char *
dup_text(GVariant *dict, const char *key)
{
    const char *text = NULL;

    return g_variant_lookup(dict, key, "&s", &text) ? firn_printable(text) : NULL;
}

static gint64
get_number(GVariant *dict, const char *key)
{
    gint64 number = 0;

    g_variant_lookup(dict, key, "x", &number);
    return number;
}

static gboolean
get_boolean(GVariant *dict, const char *key)
{
    gboolean is_so = FALSE;

    g_variant_lookup(dict, key, "b", &is_so);
    return is_so;
}

static char *
describe_run(GVariant *report)
{
    g_autofree char *outcome = dup_text(report, "outcome");
    g_autofree char *type = dup_text(report, "backup_type");

    return outcome == NULL
               ? NULL
               : g_strdup_printf("%s, backup type %s", outcome, type == NULL ? "unknown" : type);
}

char *
firn_vss_view_summarise(GVariant *evidence)
{
    g_autoptr(GVariant) report = find_report(evidence);
    g_autofree char *run = report == NULL ? NULL : describe_run(report);
    g_autofree char *shortfall = report == NULL ? NULL : dup_text(report, "shortfall");

    if (shortfall == NULL)
        return g_steal_pointer(&run);
    if (run == NULL)
        return g_steal_pointer(&shortfall);
    return g_strdup_printf("%s; %s", run, shortfall);
}

static void
add_row_of_hook(FirnTable *table, GVariant *hook)
{
    g_autofree char *name = dup_text(hook, "name");
    g_autofree char *stage = dup_text(hook, "stage");
    g_autofree char *result = dup_text(hook, "result");
    g_autofree char *output = dup_text(hook, "output");
    g_autofree char *code = g_strdup_printf("%" G_GINT64_FORMAT, get_number(hook, "code"));
    g_autofree char *took = firn_duration_format((guint64)get_number(hook, "ms") * 1000);

    firn_table_add(table, FIRN_COLOR_NONE, G_MAXUINT, name, stage, result, code, took, output);
}

/* "0x800423f2 WRITERERROR_TIMEOUT"; NULL: none */
static char *
describe_failure(GVariant *dict)
{
    gint64 failure = get_number(dict, "failure");
    g_autofree char *name = dup_text(dict, "failure_name");

    return failure == 0 ? NULL
                        : g_strdup_printf("0x%08" G_GINT64_MODIFIER "x %s",
                                          failure,
                                          name == NULL ? "" : name);
}

static void
add_row_of_writer(FirnTable *table, GVariant *writer)
{
    g_autofree char *name = dup_text(writer, "name");
    g_autofree char *state = dup_text(writer, "state");
    g_autofree char *failure = describe_failure(writer);

    firn_table_add(table,
                   FIRN_COLOR_NONE,
                   G_MAXUINT,
                   name,
                   state,
                   get_boolean(writer, "has_failed") ? "failed" : "ok",
                   failure);
}

static void
add_table(GString *view,
          GVariant *report,
          const char *key,
          const char *const *titles,
          void (*add_row)(FirnTable *table, GVariant *object))
{
    g_autoptr(GVariant) list = g_variant_lookup_value(report, key, G_VARIANT_TYPE("av"));
    g_autoptr(FirnTable) table = firn_table_new(titles);
    g_autofree char *lines = NULL;

    for (gsize i = 0; list != NULL && i < g_variant_n_children(list); i++) {
        g_autoptr(GVariant) item = g_variant_get_child_value(list, i);
        g_autoptr(GVariant) object = g_variant_get_variant(item);

        if (g_variant_is_of_type(object, G_VARIANT_TYPE_VARDICT))
            add_row(table, object);
    }
    lines = firn_table_render(table, TRUE, FALSE);
    g_string_append(view, lines);
}

static void
add_run(GString *view, GVariant *report)
{
    g_autofree char *run = describe_run(report);
    g_autofree char *set = dup_text(report, "snapshot_set");
    g_autofree char *failure = describe_failure(report);

    if (run == NULL)
        return;
    g_string_append_printf(view,
                           "shadow copy %" G_GINT64_FORMAT " of the guest, set %s: %s\n"
                           "VSS held the writers for %" G_GINT64_FORMAT " ms\n",
                           get_number(report, "counter"),
                           set == NULL ? "unknown" : set,
                           run,
                           get_number(report, "held_ms"));
    if (failure != NULL)
        g_string_append_printf(view, "firn's VSS writer refused: %s\n", failure);
    if (get_boolean(report, "ignores_failures"))
        g_string_append(view, "failed hooks do not make it refuse (HookFailures is \"ignore\")\n");
    if (get_boolean(report, "has_ended_early"))
        g_string_append(view, "VSS ended the freeze before the thaw was sent\n");
}

char *
firn_vss_view_format(GVariant *evidence)
{
    static const char *const hook_titles[] =
        {"HOOK", "STAGE", "RESULT", "CODE", "TOOK", "OUTPUT", NULL};
    static const char *const writer_titles[] = {"WRITER", "STATE", "RESULT", "FAILURE", NULL};
    g_autoptr(GVariant) report = find_report(evidence);
    g_autofree char *shortfall = report == NULL ? NULL : dup_text(report, "shortfall");
    g_autofree char *program = report == NULL ? NULL : dup_text(report, "program");
    g_autofree char *service = report == NULL ? NULL : dup_text(report, "service");
    GString *view = g_string_new(NULL);

    if (report == NULL)
        return g_string_free(view, FALSE);
    if (shortfall != NULL)
        g_string_append_printf(view, "applications not proved consistent: %s\n", shortfall);
    if (program != NULL)
        g_string_append_printf(view,
                               "firn-vss %s, service %s\n",
                               program,
                               service == NULL ? "unknown" : service);
    add_run(view, report);
    if (get_boolean(report, "is_quiesced"))
        g_string_append(view, "freeze hooks had run, and not yet their thaw hooks\n");
    add_table(view, report, "hooks", hook_titles, add_row_of_hook);
    add_table(view, report, "writers", writer_titles, add_row_of_writer);
    return g_string_free(view, FALSE);
}
