/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "freeze-window.h"

#include "await.h"
#include "json-read.h"

#define QUERY_MS   10000
#define AGENT_PORT "org.qemu.guest_agent.0"

struct _FirnFreezeWindow {
    FirnChannel *monitor; /* (owned) (nullable) */
    gulong event_id;
    gulong closed_id;
    GMutex mutex; /* guards what follows */
    GCond cond;
    GPtrArray *interruptions; /* (owned) (element-type utf8) */
    GPtrArray *closed_ports;  /* (owned) (element-type utf8) ids of ports that the guest closed */
    gboolean has_rebooted;
    gboolean has_lost_monitor;
    gboolean is_notified;
};

static void
note(FirnFreezeWindow *self, const char *word)
{
    for (guint i = 0; i < self->interruptions->len; i++)
        if (g_str_equal(self->interruptions->pdata[i], word))
            return;
    g_ptr_array_add(self->interruptions, g_strdup(word));
}

static void
on_event(FirnChannel *monitor, const char *name, JsonObject *data, gpointer user_data)
{
    static const char *const breaking[] =
        {"RESET", "SHUTDOWN", "POWERDOWN", "GUEST_PANICKED", "STOP", "SUSPEND", NULL};
    FirnFreezeWindow *self = user_data;

    g_mutex_lock(&self->mutex);
    if (g_strv_contains(breaking, name))
        note(self, name);
    if (g_str_equal(name, "RESET"))
        self->has_rebooted = TRUE;
    if (g_str_equal(name, "VSERPORT_CHANGE") && !firn_json_read_boolean(data, "open", TRUE))
        g_ptr_array_add(self->closed_ports, g_strdup(firn_json_read_string(data, "id")));
    g_cond_broadcast(&self->cond);
    g_mutex_unlock(&self->mutex);
}

static void
on_closed(FirnChannel *monitor, gpointer user_data)
{
    FirnFreezeWindow *self = user_data;

    g_mutex_lock(&self->mutex);
    note(self, "MONITOR_CLOSED");
    self->has_lost_monitor = TRUE;
    g_cond_broadcast(&self->cond);
    g_mutex_unlock(&self->mutex);
}

static void
begin(gpointer data, gpointer more_data)
{
    FirnFreezeWindow *self = data;

    self->event_id = g_signal_connect(self->monitor, "event", G_CALLBACK(on_event), self);
    self->closed_id = g_signal_connect(self->monitor, "closed", G_CALLBACK(on_closed), self);
}

const char *
firn_freeze_window_explain(const char *interruption)
{
    static const char *const facts[][2] = {
        {"RESET",          "the guest was reset"                },
        {"SHUTDOWN",       "the guest shut down"                },
        {"POWERDOWN",      "the guest was told to shut down"    },
        {"GUEST_PANICKED", "the guest crashed"                  },
        {"STOP",           "the guest was paused"               },
        {"SUSPEND",        "the guest went to sleep"            },
        {"AGENT_CLOSED",   "the guest's agent ended"            },
        {"MONITOR_CLOSED", "the guest's QEMU closed its monitor"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(facts); i++)
        if (g_str_equal(facts[i][0], interruption))
            return facts[i][1];
    return "another operation ran";
}

FirnFreezeWindow *
firn_freeze_window_open(FirnChannel *monitor)
{
    FirnFreezeWindow *self = g_new0(FirnFreezeWindow, 1);

    self->monitor = monitor == NULL ? NULL : g_object_ref(monitor);
    self->has_lost_monitor = monitor == NULL;
    self->interruptions = g_ptr_array_new_with_free_func(g_free);
    self->closed_ports = g_ptr_array_new_with_free_func(g_free);
    g_mutex_init(&self->mutex);
    g_cond_init(&self->cond);
    if (monitor != NULL)
        firn_await_call(begin, self, NULL);
    return self;
}

static void
end(gpointer data, gpointer more_data)
{
    FirnFreezeWindow *self = data;

    g_signal_handler_disconnect(self->monitor, self->event_id);
    g_signal_handler_disconnect(self->monitor, self->closed_id);
}

void
firn_freeze_window_note(FirnFreezeWindow *self, const char *word)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    note(self, word);
}

/* A port that QEMU does not name may be the agent's. */
static gboolean
is_agent_port(FirnFreezeWindow *self, const char *id)
{
    g_autofree char *path = g_strconcat("/machine/peripheral/", id, NULL);
    g_autoptr(JsonObject) arguments = json_object_new();
    g_autoptr(JsonNode) reply = NULL;

    json_object_set_string_member(arguments, "path", path);
    json_object_set_string_member(arguments, "property", "name");
    reply = firn_channel_call(self->monitor, "qom-get", arguments, QUERY_MS, NULL, NULL);
    return reply == NULL || !JSON_NODE_HOLDS_VALUE(reply) ||
           json_node_get_value_type(reply) != G_TYPE_STRING ||
           g_str_equal(json_node_get_string(reply), AGENT_PORT);
}

/* Asks QEMU which ports have closed since the last time. */
static void
settle_ports(FirnFreezeWindow *self)
{
    g_autoptr(GPtrArray) ids = NULL;

    g_mutex_lock(&self->mutex);
    ids = g_steal_pointer(&self->closed_ports);
    self->closed_ports = g_ptr_array_new_with_free_func(g_free);
    g_mutex_unlock(&self->mutex);
    for (guint i = 0; i < ids->len; i++)
        if (is_agent_port(self, ids->pdata[i]))
            firn_freeze_window_note(self, "AGENT_CLOSED");
}

void
firn_freeze_window_close(FirnFreezeWindow *self, GPtrArray *interruptions)
{
    if (self->monitor != NULL)
        firn_await_call(end, self, NULL);
    settle_ports(self);
    g_ptr_array_extend_and_steal(interruptions, g_steal_pointer(&self->interruptions));
    g_ptr_array_unref(self->closed_ports);
    g_clear_object(&self->monitor);
    g_mutex_clear(&self->mutex);
    g_cond_clear(&self->cond);
    g_free(self);
}

gboolean
firn_freeze_window_has_rebooted(FirnFreezeWindow *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    return self->has_rebooted;
}

gboolean
firn_freeze_window_has_lost_monitor(FirnFreezeWindow *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    return self->has_lost_monitor;
}

gboolean
firn_freeze_window_is_broken(FirnFreezeWindow *self)
{
    g_autoptr(GMutexLocker) locker = NULL;

    settle_ports(self);
    locker = g_mutex_locker_new(&self->mutex);
    return self->interruptions->len > 0;
}

void
firn_freeze_window_notify(FirnFreezeWindow *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    self->is_notified = TRUE;
    g_cond_broadcast(&self->cond);
}

void
firn_freeze_window_sleep(FirnFreezeWindow *self, guint ms)
{
    gint64 end_us = g_get_monotonic_time() + ms * G_TIME_SPAN_MILLISECOND;

    g_mutex_lock(&self->mutex);
    if (!self->is_notified)
        g_cond_wait_until(&self->cond, &self->mutex, end_us);
    self->is_notified = FALSE;
    g_mutex_unlock(&self->mutex);
}
