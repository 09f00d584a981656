/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "enum-nick.h"

const char *
firn_enum_to_nick(GType type, int value)
{
    g_return_val_if_fail(G_TYPE_IS_ENUM(type), "");

    g_autoptr(GTypeClass) class = g_type_class_ref(type);
    GEnumValue *known = g_enum_get_value(G_ENUM_CLASS(class), value);

    g_return_val_if_fail(known != NULL, "");
    return known->value_nick;
}

/* Not g_enum_get_value_by_nick(): since GLib 2.90 it accepts "Memory" for "memory". */
gboolean
firn_enum_from_nick(GType type, const char *nick, int *out_value)
{
    g_return_val_if_fail(G_TYPE_IS_ENUM(type), FALSE);

    g_autoptr(GTypeClass) class = g_type_class_ref(type);

    for (guint i = 0; i < G_ENUM_CLASS(class)->n_values; i++) {
        const GEnumValue *known = &G_ENUM_CLASS(class)->values[i];

        if (g_strcmp0(known->value_nick, nick) != 0)
            continue;
        *out_value = known->value;
        return TRUE;
    }
    return FALSE;
}
