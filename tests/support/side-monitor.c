/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "side-monitor.h"

#include <gio/gio.h>

#include "wire.h"

#define CONNECT_MS 20000
#define CALL_MS    30000

struct FirnTestSideMonitor {
    FirnTestWire *wire; /* (owned) */
    GQueue events;      /* (owned) (element-type JsonNode) oldest first */
};

static JsonObject *
object_of(JsonNode *node)
{
    return json_node_get_object(node);
}

/* Reads the next message that is not an event; with @event_name also the next event of that
 * name. */
static JsonNode *
read_message(FirnTestSideMonitor *monitor,
             const char *event_name,
             gint64 deadline_us,
             GError **error)
{
    for (;;) {
        g_autofree char *line = firn_test_wire_read_line(monitor->wire, deadline_us, error);
        g_autoptr(JsonNode) message = line != NULL ? json_from_string(line, error) : NULL;
        const char *event;

        if (message == NULL)
            return NULL;
        event = json_object_get_string_member_with_default(object_of(message), "event", NULL);
        if (event == NULL || g_strcmp0(event, event_name) == 0)
            return g_steal_pointer(&message);
        g_queue_push_tail(&monitor->events, g_steal_pointer(&message));
    }
}

static JsonNode *
read_reply(FirnTestSideMonitor *monitor, const char *command, GError **error)
{
    gint64 deadline_us = firn_test_wire_deadline(CALL_MS);
    g_autoptr(JsonNode) message = read_message(monitor, NULL, deadline_us, error);
    JsonObject *failure;

    if (message == NULL) {
        g_prefix_error(error, "%s: ", command);
        return NULL;
    }
    if (json_object_has_member(object_of(message), "return"))
        return json_object_dup_member(object_of(message), "return");
    failure = json_object_get_object_member(object_of(message), "error");
    g_set_error(error,
                G_IO_ERROR,
                G_IO_ERROR_FAILED,
                "%s: %s",
                command,
                json_object_get_string_member(failure, "desc"));
    return NULL;
}

FirnTestSideMonitor *
firn_test_side_monitor_new(const char *path, GError **error)
{
    g_autoptr(FirnTestSideMonitor) monitor = g_new0(FirnTestSideMonitor, 1);
    g_autoptr(JsonNode) greeting = NULL;
    g_autoptr(JsonNode) reply = NULL;

    g_queue_init(&monitor->events);
    monitor->wire = firn_test_wire_connect(path, CONNECT_MS, error);
    if (monitor->wire == NULL)
        return NULL;
    greeting = read_message(monitor, NULL, firn_test_wire_deadline(CONNECT_MS), error);
    if (greeting == NULL)
        return NULL;
    reply = firn_test_side_monitor_call(monitor, "qmp_capabilities", NULL, error);
    return reply != NULL ? g_steal_pointer(&monitor) : NULL;
}

JsonNode *
firn_test_side_monitor_call(FirnTestSideMonitor *monitor,
                            const char *command,
                            const char *arguments,
                            GError **error)
{
    g_autofree char *request = g_strdup_printf("{\"execute\":\"%s\",\"arguments\":%s}\n",
                                               command,
                                               arguments != NULL ? arguments : "{}");

    if (!firn_test_wire_send(monitor->wire, request, error))
        return NULL;
    return read_reply(monitor, command, error);
}

JsonNode *
firn_test_side_monitor_wait_event(FirnTestSideMonitor *monitor,
                                  const char *name,
                                  guint deadline_ms,
                                  GError **error)
{
    JsonNode *event;

    for (GList *link = monitor->events.head; link != NULL; link = link->next) {
        event = link->data;
        if (g_strcmp0(json_object_get_string_member(object_of(event), "event"), name) == 0) {
            g_queue_delete_link(&monitor->events, link);
            return event;
        }
    }
    event = read_message(monitor, name, firn_test_wire_deadline(deadline_ms), error);
    if (event == NULL)
        g_prefix_error(error, "event %s: ", name);
    return event;
}

void
firn_test_side_monitor_forget_events(FirnTestSideMonitor *monitor)
{
    g_queue_clear_full(&monitor->events, (GDestroyNotify)json_node_unref);
}

void
firn_test_side_monitor_free(FirnTestSideMonitor *monitor)
{
    if (monitor == NULL)
        return;
    g_queue_clear_full(&monitor->events, (GDestroyNotify)json_node_unref);
    firn_test_wire_free(monitor->wire);
    g_free(monitor);
}
