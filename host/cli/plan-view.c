/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan-view.h"

#include "duration.h"
#include "field.h"
#include "printable.h"
#include "size-text.h"

static void
print_word(GVariant *plan, const char *label, const char *key)
{
    const char *text = "";

    g_variant_lookup(plan, key, "&s", &text);
    firn_field_print(label, text);
}

static void
print_disks(GVariant *plan)
{
    g_autoptr(GVariant) disks = g_variant_lookup_value(plan, "disks", G_VARIANT_TYPE("a(ssst)"));

    if (disks != NULL)
        firn_field_print_disks(disks);
}

static void
print_lines(GVariant *plan, const char *label, const char *key)
{
    g_autofree const char **lines = NULL;

    if (!g_variant_lookup(plan, key, "^a&s", &lines))
        return;
    for (const char **line = lines; *line != NULL; line++)
        firn_field_print(line == lines ? label : "", *line);
}

/* Nothing for an empty list. */
static void
print_words(GVariant *plan, const char *label, const char *key)
{
    g_autofree const char **words = NULL;
    g_autofree char *line = NULL;

    if (!g_variant_lookup(plan, key, "^a&s", &words) || *words == NULL)
        return;
    line = g_strjoinv(", ", (char **)words);
    firn_field_print(label, line);
}

static void
print_nvram(GVariant *plan)
{
    const char *path = "", *blocker = "";
    g_autofree char *line = NULL;

    g_variant_lookup(plan, "nvram", "&s", &path);
    g_variant_lookup(plan, "nvram-left-out", "&s", &blocker);
    if (*blocker != '\0')
        line = g_strdup_printf("excluded: %s", blocker);
    else if (*path == '\0')
        return;
    firn_field_print("NVRAM", line != NULL ? line : path);
}

static void
print_memory_way(GVariant *plan, const char *way)
{
    const char *note = NULL;
    g_autofree char *line = NULL;

    if (g_variant_lookup(plan, "memory-note", "&s", &note))
        line = g_strdup_printf("%s; not live: %s", way, note);
    else if (g_str_equal(way, "paused"))
        line = g_strdup("paused, as asked for");
    else if (g_str_equal(way, "unknown"))
        line = g_strdup("live if QEMU supports it (could not check)");
    firn_field_print("RAM", line == NULL ? way : line);
}

static void
print_memory_bytes(GVariant *plan, guint64 bytes)
{
    const char *place = "";
    guint64 room = 0;
    g_autofree char *size = firn_size_text(bytes);
    g_autofree char *there = NULL;
    g_autofree char *line = NULL;

    g_variant_lookup(plan, "memory-place", "&s", &place);
    if (g_variant_lookup(plan, "memory-room", "t", &room))
        there = firn_size_text(room);
    line = g_strdup_printf("%s%s into %s, which has %s",
                           bytes == 0 ? "an unknown size" : "up to ",
                           bytes == 0 ? "" : size,
                           place,
                           there == NULL ? "its own space" : there);
    firn_field_print("", line);
}

static void
print_memory(GVariant *plan)
{
    const char *way = "";
    guint64 pause_us = 0, bytes = 0;
    g_autofree char *pause = NULL;
    g_autofree char *line = NULL;

    if (!g_variant_lookup(plan, "memory", "&s", &way))
        return;
    print_memory_way(plan, way);
    g_variant_lookup(plan, "memory-pause", "t", &pause_us);
    g_variant_lookup(plan, "memory-size", "t", &bytes);
    print_memory_bytes(plan, bytes);
    if (g_str_equal(way, "stopped"))
        return;
    pause = firn_duration_format(pause_us);
    line = g_strdup_printf("the guest is paused for %s (estimate)",
                           bytes == 0 ? "an unknown time" : pause);
    firn_field_print("", line);
}

static void
print_file_systems(GVariant *plan)
{
    g_autoptr(GVariant) mounted =
        g_variant_lookup_value(plan, "file-systems", G_VARIANT_TYPE("a(sss)"));
    const char *mountpoint, *type, *device;

    for (gsize i = 0; mounted != NULL && i < g_variant_n_children(mounted); i++) {
        g_autofree char *line = NULL;

        g_variant_get_child(mounted, i, "(&s&s&s)", &mountpoint, &type, &device);
        line = g_strdup_printf("%s  %s  %s", mountpoint, type, device);
        firn_field_print(i == 0 ? "File systems" : "", line);
    }
}

static void
print_blockers(FirnCli *cli, GVariant *blockers)
{
    const char *code, *subject, *message, *remedy;
    g_autofree char *head = firn_color(FIRN_COLOR_BAD, cli->is_coloured, "Cannot proceed:");

    g_print("\n%s\n", head);
    for (gsize i = 0; i < g_variant_n_children(blockers); i++) {
        g_autofree char *whose = NULL;
        g_autofree char *what = NULL;
        g_autofree char *then = NULL;

        g_variant_get_child(blockers, i, "(&s&s&s&s)", &code, &subject, &message, &remedy);
        whose = firn_printable(subject);
        what = firn_printable_clip(message, FIRN_PRINTABLE_SENTENCES);
        then = firn_printable_clip(remedy, FIRN_PRINTABLE_SENTENCES);
        g_print("  %s: %s [%s]\n    -> %s\n", whose, what, code, then);
    }
}

