/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake-monitor.h"

#include <string.h>

#include "fake-disk.h"

#define GREETING                                                                                   \
    "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 22, \"minor\": 2, \"major\": 7}, "             \
    "\"package\": \"fake\"}, \"capabilities\": [\"oob\"]}}\r\n"

struct FirnTestFakeMonitor {
    FirnTestPeer *peer; /* (owned) */
    char *uuid;         /* (owned) */
    GRecMutex lock;     /* guards the following */
    GPtrArray *disks;   /* (owned) (element-type FirnTestFakeDisk) */
    GPtrArray *jobs;    /* (owned) (element-type utf8) JSON text of concluded jobs */
    char *state;        /* (owned) */
    gboolean is_agent_open;
    guint fault_after; /* number of disks changed before a transaction fails; G_MAXUINT: no fault */
};

/* Runs one command: returns the value of "return" as JSON text, or NULL with the error's text
 * set. */
typedef char *(*Command)(FirnTestFakeMonitor *self, JsonObject *arguments, char **failure);

static const char *
text_of(JsonObject *arguments, const char *name)
{
    return json_object_get_string_member_with_default(arguments, name, "");
}

/* Finds a disk by device or node name, as QEMU does. */
static FirnTestFakeDisk *
find_disk(FirnTestFakeMonitor *self, const char *name, char **failure)
{
    for (guint i = 0; i < self->disks->len; i++) {
        FirnTestFakeDisk *disk = self->disks->pdata[i];
        if (g_str_equal(disk->device, name) || g_str_equal(disk->node, name))
            return disk;
    }
    *failure = g_strdup_printf("Cannot find device='%s' nor node-name='%s'", name, name);
    return NULL;
}

static char *
list_disks(FirnTestFakeMonitor *self, char *(*describe)(FirnTestFakeDisk *))
{
    GString *text = g_string_new("[");

    for (guint i = 0; i < self->disks->len; i++) {
        g_autofree char *one = describe(self->disks->pdata[i]);
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", one);
    }
    g_string_append_c(text, ']');
    return g_string_free(text, FALSE);
}

static char *
do_query_block(FirnTestFakeMonitor *self, JsonObject *arguments, char **failure)
{
    return list_disks(self, firn_test_fake_disk_describe);
}

static char *
do_query_named_block_nodes(FirnTestFakeMonitor *self, JsonObject *arguments, char **failure)
{
    return list_disks(self, firn_test_fake_disk_describe_node);
}

static char *
do_nothing(FirnTestFakeMonitor *self, JsonObject *arguments, char **failure)
{
    return g_strdup("{}");
}

static char *
do_list_nothing(FirnTestFakeMonitor *self, JsonObject *arguments, char **failure)
{
    return g_strdup("[]");
}

static char *
do_query_status(FirnTestFakeMonitor *self, JsonObject *arguments, char **failure)
{
    return g_strdup_printf("{\"status\": \"%s\", \"singlestep\": false, \"running\": %s}",
                           self->state,
                           g_str_equal(self->state, "running") ? "true" : "false");
}

static char *
do_query_uuid(FirnTestFakeMonitor *self, JsonObject *arguments, char **failure)
{
    return g_strdup_printf("{\"UUID\": \"%s\"}", self->uuid);
}

static char *
do_query_version(FirnTestFakeMonitor *self, JsonObject *arguments, char **failure)
{
    return g_strdup("{\"qemu\": {\"micro\": 22, \"minor\": 2, \"major\": 7}, "
                    "\"package\": \"fake\"}");
}

static char *
do_query_chardev(FirnTestFakeMonitor *self, JsonObject *arguments, char **failure)
{
    return g_strdup_printf("[{\"frontend-open\": true, \"filename\": \"unix:qmp,server=on\", "
                           "\"label\": \"qmp0\"}, {\"frontend-open\": %s, \"filename\": "
                           "\"disconnected:unix:qga,server=on\", \"label\": \"qga0\"}]",
                           self->is_agent_open ? "true" : "false");
}

