/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "launch-drift.h"

#include <string.h>

#include "printable.h"

#define PROGRAM "program"

/* "-device e1000,id=nic": the option and, joined by spaces, the words up to the next option. */
typedef struct {
    const char *name; /* (owned) interned */
    GString *value;   /* (owned) */
    gboolean is_paired;
} Option;

static void
free_option(gpointer data)
{
    Option *option = data;

    g_string_free(option->value, TRUE);
    g_free(option);
}

static gboolean
is_name(const char *word)
{
    return word[0] == '-' && word[1] != '\0';
}

static const char *
intern_name(const char *word)
{
    const char *name = g_str_has_prefix(word, "--") ? word + 1 : word;

    return g_str_equal(name, "-M") ? "-machine" : g_intern_string(name);
}

static Option *
add_option(GPtrArray *options, const char *name)
{
    Option *option = g_new0(Option, 1);

    option->name = name;
    option->value = g_string_new(NULL);
    g_ptr_array_add(options, option);
    return option;
}

static GPtrArray *
parse(const char *line)
{
    GPtrArray *options = g_ptr_array_new_with_free_func(free_option);
    Option *option = add_option(options, PROGRAM);
    g_auto(GStrv) words = NULL;

    if (!g_shell_parse_argv(line, NULL, &words, NULL)) {
        g_string_assign(option->value, line);
        return options;
    }
    for (char **word = words; *word != NULL; word++) {
        if (is_name(*word))
            option = add_option(options, intern_name(*word));
        else
            g_string_append_printf(option->value, "%s%s", option->value->len > 0 ? " " : "", *word);
    }
    return options;
}

static gboolean
is_same(const Option *one, const Option *other)
{
    return g_str_equal(one->name, other->name) && g_string_equal(one->value, other->value);
}

/* "e1000" of "e1000,id=nic" */
static gsize
measure_kind(const Option *option)
{
    return strcspn(option->value->str, ",");
}

static gboolean
is_same_kind(const Option *one, const Option *other)
{
    gsize length = measure_kind(one);

    return g_str_equal(one->name, other->name) && length == measure_kind(other) &&
           strncmp(one->value->str, other->value->str, length) == 0;
}

static gboolean
is_same_name(const Option *one, const Option *other)
{
    return g_str_equal(one->name, other->name);
}

typedef gboolean (*Likeness)(const Option *one, const Option *other);

static Option *
find_unpaired(GPtrArray *options, const Option *like, Likeness is_like)
{
    for (guint i = 0; i < options->len; i++) {
        Option *option = options->pdata[i];

        if (!option->is_paired && is_like(option, like))
            return option;
    }
    return NULL;
}

/* The parts of @text that @other does not have. */
static char *
dup_own_parts(const char *text, const char *other)
{
    g_auto(GStrv) parts = g_strsplit(text, ",", -1);
    g_auto(GStrv) others = g_strsplit(other, ",", -1);
    g_autoptr(GStrvBuilder) own = g_strv_builder_new();
    g_auto(GStrv) words = NULL;

    for (char **part = parts; *part != NULL; part++)
        if (!g_strv_contains((const char *const *)others, *part))
            g_strv_builder_add(own, *part);
    words = g_strv_builder_end(own);
    return words[0] == NULL ? g_strdup("none") : g_strjoinv(",", words);
}

/* For messages: printable, and without secrets ("-object secret,data=..."). */
static char *
dup_shown(const char *text)
{
    static const char *const secret[] = {"data=", "password=", "passwd=", NULL};
    g_auto(GStrv) parts = g_strsplit(text, ",", -1);
    g_autofree char *joined = NULL;

    for (char **part = parts; *part != NULL; part++)
        for (guint i = 0; secret[i] != NULL; i++)
            if (g_str_has_prefix(*part, secret[i])) {
                g_free(*part);
                *part = g_strconcat(secret[i], "***", NULL);
            }
    joined = g_strjoinv(",", parts);
    return firn_printable(joined);
}

