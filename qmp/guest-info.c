/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-info.h"

#include "disk-address.h"
#include "json-read.h"
#include "qmp-error.h"

typedef enum { COMMAND_MISSING, COMMAND_DISABLED, COMMAND_ENABLED } CommandState;

static CommandState
find_command(JsonArray *commands, const char *name)
{
    for (guint i = 0; commands != NULL && i < json_array_get_length(commands); i++) {
        JsonObject *command = firn_json_read_element(commands, i);

        if (g_strcmp0(firn_json_read_string(command, "name"), name) == 0)
            return firn_json_read_boolean(command, "enabled", FALSE) ? COMMAND_ENABLED
                                                                     : COMMAND_DISABLED;
    }
    return COMMAND_MISSING;
}

static const char *const freezing[] = {"guest-fsfreeze-freeze",
                                       "guest-fsfreeze-thaw",
                                       "guest-fsfreeze-status"};

static const char *const handling_files[] = {"guest-file-open",
                                             "guest-file-read",
                                             "guest-file-write",
                                             "guest-file-close"};

static const char *const running[] = {"guest-exec", "guest-exec-status"};

static CommandState
find_commands(JsonArray *commands, const char *const *names, guint n_names)
{
    CommandState state = COMMAND_ENABLED;

    for (guint i = 0; i < n_names; i++)
        state = MIN(state, find_command(commands, names[i]));
    return state;
}

static CommandState
find_freeze(JsonArray *commands)
{
    return find_commands(commands, freezing, G_N_ELEMENTS(freezing));
}

/* Returns %NULL if there are none. */
static char *
list_blocked(JsonArray *commands)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (guint i = 0; i < G_N_ELEMENTS(freezing); i++)
        if (find_command(commands, freezing[i]) == COMMAND_DISABLED)
            g_ptr_array_add(names, (gpointer)freezing[i]);
    if (find_command(commands, "guest-get-fsinfo") == COMMAND_DISABLED)
        g_ptr_array_add(names, (gpointer) "guest-get-fsinfo");
    if (names->len == 0)
        return NULL;
    g_ptr_array_add(names, NULL);
    return g_strjoinv(", ", (char **)names->pdata);
}

static gboolean
read_os(FirnGuestInfo *self,
        FirnChannel *agent,
        guint deadline_ms,
        GCancellable *cancellable,
        GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_autoptr(JsonNode) reply =
        firn_channel_call(agent, "guest-get-osinfo", NULL, deadline_ms, cancellable, &failure);
    JsonObject *os;

    /* An agent that cannot name its operating system can still freeze. */
    if (g_error_matches(failure, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED) ||
        firn_qmp_error_is_unavailable(failure))
        return TRUE;
    if (reply == NULL) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    os = JSON_NODE_HOLDS_OBJECT(reply) ? json_node_get_object(reply) : NULL;
    self->os_id = g_strdup(firn_json_read_string(os, "id"));
    self->os_name = g_strdup(firn_json_read_string(os, "pretty-name"));
    return TRUE;
}

FirnGuestInfo *
firn_guest_info_query(FirnChannel *agent,
                      guint deadline_ms,
                      GCancellable *cancellable,
                      GError **error)
{
    g_autoptr(FirnGuestInfo) self = g_new0(FirnGuestInfo, 1);
    g_autoptr(JsonNode) reply =
        firn_channel_call(agent, "guest-info", NULL, deadline_ms, cancellable, error);
    JsonObject *info;
    JsonArray *commands;

    if (reply == NULL)
        return NULL;
    info = JSON_NODE_HOLDS_OBJECT(reply) ? json_node_get_object(reply) : NULL;
    commands = firn_json_read_array(info, "supported_commands");
    self->version = g_strdup(firn_json_read_string(info, "version"));
    if (self->version == NULL || commands == NULL) {
        g_set_error(error,
                    FIRN_QMP_ERROR,
                    FIRN_QMP_ERROR_MALFORMED,
                    "guest-info: the reply is not of the documented form");
        return NULL;
    }
    self->has_freeze = find_freeze(commands) == COMMAND_ENABLED;
    self->is_freeze_disabled = find_freeze(commands) == COMMAND_DISABLED;
    self->has_file_systems = find_command(commands, "guest-get-fsinfo") == COMMAND_ENABLED;
    self->has_files =
        find_commands(commands, handling_files, G_N_ELEMENTS(handling_files)) == COMMAND_ENABLED;
    self->has_exec = find_commands(commands, running, G_N_ELEMENTS(running)) == COMMAND_ENABLED;
    self->blocked = list_blocked(commands);
    if (find_command(commands, "guest-get-osinfo") == COMMAND_ENABLED &&
        !read_os(self, agent, deadline_ms, cancellable, error))
        return NULL;
    return g_steal_pointer(&self);
}

void
firn_guest_info_free(FirnGuestInfo *self)
{
    if (self == NULL)
        return;
    g_free(self->version);
    g_free(self->os_id);
    g_free(self->os_name);
    g_free(self->blocked);
    g_free(self);
}

/* Returns %NULL unless the address of each disk is known. */
static GStrv
read_addresses(JsonObject *file_system)
{
    JsonArray *disks = firn_json_read_array(file_system, "disk");
    g_autoptr(GStrvBuilder) addresses = g_strv_builder_new();

    if (disks == NULL || json_array_get_length(disks) == 0)
        return NULL;
    for (guint i = 0; i < json_array_get_length(disks); i++) {
        g_autofree char *address = firn_disk_address_read(firn_json_read_element(disks, i));

        if (address == NULL)
            return NULL;
        g_strv_builder_add(addresses, address);
    }
    return g_strv_builder_end(addresses);
}

gboolean
firn_guest_info_each_file_system(FirnChannel *agent,
                                 guint deadline_ms,
                                 GCancellable *cancellable,
                                 FirnGuestFileSystemFunc function,
                                 gpointer user_data,
                                 GError **error)
{
    g_autoptr(JsonNode) reply =
        firn_channel_call(agent, "guest-get-fsinfo", NULL, deadline_ms, cancellable, error);
    JsonArray *array;

    if (reply == NULL)
        return FALSE;
    array = JSON_NODE_HOLDS_ARRAY(reply) ? json_node_get_array(reply) : NULL;
    for (guint i = 0; array != NULL && i < json_array_get_length(array); i++) {
        JsonObject *object = firn_json_read_element(array, i);
        const char *mountpoint = firn_json_read_string(object, "mountpoint");
        const char *type = firn_json_read_string(object, "type");
        const char *device = firn_json_read_string(object, "name");
        g_auto(GStrv) addresses = read_addresses(object);

        if (mountpoint == NULL || type == NULL || device == NULL)
            array = NULL;
        else
            function(mountpoint, type, device, (const char *const *)addresses, user_data);
    }
    if (array == NULL)
        g_set_error(error,
                    FIRN_QMP_ERROR,
                    FIRN_QMP_ERROR_MALFORMED,
                    "guest-get-fsinfo: the reply is not of the documented form");
    return array != NULL;
}
