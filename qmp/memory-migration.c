/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory-migration.h"

#include <string.h>

#include "event-watch.h"
#include "json-read.h"
#include "migration-state.h"
#include "qmp-error.h"
#include "run-state.h"

#define CALL_MS      30000
#define BEGIN_MS     600000
#define LOOK_CALL_MS 10000
#define LOOK_MS      50
#define HURRY_MS     10 /* while a guest is paused */
#define NAME         "firn-ram"
/* As fast as the storage can write; QEMU's default is made for networks. */
#define BANDWIDTH G_GINT64_CONSTANT(9223372036853)

struct _FirnMemoryMigration {
    FirnChannel *monitor; /* (owned) */
    gint64 bandwidth;     /* QEMU's earlier setting; 0: not changed */
    gboolean is_background;
    gboolean has_capability;
    gboolean is_under_way;
};

static gboolean
call(FirnChannel *monitor, const char *command, JsonObject *arguments, guint ms, GError **error)
{
    g_autoptr(JsonNode) reply = firn_channel_call(monitor, command, arguments, ms, NULL, error);

    return reply != NULL;
}

static void
add_capability(JsonArray *capabilities, const char *name, gboolean is_on)
{
    JsonObject *capability = json_object_new();

    json_object_set_string_member(capability, "capability", name);
    json_object_set_boolean_member(capability, "state", is_on);
    json_array_add_object_element(capabilities, capability);
}

static gboolean
set_capability(FirnChannel *monitor, gboolean is_on, GError **error)
{
    g_autoptr(JsonObject) arguments = json_object_new();
    JsonArray *capabilities = json_array_new();

    add_capability(capabilities, FIRN_MIGRATION_BACKGROUND, is_on);
    json_object_set_array_member(arguments, "capabilities", capabilities);
    return call(monitor, "migrate-set-capabilities", arguments, CALL_MS, error);
}

static gboolean
set_bandwidth(FirnChannel *monitor, gint64 bytes, GError **error)
{
    g_autoptr(JsonObject) arguments = json_object_new();

    json_object_set_int_member(arguments, "max-bandwidth", bytes);
    return call(monitor, "migrate-set-parameters", arguments, CALL_MS, error);
}

static gint64
read_bandwidth(FirnChannel *monitor)
{
    g_autoptr(JsonNode) reply =
        firn_channel_call(monitor, "query-migrate-parameters", NULL, CALL_MS, NULL, NULL);

    if (reply == NULL || !JSON_NODE_HOLDS_OBJECT(reply))
        return 0;
    return firn_json_read_int(json_node_get_object(reply), "max-bandwidth", 0);
}

/* QEMU's error does not contain the remedy. */
static void
explain(GError **error)
{
    if (error != NULL && *error != NULL &&
        g_error_matches(*error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED) &&
        strstr((*error)->message, "Background-snapshot is not supported") != NULL)
        g_prefix_error(error,
                       "the host does not permit this QEMU to use userfaultfd (to permit it to "
                       "all users: " FIRN_MEMORY_MIGRATION_REMEDY "; or, if QEMU is newer than "
                       "7.2, let its user open /dev/userfaultfd, as libvirt 10.1 and later do): ");
}

/* Sets the capability together with one that is incompatible with it. */
static gboolean
set_pair(FirnChannel *monitor,
         const char *companion,
         gboolean is_on,
         GCancellable *cancellable,
         GError **error)
{
    g_autoptr(JsonObject) arguments = json_object_new();
    g_autoptr(JsonNode) reply = NULL;
    JsonArray *capabilities = json_array_new();

    add_capability(capabilities, FIRN_MIGRATION_BACKGROUND, is_on);
    add_capability(capabilities, companion, is_on);
    json_object_set_array_member(arguments, "capabilities", capabilities);
    reply = firn_channel_call(monitor,
                              "migrate-set-capabilities",
                              arguments,
                              LOOK_CALL_MS,
                              cancellable,
                              error);
    return reply != NULL;
}

