/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "direct-vm.h"

#include "agent-client.h"
#include "await.h"
#include "chardev.h"
#include "direct-disks.h"
#include "direct-nvram.h"
#include "direct-power.h"
#include "host-error.h"
#include "last-run.h"
#include "line-socket.h"
#include "monitor-connection.h"
#include "qmp-error.h"
#include "run-state.h"

#define QUERY_MS 10000
#define SYNC_MS  5000

struct _FirnDirectVm {
    FirnVm parent_instance;
    FirnMachineFile *file;       /* (owned) */
    FirnMonitorConnection *link; /* (owned) */
    char *service_bus;           /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE_WITH_CODE(FirnDirectVm,
                              firn_direct_vm,
                              FIRN_TYPE_VM,
                              G_IMPLEMENT_INTERFACE(FIRN_TYPE_POWER,
                                                    firn_direct_power_init_interface))

/* The state, tracked on the main loop. */

static void
set_run_state(FirnVm *vm, gboolean is_running, const char *word)
{
    firn_vm_set_state(vm, is_running ? FIRN_VM_STATE_RUNNING : FIRN_VM_STATE_PAUSED, word);
}

static void
set_unreachable(FirnVm *vm, const GError *error)
{
    if (g_error_matches(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_CLOSED))
        firn_vm_set_state(vm, FIRN_VM_STATE_OFF, "off");
    else
        firn_vm_set_state(vm, FIRN_VM_STATE_UNKNOWN, "unknown");
}

static void
on_status(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(FirnVm) self = user_data;
    g_autoptr(JsonNode) reply = firn_channel_call_finish(FIRN_CHANNEL(source), result, NULL);
    gboolean is_running;
    g_autofree char *word = reply == NULL ? NULL : firn_run_state_read(reply, &is_running, NULL);

    if (word != NULL)
        set_run_state(self, is_running, word);
}

static void
ask_status(FirnVm *self, FirnChannel *monitor)
{
    firn_channel_call_async(monitor,
                            "query-status",
                            NULL,
                            QUERY_MS,
                            NULL,
                            on_status,
                            g_object_ref(self));
}

static void
on_event(FirnChannel *monitor, const char *name, JsonObject *data, gpointer user_data)
{
    gboolean has_stopped = g_str_equal(name, "STOP");

    firn_last_run_hear(user_data, name, data);
    if (!has_stopped && !g_str_equal(name, "RESUME"))
        return;
    set_run_state(user_data, !has_stopped, has_stopped ? "paused" : "running");
    /* QEMU has several run states for a paused guest: "io-error", "save-vm" ... */
    ask_status(user_data, monitor);
}

static void
on_opened(FirnMonitorConnection *link, FirnChannel *monitor, gpointer user_data)
{
    g_signal_connect_object(monitor, "event", G_CALLBACK(on_event), user_data, 0);
    ask_status(user_data, monitor);
}

static void
on_failed(FirnMonitorConnection *link, const GError *error, gpointer user_data)
{
    set_unreachable(user_data, error);
}

static void
on_closed(FirnMonitorConnection *link, gpointer user_data)
{
    firn_vm_set_state(user_data, FIRN_VM_STATE_OFF, "off");
}

void
firn_direct_vm_start(FirnDirectVm *self)
{
    firn_monitor_connection_start(self->link);
}

void
firn_direct_vm_stop(FirnDirectVm *self)
{
    firn_monitor_connection_stop(self->link);
}

/* From here on: for job threads. */

static FirnChannel *
dup_monitor(FirnVm *vm)
{
    return firn_monitor_connection_dup_channel(FIRN_DIRECT_VM(vm)->link);
}

static void
start_connect(GAsyncReadyCallback callback, gpointer callback_data, gpointer user_data)
{
    firn_monitor_connection_connect_async(user_data, callback, callback_data);
}

/* Sets the state on the main loop, where events arrive, so that an older reply never overrides a
 * newer event. */
static void
on_asked(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    GError *error = NULL;
    g_autoptr(JsonNode) reply = firn_channel_call_finish(FIRN_CHANNEL(source), result, &error);
    gboolean is_running;
    g_autofree char *word = reply == NULL ? NULL : firn_run_state_read(reply, &is_running, &error);

    if (word == NULL) {
        g_task_return_error(task, error);
        return;
    }
    set_run_state(g_task_get_source_object(task), is_running, word);
    g_task_return_boolean(task, TRUE);
}

typedef struct {
    FirnVm *vm;                /* (unowned) */
    GCancellable *cancellable; /* (unowned) (nullable) */
} Ask;

static void
start_ask(GAsyncReadyCallback callback, gpointer callback_data, gpointer user_data)
{
    Ask *ask = user_data;
    g_autoptr(FirnChannel) monitor = dup_monitor(ask->vm);
    g_autoptr(GTask) task = g_task_new(ask->vm, NULL, callback, callback_data);

    if (monitor == NULL)
        g_task_return_new_error(task, FIRN_QMP_ERROR, FIRN_QMP_ERROR_CLOSED, "gone");
    else
        firn_channel_call_async(monitor,
                                "query-status",
                                NULL,
                                QUERY_MS,
                                ask->cancellable,
                                on_asked,
                                g_steal_pointer(&task));
}

static gboolean
connect_and_ask(FirnVm *vm, GCancellable *cancellable, GError **error)
{
    Ask ask = {vm, cancellable};
    g_autoptr(GAsyncResult) connected = firn_await(start_connect, FIRN_DIRECT_VM(vm)->link);
    g_autoptr(GAsyncResult) asked = NULL;

    if (!firn_monitor_connection_connect_finish(connected, error))
        return FALSE;
    asked = firn_await(start_ask, &ask);
    return g_task_propagate_boolean(G_TASK(asked), error);
}

/* A QEMU that closes the connection but still listens is not off, and its guest may be frozen. */
static void
refuse_hang_up(FirnDirectVm *self, GError **failure)
{
    const char *path = self->file->monitor_path;

    if (!g_error_matches(*failure, FIRN_QMP_ERROR, FIRN_QMP_ERROR_CLOSED) ||
        firn_line_socket_is_stale(path))
        return;
    g_clear_error(failure);
    g_set_error(failure,
                FIRN_QMP_ERROR,
                FIRN_QMP_ERROR_MALFORMED,
                "%s: QEMU accepts connections but closes them at once; see its log",
                path);
}

static gboolean
look(FirnVm *vm, GCancellable *cancellable, GError **error)
{
    g_autoptr(GError) failure = NULL;

    if (connect_and_ask(vm, cancellable, &failure))
        return TRUE;
    refuse_hang_up(FIRN_DIRECT_VM(vm), &failure);
    /* A cancelled query says nothing about the VM. */
    if (!g_error_matches(failure, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        set_unreachable(vm, failure);
    if (g_error_matches(failure, FIRN_QMP_ERROR, FIRN_QMP_ERROR_CLOSED))
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

typedef struct {
    const FirnMachineFile *file; /* (unowned) */
    GCancellable *cancellable;   /* (unowned) (nullable) */
} OpenAgent;

static void
start_open_agent(GAsyncReadyCallback callback, gpointer callback_data, gpointer user_data)
{
    OpenAgent *open = user_data;

    firn_agent_client_open_async(open->file->agent_path,
                                 open->file->user,
                                 SYNC_MS,
                                 open->cancellable,
                                 callback,
                                 callback_data);
}

/* If another process holds the agent's socket, or no agent reads the port, connecting looks the
 * same as with a slow agent. QEMU's monitor tells these cases apart. */
static gboolean
check_port(FirnDirectVm *self, GCancellable *cancellable, GError **error)
{
    g_autoptr(FirnChannel) monitor = dup_monitor(FIRN_VM(self));
    gboolean is_open = TRUE;
    FirnChardevState state = FIRN_CHARDEV_UNKNOWN;

    if (monitor != NULL)
        state =
            firn_chardev_query(monitor, self->file->agent_path, QUERY_MS, cancellable, &is_open);
    if (state == FIRN_CHARDEV_TAKEN)
        g_set_error(error,
                    FIRN_QMP_ERROR,
                    FIRN_QMP_ERROR_BUSY,
                    "%s: the agent's socket is in use by another process",
                    self->file->agent_path);
    else if (!is_open)
        firn_host_error_set(error,
                            FIRN_HOST_ERROR_AGENT_UNAVAILABLE,
                            "no guest agent runs in the guest");
    return state != FIRN_CHARDEV_TAKEN && is_open;
}

static FirnChannel *
open_agent(FirnVm *vm, GCancellable *cancellable, GError **error)
{
    FirnDirectVm *self = FIRN_DIRECT_VM(vm);
    OpenAgent open = {self->file, cancellable};
    g_autoptr(GAsyncResult) result = NULL;

    if (self->file->agent_path == NULL) {
        g_set_error(error,
                    FIRN_QMP_ERROR,
                    FIRN_QMP_ERROR_NO_PEER,
                    "its machine file names no agent socket; add agent=PATH");
        return NULL;
    }
    if (!check_port(self, cancellable, error))
        return NULL;
    result = firn_await(start_open_agent, &open);
    return firn_channel_open_finish(result, error);
}

static void
fill_lease(FirnVm *vm, FirnLease *lease)
{
    FirnDirectVm *self = FIRN_DIRECT_VM(vm);

    lease->agent_path = g_strdup(self->file->agent_path);
    lease->monitor_path = g_strdup(self->file->monitor_path);
    lease->user = self->file->user;
}

static GPtrArray *
list_disks(FirnVm *vm, GCancellable *cancellable, GError **error)
{
    FirnDirectVm *self = FIRN_DIRECT_VM(vm);
    g_autoptr(FirnChannel) monitor = dup_monitor(vm);

    if (monitor == NULL)
        return firn_direct_disks_list_idle(self->file, firn_vm_get_catalogue(vm), error);
    return firn_direct_disks_list_running(self->file, monitor, cancellable, error);
}

static GStrv
list_images(FirnVm *vm)
{
    return firn_direct_disks_list_images(FIRN_DIRECT_VM(vm)->file, firn_vm_get_catalogue(vm));
}

/* A QEMU that exits normally removes its socket. */
static gboolean
has_left_traces(FirnVm *vm)
{
    return g_file_test(FIRN_DIRECT_VM(vm)->file->monitor_path, G_FILE_TEST_EXISTS);
}

static gboolean
find_nvram(FirnVm *vm, FirnNvramLocation **out_place, GError **error)
{
    g_autoptr(FirnChannel) monitor = dup_monitor(vm);

    if (monitor != NULL)
        return firn_direct_nvram_find_running(monitor, out_place, error);
    *out_place = firn_direct_nvram_find_idle(FIRN_DIRECT_VM(vm)->file, firn_vm_get_catalogue(vm));
    return TRUE;
}

static void
firn_direct_vm_finalize(GObject *object)
{
    FirnDirectVm *self = FIRN_DIRECT_VM(object);

    g_object_unref(self->link);
    firn_machine_file_free(self->file);
    g_free(self->service_bus);
    G_OBJECT_CLASS(firn_direct_vm_parent_class)->finalize(object);
}

static void
firn_direct_vm_class_init(FirnDirectVmClass *klass)
{
    FirnVmClass *vm_class = FIRN_VM_CLASS(klass);

    G_OBJECT_CLASS(klass)->finalize = firn_direct_vm_finalize;
    vm_class->source = "direct";
    vm_class->look = look;
    vm_class->dup_monitor = dup_monitor;
    vm_class->open_agent = open_agent;
    vm_class->fill_lease = fill_lease;
    vm_class->list_disks = list_disks;
    vm_class->list_images = list_images;
    vm_class->has_left_traces = has_left_traces;
    vm_class->find_nvram = find_nvram;
}

static void
firn_direct_vm_init(FirnDirectVm *self)
{
}

FirnVm *
firn_direct_vm_new(FirnMachineFile *file, FirnCatalogue *catalogue)
{
    FirnDirectVm *self = g_object_new(FIRN_TYPE_DIRECT_VM,
                                      "uuid",
                                      file->uuid,
                                      "name",
                                      file->name,
                                      "catalogue",
                                      catalogue,
                                      NULL);

    self->file = file;
    self->link = firn_monitor_connection_new(file->monitor_path, file->user, file->uuid);
    g_signal_connect_object(self->link, "opened", G_CALLBACK(on_opened), self, 0);
    g_signal_connect_object(self->link, "failed", G_CALLBACK(on_failed), self, 0);
    g_signal_connect_object(self->link, "closed", G_CALLBACK(on_closed), self, 0);
    return FIRN_VM(self);
}

const FirnMachineFile *
firn_direct_vm_get_file(FirnDirectVm *self)
{
    return self->file;
}

void
firn_direct_vm_set_service_bus(FirnDirectVm *self, const char *bus)
{
    g_free(self->service_bus);
    self->service_bus = g_strdup(bus);
}

const char *
firn_direct_vm_get_service_bus(FirnDirectVm *self)
{
    return self->service_bus;
}