static char *
do_stop(FirnTestFakeMonitor *self, JsonObject *arguments, char **failure)
{
    if (g_str_equal(self->state, "running"))
        firn_test_fake_monitor_emit(self, "STOP", NULL);
    firn_test_fake_monitor_set_state(self, "paused");
    return g_strdup("{}");
}

static char *
do_cont(FirnTestFakeMonitor *self, JsonObject *arguments, char **failure)
{
    if (!g_str_equal(self->state, "running"))
        firn_test_fake_monitor_emit(self, "RESUME", NULL);
    firn_test_fake_monitor_set_state(self, "running");
    return g_strdup("{}");
}

static char *
do_reset(FirnTestFakeMonitor *self, JsonObject *arguments, char **failure)
{
    firn_test_fake_monitor_emit(self,
                                "RESET",
                                "{\"guest\": false, \"reason\": \"host-qmp-system-reset\"}");
    return g_strdup("{}");
}

static FirnTestFakeDisk *
check_new_snapshot(FirnTestFakeMonitor *self, JsonObject *data, char **failure)
{
    const char *tag = text_of(data, "name");
    FirnTestFakeDisk *disk = find_disk(self, text_of(data, "device"), failure);

    if (disk == NULL)
        return NULL;
    if (!g_str_equal(disk->driver, "qcow2"))
        *failure = g_strdup_printf("Block format '%s' used by device '%s' does not support "
                                   "internal snapshots",
                                   disk->driver,
                                   disk->device);
    else if (firn_test_fake_disk_has_tag(disk, tag, NULL))
        *failure = g_strdup_printf("Snapshot with name '%s' already exists on device '%s'",
                                   tag,
                                   disk->device);
    return *failure == NULL ? disk : NULL;
}

/* All actions are checked before the first is carried out, as a transaction requires. */
static char *
do_transaction(FirnTestFakeMonitor *self, JsonObject *arguments, char **failure)
{
    JsonArray *actions = json_object_get_array_member(arguments, "actions");

    for (gboolean doing = FALSE; doing <= TRUE; doing++) {
        for (guint i = 0; i < json_array_get_length(actions); i++) {
            JsonObject *action = json_array_get_object_element(actions, i);
            JsonObject *data = json_object_get_object_member(action, "data");
            FirnTestFakeDisk *disk;

            if (!g_str_equal(text_of(action, "type"), "blockdev-snapshot-internal-sync"))
                continue;
            disk = doing ? find_disk(self, text_of(data, "device"), failure)
                         : check_new_snapshot(self, data, failure);
            if (disk == NULL)
                return NULL;
            if (doing && i == self->fault_after) {
                *failure = g_strdup("No space left on device");
                return NULL;
            }
            if (doing)
                g_ptr_array_add(disk->tags, g_strdup(text_of(data, "name")));
        }
    }
    return g_strdup("{}");
}

static char *
do_create(FirnTestFakeMonitor *self, JsonObject *arguments, char **failure)
{
    FirnTestFakeDisk *disk = check_new_snapshot(self, arguments, failure);

    if (disk == NULL)
        return NULL;
    g_ptr_array_add(disk->tags, g_strdup(text_of(arguments, "name")));
    return g_strdup("{}");
}

static char *
do_delete(FirnTestFakeMonitor *self, JsonObject *arguments, char **failure)
{
    const char *tag = text_of(arguments, "name");
    FirnTestFakeDisk *disk = find_disk(self, text_of(arguments, "device"), failure);
    char *gone;
    guint index;

    if (disk == NULL)
        return NULL;
    if (!firn_test_fake_disk_has_tag(disk, tag, &index)) {
        *failure = g_strdup_printf("Snapshot with id 'null' and name '%s' does not exist on "
                                   "device '%s'",
                                   tag,
                                   disk->device);
        return NULL;
    }
    gone = firn_test_fake_disk_describe_snapshot(tag, index);
    g_ptr_array_remove_index(disk->tags, index);
    return gone;
}