/* No known QEMU accepts the pair; if one does, both are reset. */
static gboolean
try_pair(FirnChannel *monitor, const char *companion, GCancellable *cancellable, GError **error)
{
    if (!set_pair(monitor, companion, TRUE, cancellable, error))
        return FALSE;
    set_pair(monitor, companion, FALSE, NULL, NULL);
    return TRUE;
}

gboolean
firn_memory_migration_check_background(FirnChannel *monitor,
                                       GCancellable *cancellable,
                                       GError **error)
{
    g_autoptr(GError) first = NULL;
    g_autoptr(GError) second = NULL;

    if (try_pair(monitor, "auto-converge", cancellable, &first) ||
        (g_error_matches(first, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED) &&
         try_pair(monitor, "validate-uuid", cancellable, &second)))
        return TRUE;
    if (second != NULL && !g_error_matches(second, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED)) {
        g_propagate_error(error, g_steal_pointer(&second));
        return FALSE;
    }
    if (second != NULL && !g_str_equal(first->message, second->message))
        return TRUE;
    explain(&first);
    g_propagate_error(error, g_steal_pointer(&first));
    return FALSE;
}

FirnMemoryMigration *
firn_memory_migration_new(FirnChannel *monitor, int file, gboolean is_background, GError **error)
{
    g_autoptr(FirnMemoryMigration) self = g_new0(FirnMemoryMigration, 1);
    gint64 bandwidth = read_bandwidth(monitor);

    self->monitor = g_object_ref(monitor);
    self->is_background = is_background;
    if (!set_capability(monitor, is_background, error)) {
        explain(error);
        return NULL;
    }
    self->has_capability = is_background;
    if (bandwidth > 0 && !set_bandwidth(monitor, BANDWIDTH, error))
        return NULL;
    self->bandwidth = bandwidth;
    return firn_channel_pass_file(monitor, NAME, file, CALL_MS, error) ? g_steal_pointer(&self)
                                                                       : NULL;
}

