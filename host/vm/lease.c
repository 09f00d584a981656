/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lease.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>

#include "host-error.h"
#include "json-read.h"

void
firn_lease_free(FirnLease *self)
{
    if (self == NULL)
        return;
    g_free(self->vm_uuid);
    g_free(self->vm_name);
    g_free(self->agent_path);
    g_free(self);
}

static char *
to_text(const FirnLease *self)
{
    g_autoptr(JsonObject) object = json_object_new();
    g_autoptr(JsonNode) node = json_node_alloc();

    json_object_set_string_member(object, "vm_uuid", self->vm_uuid);
    json_object_set_string_member(object, "vm_name", self->vm_name);
    json_object_set_int_member(object, "since_us", self->since_us);
    json_object_set_string_member(object, "agent_path", self->agent_path);
    json_object_set_int_member(object, "user", self->user);
    json_node_init_object(node, object);
    return json_to_string(node, TRUE);
}

gboolean
firn_lease_write(const FirnLease *self, const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *text = to_text(self);

    g_mkdir_with_parents(folder, 0700);
    /* Whole or not at all; a flush would be for nothing on a tmpfs. */
    return g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

FirnLease *
firn_lease_read(const char *path, GError **error)
{
    g_autoptr(JsonParser) parser = json_parser_new_immutable();
    g_autoptr(FirnLease) self = g_new0(FirnLease, 1);
    JsonNode *root = NULL;
    JsonObject *object;

    if (json_parser_load_from_file(parser, path, NULL))
        root = json_parser_get_root(parser);
    object = root != NULL && JSON_NODE_HOLDS_OBJECT(root) ? json_node_get_object(root) : NULL;
    self->vm_uuid = g_strdup(firn_json_read_string(object, "vm_uuid"));
    self->vm_name = g_strdup(firn_json_read_string(object, "vm_name"));
    self->since_us = firn_json_read_int(object, "since_us", 0);
    self->agent_path = g_strdup(firn_json_read_string(object, "agent_path"));
    self->user = firn_json_read_int(object, "user", 0);
    if (self->vm_uuid != NULL && self->vm_name != NULL && self->agent_path != NULL)
        return g_steal_pointer(&self);
    g_set_error(error,
                FIRN_HOST_ERROR,
                FIRN_HOST_ERROR_INCONSISTENT,
                "%s: this is no lease; look whether a guest is frozen, then remove the file",
                path);
    return NULL;
}

GPtrArray *
firn_lease_list(const char *folder)
{
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL)
        if (g_str_has_suffix(name, ".json"))
            g_ptr_array_add(paths, g_build_filename(folder, name, NULL));
    return paths;
}