static void
emit_job(FirnTestFakeMonitor *self, const char *id, const char *status)
{
    g_autofree char *data = g_strdup_printf("{\"status\": \"%s\", \"id\": \"%s\"}", status, id);

    firn_test_fake_monitor_emit(self, "JOB_STATUS_CHANGE", data);
}

static void
conclude_job(FirnTestFakeMonitor *self, JsonObject *arguments, const char *type, const char *why)
{
    const char *const statuses[] = {"created", "running", "waiting", "pending", "concluded"};
    const char *const failing[] = {"created", "running", "aborting", "concluded"};
    const char *id = text_of(arguments, "job-id");
    g_autofree char *error = why != NULL ? g_strdup_printf(", \"error\": \"%s\"", why) : NULL;

    g_ptr_array_add(self->jobs,
                    g_strdup_printf("{\"current-progress\": 1, \"status\": \"concluded\", "
                                    "\"total-progress\": 1, \"type\": \"%s\", \"id\": \"%s\"%s}",
                                    type,
                                    id,
                                    error != NULL ? error : ""));
    if (why == NULL) {
        for (guint i = 0; i < G_N_ELEMENTS(statuses); i++)
            emit_job(self, id, statuses[i]);
    } else {
        for (guint i = 0; i < G_N_ELEMENTS(failing); i++)
            emit_job(self, id, failing[i]);
    }
}

/* Applies a snapshot job to one disk; NULL: success, else the error. */
static char *
snapshot_disk(FirnTestFakeMonitor *self, const char *type, const char *node, const char *tag)
{
    char *failure = NULL;
    FirnTestFakeDisk *disk = find_disk(self, node, &failure);
    guint index = 0;
    gboolean found;

    if (disk == NULL)
        return failure;
    found = firn_test_fake_disk_has_tag(disk, tag, &index);
    if (g_str_equal(type, "snapshot-save")) {
        if (found)
            return g_strdup_printf("Snapshot '%s' already exists in one or more devices", tag);
        g_ptr_array_add(disk->tags, g_strdup(tag));
    } else if (g_str_equal(type, "snapshot-delete")) {
        if (found)
            g_ptr_array_remove_index(disk->tags, index);
    } else if (!found) {
        return g_strdup_printf("Snapshot '%s' does not exist in one or more devices", tag);
    }
    return NULL;
}

static char *
run_snapshot_job(FirnTestFakeMonitor *self, JsonObject *arguments, const char *type)
{
    JsonArray *nodes = json_object_get_array_member(arguments, "devices");
    g_autofree char *why = NULL;

    for (guint i = 0; why == NULL && i < json_array_get_length(nodes); i++)
        why = snapshot_disk(self,
                            type,
                            json_array_get_string_element(nodes, i),
                            text_of(arguments, "tag"));
    conclude_job(self, arguments, type, why);
    return g_strdup("{}");
}

static char *
do_snapshot_save(FirnTestFakeMonitor *self, JsonObject *arguments, char **failure)
{
    return run_snapshot_job(self, arguments, "snapshot-save");
}

static char *
do_snapshot_load(FirnTestFakeMonitor *self, JsonObject *arguments, char **failure)
{
    return run_snapshot_job(self, arguments, "snapshot-load");
}

static char *
do_snapshot_delete(FirnTestFakeMonitor *self, JsonObject *arguments, char **failure)
{
    return run_snapshot_job(self, arguments, "snapshot-delete");
}

