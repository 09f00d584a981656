/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lvm-report.h"

#include <math.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "engine-error.h"
#include "json-guard.h"
#include "json-read.h"

/* Source: lvm(8), "Valid names" and "TAGS". */
#define NAME_BYTES G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "+_.-"
#define TAG_BYTES  NAME_BYTES "/=!:&#"

static const FirnJsonLimits limits = {FIRN_LVM_REPORT_BYTES_MAX, 64 * 1024, 200000, 8, 0};

void
firn_lv_free(FirnLv *self)
{
    if (self == NULL)
        return;
    g_free(self->vg);
    g_free(self->name);
    g_free(self->origin);
    g_free(self->pool);
    g_free(self->health);
    g_free(self->lock_type);
    g_strfreev(self->tags);
    g_free(self);
}

gboolean
firn_lv_has_tag(const FirnLv *self, const char *tag)
{
    return g_strv_contains((const char *const *)self->tags, tag);
}

static gboolean
refuse(const char *member, GError **error)
{
    g_set_error(error,
                FIRN_ENGINE_ERROR,
                FIRN_ENGINE_ERROR_CORRUPT,
                "LVM's report has no valid %s",
                member);
    return FALSE;
}

/* Hidden LVs have brackets around their names, also where they are the origin or pool of others. */
static char *
strip_brackets(const char *name)
{
    gsize length = strlen(name);

    return length > 2 && name[0] == '[' && name[length - 1] == ']' ? g_strndup(name + 1, length - 2)
                                                                   : g_strdup(name);
}

static gboolean
read_name(JsonObject *row, const char *member, gboolean may_be_empty, char **out, GError **error)
{
    const char *text = firn_json_read_string(row, member);
    g_autofree char *name = text == NULL ? NULL : strip_brackets(text);

    if (name == NULL || name[strspn(name, NAME_BYTES)] != '\0' || name[0] == '-' ||
        (*name == '\0' && !may_be_empty))
        return refuse(member, error);
    *out = g_steal_pointer(&name);
    return TRUE;
}

static gboolean
read_tags(JsonObject *row, GStrv *out, GError **error)
{
    const char *text = firn_json_read_string(row, "lv_tags");

    if (text == NULL || text[strspn(text, TAG_BYTES ",")] != '\0')
        return refuse("lv_tags", error);
    *out = g_strsplit(text, ",", -1);
    return TRUE;
}

static gboolean
read_words(JsonObject *row, const char *member, const char **out, GError **error)
{
    const char *text = firn_json_read_string(row, member);

    if (text == NULL || !g_str_is_ascii(text))
        return refuse(member, error);
    *out = text;
    return TRUE;
}

static gboolean
read_word(JsonObject *row, const char *member, char **out, GError **error)
{
    const char *text = NULL;

    if (!read_words(row, member, &text, error))
        return FALSE;
    *out = g_strdup(text);
    return TRUE;
}

/* -1 and 4294967295 mean unknown: a host without the LV's device, or another version's -1. */
static gboolean
read_flag(JsonObject *row, const char *member, gboolean *out, GError **error)
{
    const char *text = firn_json_read_string(row, member);

    if (text == NULL || (!g_str_equal(text, "0") && !g_str_equal(text, "1") &&
                         !g_str_equal(text, "-1") && !g_str_equal(text, "4294967295")))
        return refuse(member, error);
    *out = g_str_equal(text, "1");
    return TRUE;
}

static gboolean
read_number(JsonObject *row, const char *member, guint64 *out, GError **error)
{
    const char *text = firn_json_read_string(row, member);

    return (text != NULL &&
            g_ascii_string_to_unsigned(text, 10, 0, (guint64)G_MAXINT64, out, NULL)) ||
           refuse(member, error);
}

static gboolean
read_percent(JsonObject *row, const char *member, double *out, GError **error)
{
    const char *text = firn_json_read_string(row, member);
    char *end = NULL;
    double number = text == NULL ? -1 : g_ascii_strtod(text, &end);

    if (text == NULL || *end != '\0' || !isfinite(number) || number < 0 || number > 100)
        return refuse(member, error);
    *out = number;
    return TRUE;
}

static gboolean
read_device(JsonObject *row, guint64 *out, GError **error)
{
    const char *major_text = firn_json_read_string(row, "lv_kernel_major");
    const char *minor_text = firn_json_read_string(row, "lv_kernel_minor");
    guint64 major_number;
    guint64 minor_number;

    if (major_text == NULL || minor_text == NULL)
        return refuse("lv_kernel_major", error);
    if (!g_ascii_string_to_unsigned(major_text, 10, 0, 4095, &major_number, NULL) ||
        !g_ascii_string_to_unsigned(minor_text, 10, 0, 1048575, &minor_number, NULL))
        return TRUE; /* it has none */
    *out = makedev((guint)major_number, (guint)minor_number);
    return TRUE;
}

static gboolean
has_word(const char *list, const char *word)
{
    g_auto(GStrv) words = g_strsplit(list, ",", -1);

    return g_strv_contains((const char *const *)words, word);
}

