/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "finding-list.h"

#include <string.h>

#include "color.h"
#include "printable.h"
#include "table.h"

#define MARK_WIDTH 7 /* of "warning" */

enum { WORD, SEVERITY, SUBJECT, MESSAGE, REMEDY, N_TEXTS };
static const char *const keys[N_TEXTS] = {"code", "severity", "subject", "message", "remedy"};

typedef struct {
    char *vm;             /* (owned) */
    char *texts[N_TEXTS]; /* (owned) */
} Finding;

struct _FirnFindingList {
    FirnCli *cli;     /* (unowned) */
    GHashTable *told; /* (owned) (element-type utf8 utf8) a set, see make_key() */
    GPtrArray *all;   /* (owned) (element-type Finding) */
    guint n_printed;
};

static void
free_finding(gpointer data)
{
    Finding *finding = data;

    g_free(finding->vm);
    for (guint i = 0; i < N_TEXTS; i++)
        g_free(finding->texts[i]);
    g_free(finding);
}

FirnFindingList *
firn_finding_list_new(FirnCli *cli)
{
    FirnFindingList *self = g_new0(FirnFindingList, 1);

    self->cli = cli;
    self->told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->all = g_ptr_array_new_with_free_func(free_finding);
    return self;
}

static char *
make_key(const char *vm, const Finding *finding)
{
    return g_strjoin("\n", vm, finding->texts[SUBJECT], finding->texts[MESSAGE], NULL);
}

static gboolean
was_told(FirnFindingList *self, const Finding *finding)
{
    g_autofree char *of_vm = make_key(finding->vm, finding);
    g_autofree char *of_host = make_key("", finding);

    return g_hash_table_contains(self->told, of_vm) || g_hash_table_contains(self->told, of_host);
}

void
firn_finding_list_add(FirnFindingList *self, const char *vm, GVariant *findings)
{
    for (gsize i = 0; i < g_variant_n_children(findings); i++) {
        g_autoptr(GVariant) texts = g_variant_get_child_value(findings, i);
        Finding *finding = g_new(Finding, 1);

        finding->vm = g_strdup(vm);
        for (guint j = 0; j < N_TEXTS; j++)
            g_variant_get_child(texts, j, "s", &finding->texts[j]);
        if (was_told(self, finding)) {
            free_finding(finding);
            continue;
        }
        g_hash_table_add(self->told, make_key(vm, finding));
        g_ptr_array_add(self->all, finding);
    }
}

static FirnColor
paint_of(const char *severity)
{
    if (g_str_equal(severity, "ok"))
        return FIRN_COLOR_GOOD;
    return g_str_equal(severity, "warning") ? FIRN_COLOR_CAUTION : FIRN_COLOR_BAD;
}

static gboolean
is_shown(const FirnFindingList *self, const Finding *finding)
{
    return !self->cli->is_quiet || !g_str_equal(finding->texts[SEVERITY], "ok");
}

static guint
measure_subjects(const FirnFindingList *self)
{
    guint width = 0;

    for (guint i = self->n_printed; i < self->all->len; i++) {
        const Finding *finding = self->all->pdata[i];
        g_autofree char *subject =
            firn_printable_clip(finding->texts[SUBJECT], FIRN_PRINTABLE_SENTENCES);

        if (is_shown(self, finding))
            width = MAX(width, firn_text_width(subject));
    }
    return width;
}

static void
print_finding(const FirnFindingList *self, const Finding *finding, guint width)
{
    g_autofree char *mark = g_strdup_printf("%-*s", MARK_WIDTH, finding->texts[SEVERITY]);
    g_autofree char *painted =
        firn_color(paint_of(finding->texts[SEVERITY]), self->cli->is_coloured, mark);
    g_autofree char *subject =
        firn_printable_clip(finding->texts[SUBJECT], FIRN_PRINTABLE_SENTENCES);
    g_autofree char *message =
        firn_printable_clip(finding->texts[MESSAGE], FIRN_PRINTABLE_SENTENCES);
    g_autofree char *remedy = firn_printable_clip(finding->texts[REMEDY], FIRN_PRINTABLE_SENTENCES);
    int gap = (int)(width - firn_text_width(subject));

    g_print("  %s  %s%*s  %s\n", painted, subject, gap, "", message);
    if (*remedy != '\0')
        g_print("  %*s  %*s  -> %s\n", MARK_WIDTH, "", (int)width, "", remedy);
}

void
firn_finding_list_print(FirnFindingList *self)
{
    guint width = measure_subjects(self);
    const char *vm = NULL;

    for (; self->n_printed < self->all->len; self->n_printed++) {
        const Finding *finding = self->all->pdata[self->n_printed];
        g_autofree char *title = firn_printable_clip(finding->vm, FIRN_PRINTABLE_SENTENCES);

        if (!is_shown(self, finding))
            continue;
        if (g_strcmp0(vm, finding->vm) != 0)
            g_print("%s\n", *title == '\0' ? "host" : title);
        vm = finding->vm;
        print_finding(self, finding, width);
    }
}

GVariant *
firn_finding_list_to_json(FirnFindingList *self)
{
    GVariantBuilder json;

    g_variant_builder_init(&json, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; i < self->all->len; i++) {
        const Finding *finding = self->all->pdata[i];
        GVariantDict dict;

        g_variant_dict_init(&dict, NULL);
        g_variant_dict_insert(&dict, "vm", "s", finding->vm);
        for (guint j = 0; j < N_TEXTS; j++)
            g_variant_dict_insert(&dict, keys[j], "s", finding->texts[j]);
        g_variant_builder_add_value(&json, g_variant_dict_end(&dict));
    }
    return g_variant_builder_end(&json);
}

gboolean
firn_finding_list_has_errors(FirnFindingList *self)
{
    for (guint i = 0; i < self->all->len; i++)
        if (g_str_equal(((Finding *)self->all->pdata[i])->texts[SEVERITY], "error"))
            return TRUE;
    return FALSE;
}

void
firn_finding_list_free(FirnFindingList *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->told);
    g_ptr_array_unref(self->all);
    g_free(self);
}
