/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-request.h"

#include <string.h>

#include "host-error.h"

static const struct {
    const char *word;
    FirnHookOperation operation;
} operations[] = {
    {"prepare", FIRN_HOOK_OPERATION_PREPARE},
    {"restore", FIRN_HOOK_OPERATION_RESTORE},
    {"migrate", FIRN_HOOK_OPERATION_MIGRATE},
};

static FirnHookOperation
find_operation(const char *word)
{
    for (gsize i = 0; i < G_N_ELEMENTS(operations); i++)
        if (g_str_equal(operations[i].word, word))
            return operations[i].operation;
    return FIRN_HOOK_OPERATION_OTHER;
}

static gboolean
refuse(GError **error)
{
    g_set_error(error,
                FIRN_HOST_ERROR,
                FIRN_HOST_ERROR_INVALID_ARGUMENT,
                "not a request of libvirt's hook");
    return FALSE;
}

FirnHookRequest *
firn_hook_request_parse(const char *text, gsize length, GError **error)
{
    g_autoptr(FirnHookRequest) self = g_new0(FirnHookRequest, 1);
    /* Empty text may be NULL. */
    const char *end = length == 0 ? NULL : memchr(text, '\n', length);
    g_autofree char *word = NULL;

    if (end == NULL || length > FIRN_HOOK_REQUEST_BYTES_MAX || memchr(text, '\0', length) != NULL) {
        refuse(error);
        return NULL;
    }
    word = g_strndup(text, end - text);
    self->operation = find_operation(word);
    self->xml = g_strndup(end + 1, length - (end + 1 - text));
    self->domain = firn_domain_xml_parse(self->xml, error);
    return self->domain == NULL ? NULL : g_steal_pointer(&self);
}

void
firn_hook_request_free(FirnHookRequest *self)
{
    if (self == NULL)
        return;
    g_free(self->xml);
    firn_domain_xml_free(self->domain);
    g_free(self);
}