static gboolean
read_kind(JsonObject *row, FirnLvKind *out, GError **error)
{
    const char *layout = NULL;
    const char *role = NULL;

    if (!read_words(row, "lv_layout", &layout, error) || !read_words(row, "lv_role", &role, error))
        return FALSE;
    if (has_word(layout, "thin"))
        *out = has_word(layout, "pool") ? FIRN_LV_KIND_THIN_POOL : FIRN_LV_KIND_THIN;
    else if (has_word(role, "public") &&
             (has_word(layout, "linear") || has_word(layout, "striped")))
        *out = has_word(role, "thinorigin") ? FIRN_LV_KIND_OTHER : FIRN_LV_KIND_THICK;
    else
        *out = FIRN_LV_KIND_OTHER;
    return TRUE;
}

static gboolean
read_names(FirnLv *self, JsonObject *row, GError **error)
{
    return read_name(row, "vg_name", FALSE, &self->vg, error) &&
           read_name(row, "lv_name", FALSE, &self->name, error) &&
           read_name(row, "origin", TRUE, &self->origin, error) &&
           read_name(row, "pool_lv", TRUE, &self->pool, error) &&
           read_tags(row, &self->tags, error) &&
           read_word(row, "lv_health_status", &self->health, error) &&
           read_word(row, "vg_lock_type", &self->lock_type, error) &&
           read_kind(row, &self->kind, error);
}

static gboolean
read_numbers(FirnLv *self, JsonObject *row, GError **error)
{
    return read_number(row, "lv_size", &self->size_bytes, error) &&
           read_number(row, "vg_extent_size", &self->extent_bytes, error) &&
           read_number(row, "vg_free", &self->free_bytes, error) &&
           read_percent(row, "data_percent", &self->data_percent, error) &&
           read_percent(row, "metadata_percent", &self->metadata_percent, error) &&
           read_device(row, &self->device, error);
}

static gboolean
read_state(FirnLv *self, JsonObject *row, GError **error)
{
    const char *active = NULL;
    const char *permissions = NULL;

    if (!read_words(row, "lv_active", &active, error) ||
        !read_words(row, "lv_permissions", &permissions, error))
        return FALSE;
    self->is_active = g_str_has_prefix(active, "active") || g_str_has_prefix(active, "local");
    self->is_writable = g_str_equal(permissions, "writeable");
    return read_flag(row, "lv_active_exclusively", &self->is_exclusive, error) &&
           read_flag(row, "lv_merging", &self->is_merging, error) &&
           read_flag(row, "lv_snapshot_invalid", &self->is_invalid, error) &&
           read_flag(row, "lv_device_open", &self->is_open, error) &&
           read_flag(row, "lv_check_needed", &self->needs_check, error);
}

static gboolean
add_rows(GPtrArray *lvs, JsonArray *rows, GError **error)
{
    for (guint i = 0; i < json_array_get_length(rows); i++) {
        g_autoptr(FirnLv) lv = g_new0(FirnLv, 1);
        JsonObject *row = firn_json_read_element(rows, i);

        if (!read_names(lv, row, error) || !read_numbers(lv, row, error) ||
            !read_state(lv, row, error))
            return FALSE;
        g_ptr_array_add(lvs, g_steal_pointer(&lv));
    }
    return TRUE;
}

/* The report begins on a line of its own. */
static const char *
find_start(const char *text, const char *end)
{
    const char *line = text;

    while (line < end) {
        const char *first = line;

        while (first < end && *first == ' ')
            first++;
        if (first < end && *first == '{')
            return first;
        line = memchr(line, '\n', (gsize)(end - line));
        line = line == NULL ? end : line + 1;
    }
    return end;
}

GPtrArray *
firn_lvm_report_parse(const char *text, gsize length, GError **error)
{
    const char *start = find_start(text, text + length);
    g_autoptr(GError) cause = NULL;
    g_autoptr(JsonNode) root =
        firn_json_guard_parse(start, (gsize)(text + length - start), &limits, &cause);
    g_autoptr(GPtrArray) lvs = g_ptr_array_new_with_free_func((GDestroyNotify)firn_lv_free);
    JsonArray *reports;

    if (root == NULL) {
        g_set_error(error,
                    FIRN_ENGINE_ERROR,
                    FIRN_ENGINE_ERROR_CORRUPT,
                    "LVM's report cannot be read: %s",
                    cause->message);
        return NULL;
    }
    reports = firn_json_read_array(json_node_get_object(root), "report");
    if (reports == NULL) {
        refuse("report", error);
        return NULL;
    }
    for (guint i = 0; i < json_array_get_length(reports); i++) {
        JsonArray *rows = firn_json_read_array(firn_json_read_element(reports, i), "lv");

        if (rows == NULL && !refuse("lv", error))
            return NULL;
        if (!add_rows(lvs, rows, error))
            return NULL;
    }
    return g_steal_pointer(&lvs);
}
