/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-view.h"

#include "duration.h"
#include "json-output.h"
#include "printable.h"
#include "table.h"

static GVariant *
find_report(GVariant *evidence)
{
    return g_variant_lookup_value(evidence, "guest_report", G_VARIANT_TYPE_VARDICT);
}

static const char *
get_text(GVariant *dict, const char *key)
{
    const char *text = NULL;

    return g_variant_lookup(dict, key, "&s", &text) ? text : "";
}

static gint64
get_number(GVariant *dict, const char *key)
{
    gint64 number = 0;

    g_variant_lookup(dict, key, "x", &number);
    return number;
}

/* Each element of a list of objects. */
static GPtrArray *
list_objects(GVariant *dict, const char *key)
{
    GPtrArray *objects = g_ptr_array_new_with_free_func((GDestroyNotify)g_variant_unref);
    g_autoptr(GVariant) list = g_variant_lookup_value(dict, key, G_VARIANT_TYPE("av"));

    for (gsize i = 0; list != NULL && i < g_variant_n_children(list); i++) {
        g_autoptr(GVariant) item = g_variant_get_child_value(list, i);
        g_autoptr(GVariant) object = g_variant_get_variant(item);

        if (g_variant_is_of_type(object, G_VARIANT_TYPE_VARDICT))
            g_ptr_array_add(objects, g_steal_pointer(&object));
    }
    return objects;
}

/* "2 ok, 1 skipped", in the order in which the results occur. */
static char *
count_results(GPtrArray *hooks)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    g_autoptr(GHashTable) counts = g_hash_table_new(g_str_hash, g_str_equal);
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < hooks->len; i++) {
        char *word = (char *)get_text(hooks->pdata[i], "result");
        guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, word));

        if (count == 0)
            g_ptr_array_add(words, word);
        g_hash_table_insert(counts, word, GUINT_TO_POINTER(count + 1));
    }
    for (guint i = 0; i < words->len; i++)
        g_string_append_printf(text,
                               "%s%u %s",
                               i == 0 ? "" : ", ",
                               GPOINTER_TO_UINT(g_hash_table_lookup(counts, words->pdata[i])),
                               (char *)words->pdata[i]);
    return g_string_free(text, FALSE);
}

char *
firn_hook_view_summarise(GVariant *evidence)
{
    g_autoptr(GVariant) report = find_report(evidence);
    g_autoptr(GPtrArray) hooks = report == NULL ? NULL : list_objects(report, "hooks");
    g_autofree char *counts = NULL;

    if (report == NULL)
        return NULL;
    counts = hooks->len == 0 ? g_strdup("no hooks") : count_results(hooks);
    return g_strdup_printf("%s: %s", get_text(report, "level"), counts);
}

static char *
format_ms(GVariant *hook, const char *key)
{
    gint64 ms = get_number(hook, key);

    return ms <= 0 ? g_strdup("-") : firn_duration_format((guint64)ms * 1000);
}

static void
add_row(FirnTable *table, GVariant *hook)
{
    g_autofree char *prepare = format_ms(hook, "prepare_ms");
    g_autofree char *freeze = format_ms(hook, "freeze_ms");
    g_autofree char *hold = format_ms(hook, "hold_ms");
    g_autofree char *thaw = format_ms(hook, "thaw_ms");
    const char *level = get_text(hook, "level");
    const char *message = get_text(hook, "message");

    firn_table_add(table,
                   FIRN_COLOR_NONE,
                   G_MAXUINT,
                   get_text(hook, "name"),
                   get_text(hook, "result"),
                   *level == '\0' ? NULL : level,
                   prepare,
                   freeze,
                   hold,
                   thaw,
                   *message == '\0' ? NULL : message);
}

static void
add_data(GString *view, GVariant *hook)
{
    g_autofree char *name = firn_printable(get_text(hook, "name"));
    g_auto(GStrv) data = firn_json_dup_strings(hook, "data");

    for (GStrv pair = data; *pair != NULL; pair++) {
        g_autofree char *text = firn_printable(*pair);

        g_string_append_printf(view, "%s: %s\n", name, text);
    }
}

static void
add_hooks(GString *view, GPtrArray *hooks)
{
    static const char *const titles[] =
        {"HOOK", "RESULT", "PROVES", "PREPARE", "FREEZE", "HOLD", "THAW", "MESSAGE", NULL};
    g_autoptr(FirnTable) table = firn_table_new(titles);
    g_autofree char *lines = NULL;

    for (guint i = 0; i < hooks->len; i++)
        add_row(table, hooks->pdata[i]);
    lines = firn_table_render(table, TRUE, FALSE);
    g_string_append(view, lines);
    for (guint i = 0; i < hooks->len; i++)
        add_data(view, hooks->pdata[i]);
}

static void
add_uncovered(GString *view, GVariant *report)
{
    g_autoptr(GPtrArray) mounts = list_objects(report, "uncovered");

    for (guint i = 0; i < mounts->len; i++) {
        g_autofree char *mountpoint = firn_printable(get_text(mounts->pdata[i], "mountpoint"));
        g_autofree char *type = firn_printable(get_text(mounts->pdata[i], "type"));

        g_string_append_printf(view, "not frozen: %s (%s)\n", mountpoint, type);
    }
}

static void
add_deadman(GString *view, GVariant *report)
{
    gint64 seconds = get_number(report, "deadman_s");
    gboolean has_fired = FALSE;

    g_variant_lookup(report, "has_fired", "b", &has_fired);
    if (has_fired)
        g_string_append_printf(view,
                               "the guest thawed itself after %" G_GINT64_FORMAT " ms\n",
                               get_number(report, "fired_after_ms"));
    else if (seconds > 0)
        g_string_append_printf(view,
                               "the guest would have thawed itself after %" G_GINT64_FORMAT " s\n",
                               seconds);
}

char *
firn_hook_view_format(GVariant *evidence)
{
    g_autoptr(GVariant) report = find_report(evidence);
    g_autoptr(GPtrArray) hooks = report == NULL ? NULL : list_objects(report, "hooks");
    GString *view = g_string_new(NULL);

    if (report == NULL)
        return g_string_free(view, FALSE);
    g_string_append_printf(view, "%s, %s\n", get_text(report, "state"), get_text(report, "level"));
    if (hooks->len > 0)
        add_hooks(view, hooks);
    add_uncovered(view, report);
    add_deadman(view, report);
    return g_string_free(view, FALSE);
}