gboolean
firn_memory_migration_begin(FirnMemoryMigration *self, GError **error)
{
    g_autoptr(JsonObject) arguments = json_object_new();
    g_autoptr(GError) failure = NULL;

    json_object_set_string_member(arguments, "uri", "fd:" NAME);
    /* Without a reply it may have begun, or may still begin. */
    self->is_under_way = call(self->monitor, "migrate", arguments, BEGIN_MS, &failure) ||
                         (!g_error_matches(failure, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED) &&
                          !firn_qmp_error_is_unavailable(failure));
    if (failure == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

static gboolean
look(FirnChannel *monitor, FirnMigrationState *state, GError **error)
{
    g_autoptr(JsonNode) reply =
        firn_channel_call(monitor, "query-migrate", NULL, BEGIN_MS, NULL, error);

    if (reply == NULL)
        return FALSE;
    firn_migration_state_read(reply, state);
    return TRUE;
}

static gboolean
is_awaited(const char *name, JsonObject *data, gpointer user_data)
{
    return g_str_equal(name, "MIGRATION");
}

/* QEMU sends the event only if the "events" capability is set, so the wait has a time limit. */
static void
let_time_pass(FirnChannel *monitor, guint ms)
{
    g_autoptr(FirnEventWatch) watch = firn_event_watch_new(monitor, is_awaited, NULL);

    firn_event_watch_wait_for(watch, ms, NULL);
}

gboolean
firn_memory_migration_has_ended(FirnMemoryMigration *self)
{
    g_auto(FirnMigrationState) state = {0};

    return !look(self->monitor, &state, NULL) || firn_migration_state_has_ended(&state);
}

/* For a migration of this process, and for one that an earlier process left. */
static gboolean
look_for_pages(FirnChannel *monitor, gboolean *out_has_pages, GError **error)
{
    g_auto(FirnMigrationState) state = {0};

    if (!look(monitor, &state, error))
        return FALSE;
    *out_has_pages = firn_migration_state_has_pages(&state);
    return TRUE;
}

static gboolean
wait_for_pages(FirnChannel *monitor, GError **error)
{
    gboolean has_pages = FALSE;

    while (look_for_pages(monitor, &has_pages, error)) {
        if (has_pages)
            return TRUE;
        let_time_pass(monitor, HURRY_MS);
    }
    return FALSE;
}

gboolean
firn_memory_migration_look_for_pages(FirnMemoryMigration *self,
                                     gboolean *out_has_pages,
                                     GError **error)
{
    return look_for_pages(self->monitor, out_has_pages, error);
}

gboolean
firn_memory_migration_wait_for_pages(FirnMemoryMigration *self, GError **error)
{
    return wait_for_pages(self->monitor, error);
}

gboolean
firn_memory_migration_wait(FirnMemoryMigration *self,
                           FirnMigrationProgress progress,
                           gpointer user_data,
                           guint64 *out_bytes,
                           GError **error)
{
    for (;;) {
        g_auto(FirnMigrationState) state = {0};

        if (!look(self->monitor, &state, error))
            return FALSE;
        if (progress != NULL)
            progress(state.done_bytes, state.total_bytes, user_data);
        if (!firn_migration_state_has_ended(&state)) {
            let_time_pass(self->monitor, self->is_background ? LOOK_MS : HURRY_MS);
            continue;
        }
        self->is_under_way = FALSE;
        *out_bytes = state.sent_bytes;
        if (g_str_equal(state.status, "completed"))
            return TRUE;
        g_set_error(error,
                    FIRN_QMP_ERROR,
                    FIRN_QMP_ERROR_REFUSED,
                    "cannot write the RAM: %s",
                    state.words == NULL ? state.status : state.words);
        return FALSE;
    }
}

/* Closes a file in QEMU that no migration has used: QEMU would keep its blocks allocated until QEMU
 * exits. QEMU refuses if there is none. */
static void
close_file(FirnChannel *monitor)
{
    g_autoptr(JsonObject) arguments = json_object_new();

    json_object_set_string_member(arguments, "fdname", NAME);
    call(monitor, "closefd", arguments, CALL_MS, NULL);
}

static gboolean
wait_for_end(FirnChannel *monitor, guint look_ms, GError **error)
{
    for (;;) {
        g_auto(FirnMigrationState) state = {0};

        if (!look(monitor, &state, error))
            return FALSE;
        if (firn_migration_state_has_ended(&state))
            return TRUE;
        let_time_pass(monitor, look_ms);
    }
}

gboolean
firn_memory_migration_wait_leftover(FirnChannel *monitor, GError **error)
{
    if (!wait_for_end(monitor, LOOK_MS, error))
        return FALSE;
    close_file(monitor);
    return set_capability(monitor, FALSE, error);
}

static gboolean
is_in_background(FirnChannel *monitor)
{
    g_autoptr(JsonNode) reply =
        firn_channel_call(monitor, "query-migrate-capabilities", NULL, CALL_MS, NULL, NULL);

    return firn_migration_state_read_background(reply);
}

static gboolean
cancel(FirnChannel *monitor, GError **error)
{
    return call(monitor, "migrate_cancel", NULL, BEGIN_MS, error);
}

void
firn_memory_migration_cancel(FirnMemoryMigration *self)
{
    if (self->is_under_way && !self->is_background)
        cancel(self->monitor, NULL);
}

gboolean
firn_memory_migration_release(FirnChannel *monitor, GError **error)
{
    gboolean is_running = FALSE;
    g_autofree char *state = NULL;

    if (is_in_background(monitor))
        return wait_for_pages(monitor, error);
    state = firn_run_state_query(monitor, BEGIN_MS, NULL, &is_running, error);
    if (state == NULL || (!is_running && !cancel(monitor, error)))
        return FALSE;
    return wait_for_end(monitor, HURRY_MS, error);
}

void
firn_memory_migration_free(FirnMemoryMigration *self)
{
    if (self == NULL)
        return;
    firn_memory_migration_cancel(self);
    firn_memory_migration_wait_leftover(self->monitor, NULL);
    if (self->bandwidth > 0)
        set_bandwidth(self->monitor, self->bandwidth, NULL);
    g_object_unref(self->monitor);
    g_free(self);
}
