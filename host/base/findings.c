/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "findings.h"

#include "printable.h"

struct _FirnFindings {
    GPtrArray *list; /* (owned) (element-type GVariant) "(sssss)" */
};

static const char *const words[] = {
    [FIRN_SEVERITY_OK] = "ok",
    [FIRN_SEVERITY_WARNING] = "warning",
    [FIRN_SEVERITY_ERROR] = "error",
};
G_STATIC_ASSERT(G_N_ELEMENTS(words) == FIRN_SEVERITY_ERROR + 1);

FirnFindings *
firn_findings_new(void)
{
    FirnFindings *self = g_new(FirnFindings, 1);

    self->list = g_ptr_array_new_with_free_func((GDestroyNotify)g_variant_unref);
    return self;
}

void
firn_findings_add(FirnFindings *self,
                  FirnSeverity severity,
                  const char *word,
                  const char *subject,
                  const char *message,
                  const char *remedy)
{
    g_autofree char *printable_subject = firn_printable_clip(subject, FIRN_PRINTABLE_SENTENCES);
    g_autofree char *printable_message = firn_printable_clip(message, FIRN_PRINTABLE_SENTENCES);
    g_autofree char *printable_remedy = firn_printable_clip(remedy, FIRN_PRINTABLE_SENTENCES);

    g_ptr_array_add(self->list,
                    g_variant_ref_sink(g_variant_new("(sssss)",
                                                     word,
                                                     words[severity],
                                                     printable_subject,
                                                     printable_message,
                                                     printable_remedy)));
}

void
firn_findings_say(FirnFindings *self,
                  const char *word,
                  const char *subject,
                  const char *format,
                  ...)
{
    g_autofree char *message = NULL;
    va_list values;

    va_start(values, format);
    message = g_strdup_vprintf(format, values);
    va_end(values);
    firn_findings_add(self, FIRN_SEVERITY_OK, word, subject, message, "");
}

void
firn_findings_take(FirnFindings *self, const FirnFindings *others)
{
    for (guint i = 0; i < others->list->len; i++)
        g_ptr_array_add(self->list, g_variant_ref(others->list->pdata[i]));
}

GVariant *
firn_findings_to_variant(const FirnFindings *self)
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE(FIRN_FINDINGS_TYPE));
    for (guint i = 0; i < self->list->len; i++)
        g_variant_builder_add_value(&builder, self->list->pdata[i]);
    return g_variant_ref_sink(g_variant_builder_end(&builder));
}

void
firn_findings_free(FirnFindings *self)
{
    if (self == NULL)
        return;
    g_ptr_array_unref(self->list);
    g_free(self);
}
