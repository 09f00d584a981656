/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "field.h"

#include "printable.h"
#include "size-text.h"

void
firn_field_print_painted(const char *label, const char *text)
{
    g_print("%-14s%s\n", label, *text == '\0' ? "-" : text);
}

void
firn_field_print(const char *label, const char *text)
{
    g_autofree char *printable = firn_printable_clip(text, FIRN_PRINTABLE_SENTENCES);

    firn_field_print_painted(label, printable);
}

void
firn_field_print_disks(GVariant *disks)
{
    const char *target, *backend, *path;
    guint64 size;

    for (gsize i = 0; i < g_variant_n_children(disks); i++) {
        g_autofree char *size_text = NULL;
        g_autofree char *line = NULL;

        g_variant_get_child(disks, i, "(&s&s&st)", &target, &backend, &path, &size);
        size_text = firn_size_text(size);
        line = g_strdup_printf("%s  %s  %s  %s", target, backend, size_text, path);
        firn_field_print(i == 0 ? "Disks" : "", line);
    }
}
