/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vss-check.h"

#include "json-read.h"
#include "record-schema.h"
#include "vss-object.h"

#define LIST_MAX 256

static void
read_hooks(FirnVssCheck *self, const FirnVssObject *document)
{
    JsonArray *array;
    guint length = firn_vss_object_take_list(document, "hooks", LIST_MAX, &array);

    for (guint i = 0; i < length; i++) {
        JsonNode *node = json_array_get_element(array, i);

        if (JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING)
            g_ptr_array_add(
                self->hooks,
                firn_record_schema_clip(json_node_get_string(node), FIRN_VSS_TEXT_CHARACTERS_MAX));
        else
            firn_vss_object_refuse(document, "hooks");
    }
}

static void
read_volumes(FirnVssCheck *self, const FirnVssObject *document)
{
    JsonArray *array;
    guint length = firn_vss_object_take_list(document, "volumes", LIST_MAX, &array);

    for (guint i = 0; i < length; i++) {
        const FirnVssObject volume = {firn_json_read_element(array, i), document->bad};
        g_autofree char *name = firn_vss_object_take_text(&volume, "volume");
        g_autofree char *type = firn_vss_object_take_text_or_null(&volume, "file_system");

        if (!firn_vss_object_take_boolean(&volume, "can_freeze"))
            g_ptr_array_add(
                self->not_freezable,
                g_strdup_printf("%s (%s)", name, type == NULL ? "no file system" : type));
    }
}

FirnVssCheck *
firn_vss_check_parse(const char *text, gsize length, GError **error)
{
    g_autoptr(JsonNode) document = firn_vss_object_parse(text, length, error);
    g_autoptr(FirnVssCheck) self = NULL;
    FirnVssObject check, services;
    const char *bad = NULL;

    if (document == NULL)
        return NULL;
    self = g_new0(FirnVssCheck, 1);
    self->hooks = g_ptr_array_new_with_free_func(g_free);
    self->not_freezable = g_ptr_array_new_with_free_func(g_free);
    check = firn_vss_object_begin(document, &bad);
    services = firn_vss_object_take_object(&check, "services");
    self->program = firn_vss_object_take_text(&check, "program");
    self->service = firn_vss_object_take_text(&services, "firn_vss");
    self->provider = firn_vss_object_take_text(&services, "qemu_ga_provider");
    self->backup_type = firn_vss_object_take_text(&check, "backup_type");
    self->refusal = firn_vss_object_take_text_or_null(&check, "hooks_refused");
    read_hooks(self, &check);
    read_volumes(self, &check);
    return firn_vss_object_check(&check, error) ? g_steal_pointer(&self) : NULL;
}

void
firn_vss_check_free(FirnVssCheck *self)
{
    if (self == NULL)
        return;
    g_free(self->program);
    g_free(self->service);
    g_free(self->provider);
    g_free(self->backup_type);
    g_free(self->refusal);
    g_ptr_array_unref(self->hooks);
    g_ptr_array_unref(self->not_freezable);
    g_free(self);
}