static void
tell_change(GStrvBuilder *list, const Option *then, const Option *now)
{
    g_autofree char *own_then = dup_own_parts(then->value->str, now->value->str);
    g_autofree char *own_now = dup_own_parts(now->value->str, then->value->str);
    /* If only the order of the parts differs, shows the whole value. */
    gboolean is_told = !g_str_equal(own_then, own_now);
    g_autofree char *text_then = dup_shown(is_told ? own_then : then->value->str);
    g_autofree char *text_now = dup_shown(is_told ? own_now : now->value->str);
    g_autofree char *whole = g_strndup(then->value->str, measure_kind(then));
    g_autofree char *kind = dup_shown(is_same_kind(then, now) ? whole : "");
    g_autofree char *name = firn_printable(then->name);
    g_autofree char *sentence = g_strdup_printf("%s%s%s%s %s -> %s",
                                                name,
                                                *kind == '\0' ? "" : " ",
                                                kind,
                                                *kind == '\0' ? "" : ":",
                                                text_then,
                                                text_now);

    g_strv_builder_add(list, sentence);
}

static void
tell_lone(GStrvBuilder *list, GPtrArray *options, const char *what)
{
    for (guint i = 0; i < options->len; i++) {
        const Option *option = options->pdata[i];
        g_autofree char *name = firn_printable(option->name);
        g_autofree char *value = dup_shown(option->value->str);
        g_autofree char *sentence =
            g_strdup_printf("%s%s%s %s", name, *value == '\0' ? "" : " ", value, what);

        if (!option->is_paired)
            g_strv_builder_add(list, sentence);
    }
}

static guint
count_name(GPtrArray *options, const char *name)
{
    guint count = 0;

    for (guint i = 0; i < options->len; i++)
        count += g_str_equal(((Option *)options->pdata[i])->name, name);
    return count;
}

/* A part that occurs once on each side is the same setting with another value. */
static gboolean
is_only_one(const Option *option, GPtrArray *then, GPtrArray *now)
{
    return count_name(then, option->name) == 1 && count_name(now, option->name) == 1;
}

/* @list: NULL for pairs without a difference. */
static void
pair(GPtrArray *then,
     GPtrArray *now,
     Likeness is_like,
     gboolean is_for_only_ones,
     GStrvBuilder *list)
{
    for (guint i = 0; i < then->len; i++) {
        Option *old = then->pdata[i];
        gboolean is_left_out = old->is_paired || (is_for_only_ones && !is_only_one(old, then, now));
        Option *present = is_left_out ? NULL : find_unpaired(now, old, is_like);

        if (present == NULL)
            continue;
        old->is_paired = present->is_paired = TRUE;
        if (list != NULL)
            tell_change(list, old, present);
    }
}

static const Option *
find_nth(GPtrArray *options, const char *name, guint nth)
{
    for (guint i = 0; i < options->len; i++) {
        const Option *option = options->pdata[i];

        if (g_str_equal(option->name, name) && nth-- == 0)
            return option;
    }
    return NULL;
}

/* Both command lines have the same options. */
static void
compare_order(GStrvBuilder *list, GPtrArray *then, GPtrArray *now)
{
    g_autoptr(GHashTable) told = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) counts = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < then->len; i++) {
        const Option *option = then->pdata[i];
        gpointer name = (gpointer)option->name;
        guint nth = GPOINTER_TO_UINT(g_hash_table_lookup(counts, name));
        g_autofree char *sentence = g_strdup_printf("%s in a different order", option->name);

        g_hash_table_insert(counts, name, GUINT_TO_POINTER(nth + 1));
        if (!is_same(option, find_nth(now, option->name, nth)) && g_hash_table_add(told, name))
            g_strv_builder_add(list, sentence);
    }
}

GStrv
firn_launch_drift_list(const char *then, const char *now)
{
    g_autoptr(GPtrArray) options_then = parse(then);
    g_autoptr(GPtrArray) options_now = parse(now);
    g_autoptr(GStrvBuilder) list = g_strv_builder_new();
    GStrv found;

    pair(options_then, options_now, is_same, FALSE, NULL);
    pair(options_then, options_now, is_same_kind, FALSE, list);
    pair(options_then, options_now, is_same_name, TRUE, list);
    tell_lone(list, options_then, "removed");
    tell_lone(list, options_now, "added");
    found = g_strv_builder_end(list);
    if (found[0] != NULL)
        return found;
    g_strfreev(found);
    compare_order(list, options_then, options_now);
    return g_strv_builder_end(list);
}