static char *
do_query_jobs(FirnTestFakeMonitor *self, JsonObject *arguments, char **failure)
{
    g_autoptr(GString) text = g_string_new("[");

    for (guint i = 0; i < self->jobs->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", (char *)self->jobs->pdata[i]);
    g_string_append_c(text, ']');
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static char *
do_job_dismiss(FirnTestFakeMonitor *self, JsonObject *arguments, char **failure)
{
    g_autofree char *id = g_strdup_printf("\"id\": \"%s\"", text_of(arguments, "id"));

    for (guint i = 0; i < self->jobs->len; i++) {
        if (strstr(self->jobs->pdata[i], id) != NULL) {
            g_ptr_array_remove_index(self->jobs, i);
            emit_job(self, text_of(arguments, "id"), "null");
            return g_strdup("{}");
        }
    }
    *failure = g_strdup("Job not found");
    return NULL;
}

static const struct {
    const char *name;
    Command run;
} commands[] = {
    {"qmp_capabilities",                       do_nothing                },
    {"query-version",                          do_query_version          },
    {"query-uuid",                             do_query_uuid             },
    {"query-name",                             do_nothing                },
    {"query-status",                           do_query_status           },
    {"query-block",                            do_query_block            },
    {"query-named-block-nodes",                do_query_named_block_nodes},
    {"query-block-jobs",                       do_list_nothing           },
    {"query-migrate",                          do_nothing                },
    {"migrate-set-capabilities",               do_nothing                },
    {"query-chardev",                          do_query_chardev          },
    {"query-jobs",                             do_query_jobs             },
    {"job-dismiss",                            do_job_dismiss            },
    {"stop",                                   do_stop                   },
    {"cont",                                   do_cont                   },
    {"system_reset",                           do_reset                  },
    {"transaction",                            do_transaction            },
    {"blockdev-snapshot-internal-sync",        do_create                 },
    {"blockdev-snapshot-delete-internal-sync", do_delete                 },
    {"snapshot-save",                          do_snapshot_save          },
    {"snapshot-load",                          do_snapshot_load          },
    {"snapshot-delete",                        do_snapshot_delete        },
};

static void
answer_error(FirnTestPeer *peer, JsonObject *request, const char *class, const char *text)
{
    g_autofree char *error = g_strdup_printf("{\"class\": \"%s\", \"desc\": \"%s\"}", class, text);

    firn_test_peer_reply(peer, request, "error", error);
}

static void
on_request(FirnTestPeer *peer, JsonObject *request, gpointer data)
{
    FirnTestFakeMonitor *self = data;
    const char *name = request != NULL ? text_of(request, "execute") : NULL;
    g_autoptr(JsonObject) arguments = NULL;
    g_autofree char *failure = NULL;
    g_autofree char *value = NULL;

    if (request == NULL) {
        firn_test_peer_send(peer, GREETING);
        return;
    }
    arguments = json_object_has_member(request, "arguments")
                    ? json_object_ref(json_object_get_object_member(request, "arguments"))
                    : json_object_new();
    for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (!g_str_equal(commands[i].name, name))
            continue;
        g_rec_mutex_lock(&self->lock);
        value = commands[i].run(self, arguments, &failure);
        g_rec_mutex_unlock(&self->lock);
        if (value != NULL)
            firn_test_peer_reply(peer, request, "return", value);
        else
            answer_error(peer, request, "GenericError", failure);
        return;
    }
    answer_error(peer, request, "CommandNotFound", "The command has not been found");
}

FirnTestFakeMonitor *
firn_test_fake_monitor_new(const char *path, guint n_disks)
{
    FirnTestFakeMonitor *self = g_new0(FirnTestFakeMonitor, 1);

    g_rec_mutex_init(&self->lock);
    self->uuid = g_uuid_string_random();
    self->state = g_strdup("running");
    self->is_agent_open = TRUE;
    self->fault_after = G_MAXUINT;
    self->disks = g_ptr_array_new_with_free_func((GDestroyNotify)firn_test_fake_disk_free);
    self->jobs = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < n_disks; i++)
        g_ptr_array_add(self->disks, firn_test_fake_disk_new(i));
    self->peer = firn_test_peer_new(path, on_request, self);
    return self;
}

FirnTestPeer *
firn_test_fake_monitor_get_peer(FirnTestFakeMonitor *self)
{
    return self->peer;
}

const char *
firn_test_fake_monitor_get_uuid(FirnTestFakeMonitor *self)
{
    return self->uuid;
}

