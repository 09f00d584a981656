/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus-error.h"

#include "error-word.h"
#include "firn-config.h"
#include "printable.h"

/* Interning is bounded: there are no more names than error words. */
static const char *
intern_name(const char *word)
{
    g_autofree char *name = g_strconcat(FIRN_BUS_NAME ".Error.", word, NULL);

    return g_intern_string(name);
}

const char *
firn_bus_error_name(const GError *error)
{
    return intern_name(firn_error_word_of(error));
}

const char *const *
firn_bus_error_names(void)
{
    static const char **names;

    if (names == NULL) {
        const char *const *words = firn_error_word_list();
        guint n_words = g_strv_length((char **)words);

        names = g_new0(const char *, n_words + 1);
        for (guint i = 0; i < n_words; i++)
            names[i] = intern_name(words[i]);
    }
    return names;
}

void
firn_bus_error_return(GDBusMethodInvocation *invocation, GError *error)
{
    g_autoptr(GError) owned = error;
    g_autofree char *message = firn_printable_clip(owned->message, FIRN_PRINTABLE_SENTENCES);

    g_dbus_method_invocation_return_dbus_error(invocation, firn_bus_error_name(owned), message);
}