static GVariant *
get_blockers(GVariant *plan)
{
    return g_variant_lookup_value(plan, "blockers", G_VARIANT_TYPE("a(ssss)"));
}

void
firn_plan_view_print(FirnCli *cli, GVariant *plan)
{
    g_autoptr(GVariant) blockers = get_blockers(plan);
    const char *verdict = "";
    g_autofree char *painted = NULL;

    print_word(plan, "Name", "name");
    print_word(plan, "VM", "state");
    print_word(plan, "Quiesce", "quiesce");
    print_word(plan, "Agent", "agent");
    print_disks(plan);
    print_lines(plan, "Excluded", "excluded");
    print_nvram(plan);
    print_memory(plan);
    print_words(plan, "Indications", "indications");
    print_words(plan, "Not frozen", "not-frozen");
    print_file_systems(plan);
    g_variant_lookup(plan, "expected-verdict", "&s", &verdict);
    painted = firn_color(firn_color_of_snapshot(verdict, "ready"), cli->is_coloured, verdict);
    if (blockers != NULL && g_variant_n_children(blockers) > 0)
        print_blockers(cli, blockers);
    else
        firn_field_print_painted("Expected", painted);
}

/* One line each: "disk vda", what happens to it, and why. */
static void
print_resources(FirnCli *cli, GVariant *plan)
{
    g_autoptr(GVariant) list =
        g_variant_lookup_value(plan, "resources", G_VARIANT_TYPE("a(sssss)"));
    const char *kind, *name, *action, *message;

    for (gsize i = 0; list != NULL && i < g_variant_n_children(list); i++) {
        gboolean is_bad;
        g_autofree char *subject = NULL;
        g_autofree char *line = NULL;
        g_autofree char *printable = NULL;
        g_autofree char *painted = NULL;

        g_variant_get_child(list, i, "(&s&s&s&s&s)", &kind, &name, &action, &message, NULL);
        is_bad = g_str_equal(action, "missing") || g_str_equal(action, "conflict");
        subject = g_strjoin(*name == '\0' ? "" : " ", kind, name, NULL);
        line = g_strdup_printf("%-22s %-9s %s", subject, action, message);
        printable = firn_printable_clip(g_strchomp(line), FIRN_PRINTABLE_SENTENCES);
        painted =
            is_bad ? firn_color(FIRN_COLOR_BAD, cli->is_coloured, printable) : g_strdup(printable);
        firn_field_print_painted(i == 0 ? "Plan" : "", painted);
    }
}

GStrv
firn_plan_view_list_missing(GVariant *plan)
{
    g_autoptr(GVariant) list = g_variant_lookup_value(plan, "missing", G_VARIANT_TYPE("a(ssss)"));
    g_autoptr(GStrvBuilder) words = g_strv_builder_new();
    const char *subject, *message, *remedy;

    for (gsize i = 0; list != NULL && i < g_variant_n_children(list); i++) {
        g_autofree char *sentence = NULL;

        g_variant_get_child(list, i, "(&s&s&s&s)", NULL, &subject, &message, &remedy);
        sentence = g_strdup_printf("%s: %s; %s", subject, message, remedy);
        g_strv_builder_add(words, sentence);
    }
    return g_strv_builder_end(words);
}

void
firn_plan_view_print_restore(FirnCli *cli, GVariant *plan)
{
    g_autoptr(GVariant) blockers = get_blockers(plan);
    g_auto(GStrv) missing = firn_plan_view_list_missing(plan);

    print_word(plan, "Snapshot", "name");
    print_word(plan, "Verdict", "verdict");
    print_word(plan, "VM", "state");
    print_word(plan, "Afterwards", "state-after");
    print_resources(cli, plan);
    print_lines(plan, "Changes", "changes");
    for (GStrv word = missing; *word != NULL; word++)
        firn_field_print(word == missing ? "Missing" : "", *word);
    if (blockers != NULL && g_variant_n_children(blockers) > 0)
        print_blockers(cli, blockers);
}

gboolean
firn_plan_view_has_blocker(GVariant *plan, const char *code)
{
    g_autoptr(GVariant) blockers = get_blockers(plan);
    const char *word;

    for (gsize i = 0; blockers != NULL && i < g_variant_n_children(blockers); i++) {
        g_variant_get_child(blockers, i, "(&s&s&s&s)", &word, NULL, NULL, NULL);
        if (g_str_equal(word, code))
            return TRUE;
    }
    return FALSE;
}

const char *
firn_plan_view_get_only_blocker(GVariant *plan, const char *code)
{
    g_autoptr(GVariant) blockers = get_blockers(plan);
    const char *word, *message;

    if (blockers == NULL || g_variant_n_children(blockers) != 1)
        return NULL;
    /* The plan keeps the text. */
    g_variant_get_child(blockers, 0, "(&s&s&s&s)", &word, NULL, &message, NULL);
    return g_str_equal(word, code) ? message : NULL;
}

FirnExit
firn_plan_view_status(GVariant *plan)
{
    g_autoptr(GVariant) blockers = get_blockers(plan);
    const char *code;

    if (blockers == NULL || g_variant_n_children(blockers) == 0)
        return FIRN_EXIT_DONE;
    g_variant_get_child(blockers, 0, "(&s&s&s&s)", &code, NULL, NULL, NULL);
    return firn_exit_from_word(code);
}