static FirnTestFakeDisk *
lock_disk(FirnTestFakeMonitor *self, const char *device)
{
    g_autofree char *failure = NULL;
    FirnTestFakeDisk *disk;

    g_rec_mutex_lock(&self->lock);
    disk = find_disk(self, device, &failure);
    g_assert_cmpstr(failure, ==, NULL);
    return disk;
}

void
firn_test_fake_monitor_set_disk(FirnTestFakeMonitor *self,
                                const char *device,
                                const char *driver,
                                const char *file,
                                gboolean read_only)
{
    FirnTestFakeDisk *disk = lock_disk(self, device);

    g_free(disk->driver);
    disk->driver = g_strdup(driver);
    disk->is_read_only = read_only;
    if (file != NULL) {
        g_free(disk->file);
        disk->file = g_strdup(file);
    }
    g_rec_mutex_unlock(&self->lock);
}

void
firn_test_fake_monitor_break_transaction(FirnTestFakeMonitor *self, guint n_done)
{
    g_rec_mutex_lock(&self->lock);
    self->fault_after = n_done;
    g_rec_mutex_unlock(&self->lock);
}

void
firn_test_fake_monitor_add_snapshot(FirnTestFakeMonitor *self, const char *device, const char *tag)
{
    FirnTestFakeDisk *disk = lock_disk(self, device);

    g_ptr_array_add(disk->tags, g_strdup(tag));
    g_rec_mutex_unlock(&self->lock);
}

char *
firn_test_fake_monitor_dup_snapshots(FirnTestFakeMonitor *self, const char *device)
{
    FirnTestFakeDisk *disk = lock_disk(self, device);
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < disk->tags->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? " " : "", (char *)disk->tags->pdata[i]);
    g_rec_mutex_unlock(&self->lock);
    return g_string_free(text, FALSE);
}

void
firn_test_fake_monitor_set_state(FirnTestFakeMonitor *self, const char *state)
{
    g_rec_mutex_lock(&self->lock);
    g_free(self->state);
    self->state = g_strdup(state);
    g_rec_mutex_unlock(&self->lock);
}

char *
firn_test_fake_monitor_dup_state(FirnTestFakeMonitor *self)
{
    char *state;

    g_rec_mutex_lock(&self->lock);
    state = g_strdup(self->state);
    g_rec_mutex_unlock(&self->lock);
    return state;
}

void
firn_test_fake_monitor_set_agent_open(FirnTestFakeMonitor *self, gboolean open)
{
    g_rec_mutex_lock(&self->lock);
    self->is_agent_open = open;
    g_rec_mutex_unlock(&self->lock);
    firn_test_fake_monitor_emit(self,
                                "VSERPORT_CHANGE",
                                open ? "{\"open\": true, \"id\": \"qgaport\"}"
                                     : "{\"open\": false, \"id\": \"qgaport\"}");
}

void
firn_test_fake_monitor_emit(FirnTestFakeMonitor *self, const char *event, const char *data)
{
    gint64 now_us = g_get_real_time();
    g_autofree char *line =
        g_strdup_printf("{\"timestamp\": {\"seconds\": %" G_GINT64_FORMAT
                        ", \"microseconds\": %" G_GINT64_FORMAT "}, \"event\": \"%s\"%s%s}\r\n",
                        now_us / G_USEC_PER_SEC,
                        now_us % G_USEC_PER_SEC,
                        event,
                        data != NULL ? ", \"data\": " : "",
                        data != NULL ? data : "");

    firn_test_peer_send(self->peer, line);
}

void
firn_test_fake_monitor_free(FirnTestFakeMonitor *self)
{
    if (self == NULL)
        return;
    firn_test_peer_free(self->peer);
    g_ptr_array_unref(self->disks);
    g_ptr_array_unref(self->jobs);
    g_rec_mutex_clear(&self->lock);
    g_free(self->state);
    g_free(self->uuid);
    g_free(self);
}
