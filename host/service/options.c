/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "options.h"

#include "host-error.h"
#include "printable.h"

struct _FirnOptions {
    GVariantDict dict;  /* (owned) options not read yet */
    GPtrArray *allowed; /* (owned) (element-type utf8) known keys; constants */
};

FirnOptions *
firn_options_new(GVariant *vardict)
{
    FirnOptions *self = g_new0(FirnOptions, 1);

    g_variant_dict_init(&self->dict, vardict);
    self->allowed = g_ptr_array_new();
    return self;
}

void
firn_options_free(FirnOptions *self)
{
    if (self == NULL)
        return;
    g_variant_dict_clear(&self->dict);
    g_ptr_array_unref(self->allowed);
    g_free(self);
}

/* Returns %TRUE with @out_value %NULL if the key is absent. */
static gboolean
take(FirnOptions *self,
     const char *key,
     const GVariantType *type,
     GVariant **out_value,
     GError **error)
{
    g_autoptr(GVariant) value = g_variant_dict_lookup_value(&self->dict, key, NULL);

    g_ptr_array_add(self->allowed, (gpointer)key);
    if (value != NULL && !g_variant_is_of_type(value, type)) {
        g_set_error(error,
                    FIRN_HOST_ERROR,
                    FIRN_HOST_ERROR_INVALID_ARGUMENT,
                    "option %s has type \"%s\", expected \"%.*s\"",
                    key,
                    g_variant_get_type_string(value),
                    (int)g_variant_type_get_string_length(type),
                    g_variant_type_peek_string(type));
        return FALSE;
    }
    g_variant_dict_remove(&self->dict, key);
    *out_value = g_steal_pointer(&value);
    return TRUE;
}

gboolean
firn_options_take_string(FirnOptions *self, const char *key, char **out_value, GError **error)
{
    g_autoptr(GVariant) value = NULL;

    if (!take(self, key, G_VARIANT_TYPE_STRING, &value, error))
        return FALSE;
    if (value != NULL) {
        g_free(*out_value);
        *out_value = g_variant_dup_string(value, NULL);
    }
    return TRUE;
}

gboolean
firn_options_take_strings(FirnOptions *self, const char *key, GStrv *out_value, GError **error)
{
    g_autoptr(GVariant) value = NULL;

    if (!take(self, key, G_VARIANT_TYPE_STRING_ARRAY, &value, error))
        return FALSE;
    if (value != NULL) {
        g_strfreev(*out_value);
        *out_value = g_variant_dup_strv(value, NULL);
    }
    return TRUE;
}

/* "a, b or c" */
static char *
list_words(const char *const *words)
{
    GString *text = g_string_new(words[0]);

    for (guint i = 1; words[i] != NULL; i++)
        g_string_append_printf(text, "%s%s", words[i + 1] == NULL ? " or " : ", ", words[i]);
    return g_string_free(text, FALSE);
}

gboolean
firn_options_take_word(FirnOptions *self,
                       const char *key,
                       const char *const *words,
                       guint *out_index,
                       GError **error)
{
    g_autofree char *word = NULL;
    g_autofree char *printable = NULL;
    g_autofree char *expected = NULL;

    if (!firn_options_take_string(self, key, &word, error))
        return FALSE;
    if (word == NULL)
        return TRUE;
    for (guint i = 0; words[i] != NULL; i++)
        if (g_str_equal(words[i], word)) {
            *out_index = i;
            return TRUE;
        }
    printable = firn_printable(word);
    expected = list_words(words);
    g_set_error(error,
                FIRN_HOST_ERROR,
                FIRN_HOST_ERROR_INVALID_ARGUMENT,
                "%s is \"%s\"; expected %s",
                key,
                printable,
                expected);
    return FALSE;
}

gboolean
firn_options_take_duration(FirnOptions *self,
                           const char *key,
                           guint least_ms,
                           guint *out_ms,
                           GError **error)
{
    g_autoptr(GVariant) value = NULL;
    guint64 ms;

    if (!take(self, key, G_VARIANT_TYPE_UINT64, &value, error))
        return FALSE;
    if (value == NULL)
        return TRUE;
    ms = g_variant_get_uint64(value) / 1000 + (g_variant_get_uint64(value) % 1000 != 0);
    if (ms < least_ms || ms > FIRN_LIMIT_MS_MAX) {
        g_set_error(error,
                    FIRN_HOST_ERROR,
                    FIRN_HOST_ERROR_INVALID_ARGUMENT,
                    "%s of %" G_GUINT64_FORMAT " ms is out of range: %u to %u ms",
                    key,
                    ms,
                    least_ms,
                    FIRN_LIMIT_MS_MAX);
        return FALSE;
    }
    *out_ms = (guint)ms;
    return TRUE;
}

gboolean
firn_options_take_limits(FirnOptions *self, FirnFreezeLimits *limits, GError **error)
{
    return firn_options_take_duration(self, "freeze-wait", 1, &limits->freeze_wait_ms, error) &&
           firn_options_take_duration(self, "frozen-max", 1, &limits->frozen_max_ms, error);
}

gboolean
firn_options_take_boolean(FirnOptions *self, const char *key, gboolean *out_value, GError **error)
{
    g_autoptr(GVariant) value = NULL;

    if (!take(self, key, G_VARIANT_TYPE_BOOLEAN, &value, error))
        return FALSE;
    if (value != NULL)
        *out_value = g_variant_get_boolean(value);
    return TRUE;
}

static char *
list_allowed(FirnOptions *self)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < self->allowed->len; i++)
        g_string_append_printf(text,
                               "%s%s",
                               i == 0 ? "" : ", ",
                               (const char *)self->allowed->pdata[i]);
    return g_string_free(text, FALSE);
}

gboolean
firn_options_finish(FirnOptions *self, GError **error)
{
    g_autoptr(GVariant) left = g_variant_ref_sink(g_variant_dict_end(&self->dict));
    g_autofree char *key = NULL;
    g_autofree char *printable = NULL;
    g_autofree char *allowed = NULL;

    g_variant_dict_init(&self->dict, NULL);
    if (g_variant_n_children(left) == 0)
        return TRUE;
    g_variant_get_child(left, 0, "{sv}", &key, NULL);
    printable = firn_printable(key);
    allowed = list_allowed(self);
    g_set_error(error,
                FIRN_HOST_ERROR,
                FIRN_HOST_ERROR_INVALID_ARGUMENT,
                "unknown option %s; known options: %s",
                printable,
                *allowed == '\0' ? "none" : allowed);
    return FALSE;
}
