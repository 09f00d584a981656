/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lease.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "host-error.h"
#include "json-guard.h"
#include "json-read.h"
#include "json-write.h"

/* A lease has few members, all of them short. */
static const FirnJsonLimits limits = {16 << 10, 4 << 10, 16, 1};

void
firn_lease_free(FirnLease *self)
{
    if (self == NULL)
        return;
    g_free(self->vm_uuid);
    g_free(self->vm_name);
    g_free(self->uri);
    g_free(self->agent_path);
    g_free(self->monitor_path);
    g_free(self);
}

char *
firn_lease_to_text(const FirnLease *self)
{
    g_autoptr(JsonObject) object = json_object_new();
    g_autoptr(JsonNode) node = json_node_alloc();

    json_object_set_string_member(object, "vm_uuid", self->vm_uuid);
    json_object_set_string_member(object, "vm_name", self->vm_name);
    json_object_set_int_member(object, "since_us", self->since_us);
    if (self->uri != NULL)
        json_object_set_string_member(object, "uri", self->uri);
    if (self->agent_path != NULL)
        json_object_set_string_member(object, "agent_path", self->agent_path);
    if (self->monitor_path != NULL)
        json_object_set_string_member(object, "monitor_path", self->monitor_path);
    json_object_set_boolean_member(object, "is_stopped", self->is_stopped);
    json_object_set_int_member(object, "user", self->user);
    json_node_init_object(node, object);
    return firn_json_write(node, TRUE);
}

char *
firn_lease_file_name(const char *vm_uuid)
{
    return g_strconcat(vm_uuid, FIRN_LEASE_SUFFIX, NULL);
}

gboolean
firn_lease_write(const FirnLease *self, FirnStateDir *leases, GError **error)
{
    g_autofree char *name = firn_lease_file_name(self->vm_uuid);
    g_autofree char *text = firn_lease_to_text(self);

    return firn_state_dir_replace(leases, name, text, strlen(text), error);
}

static const char *
get_socket(const FirnLease *self)
{
    return self->is_stopped ? self->monitor_path : self->agent_path;
}

/* A relative path would be resolved in firnd's working directory. */
static gboolean
is_whole(const FirnLease *self, gint64 user)
{
    return self->vm_uuid != NULL && g_uuid_string_is_valid(self->vm_uuid) &&
           self->vm_name != NULL && (self->uri == NULL) != (get_socket(self) == NULL) &&
           (get_socket(self) == NULL || g_path_is_absolute(get_socket(self))) &&
           self->since_us >= 0 && user >= 0 && user < G_MAXUINT32;
}

FirnLease *
firn_lease_parse(const char *text, gsize length, GError **error)
{
    g_autoptr(JsonNode) root = firn_json_guard_parse(text, length, &limits, error);
    g_autoptr(FirnLease) self = NULL;
    JsonObject *object;
    gint64 user;

    if (root == NULL)
        return NULL;
    self = g_new0(FirnLease, 1);
    object = json_node_get_object(root);
    self->vm_uuid = g_strdup(firn_json_read_string(object, "vm_uuid"));
    self->vm_name = g_strdup(firn_json_read_string(object, "vm_name"));
    self->since_us = firn_json_read_int(object, "since_us", -1);
    self->uri = g_strdup(firn_json_read_string(object, "uri"));
    self->agent_path = g_strdup(firn_json_read_string(object, "agent_path"));
    self->monitor_path = g_strdup(firn_json_read_string(object, "monitor_path"));
    self->is_stopped = firn_json_read_boolean(object, "is_stopped", FALSE);
    user = firn_json_read_int(object, "user", -1);
    self->user = (uid_t)user;
    if (is_whole(self, user))
        return g_steal_pointer(&self);
    g_set_error_literal(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_INCONSISTENT, "unexpected content");
    return NULL;
}

FirnLease *
firn_lease_read(FirnStateDir *leases, const char *name, GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autofree char *text = NULL;
    FirnLease *self = NULL;
    gsize length;

    if (firn_state_dir_read(leases, name, limits.message_bytes, &text, &length, &cause))
        self = text == NULL ? NULL : firn_lease_parse(text, length, &cause);
    if (self == NULL)
        g_set_error(error,
                    FIRN_HOST_ERROR,
                    FIRN_HOST_ERROR_INCONSISTENT,
                    "%s/%s: not a valid lease (%s); make sure that no guest is frozen or paused, "
                    "then remove the file",
                    firn_state_dir_get_path(leases),
                    name,
                    cause == NULL ? "no such file" : cause->message);
    return self;
}
