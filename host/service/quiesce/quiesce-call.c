/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "quiesce-call.h"

#include <gio/gunixfdlist.h>

#include "bus-error.h"
#include "bus-path.h"
#include "host-error.h"
#include "options.h"
#include "printable.h"
#include "quiesce-fd.h"

/* One call of Manager.Quiesce that is not answered yet. */
#define FIRN_TYPE_QUIESCE_CALL (firn_quiesce_call_get_type())
G_DECLARE_FINAL_TYPE(FirnQuiesceCall, firn_quiesce_call, FIRN, QUIESCE_CALL, GObject)

struct _FirnQuiesceCall {
    GObject parent_instance;
    const FirnServiceParts *parts;     /* (unowned) */
    GHashTable *all;                   /* (owned) (element-type FirnVm FirnVmObject) */
    GPtrArray *vms;                    /* (owned) (element-type FirnVm) */
    guint allowed;                     /* for how many of them the caller is authorized */
    GDBusMethodInvocation *invocation; /* (owned) (nullable) passed on with the answer */
    guint uid;
    guint pid;
    guint watch;          /* id of the watch of the caller's name; 0: none */
    FirnQuiesceFd *lease; /* (unowned) (nullable) until all guests are frozen, or it has
                           * failed */
};

G_DEFINE_FINAL_TYPE(FirnQuiesceCall, firn_quiesce_call, G_TYPE_OBJECT)

static void
firn_quiesce_call_finalize(GObject *object)
{
    FirnQuiesceCall *self = FIRN_QUIESCE_CALL(object);

    g_clear_handle_id(&self->watch, g_bus_unwatch_name);
    g_hash_table_unref(self->all);
    g_ptr_array_unref(self->vms);
    g_clear_object(&self->invocation);
    G_OBJECT_CLASS(firn_quiesce_call_parent_class)->finalize(object);
}

static void
firn_quiesce_call_class_init(FirnQuiesceCallClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = firn_quiesce_call_finalize;
}

static void
firn_quiesce_call_init(FirnQuiesceCall *self)
{
    self->vms = g_ptr_array_new_with_free_func(g_object_unref);
}

static void
answer_error(FirnQuiesceCall *self, GError *error)
{
    firn_bus_error_return(g_steal_pointer(&self->invocation), error);
}

static void
answer(FirnQuiesceCall *self, FirnQuiesceFd *lease)
{
    g_autoptr(GUnixFDList) list = NULL;
    GVariantDict details;
    GError *error = NULL;
    int fd = firn_quiesce_fd_open(lease, &error);

    if (fd == -1) {
        answer_error(self, error);
        return;
    }
    list = g_unix_fd_list_new_from_array(&fd, 1);
    g_variant_dict_init(&details, NULL);
    g_variant_dict_insert(&details, "expires", "t", (guint64)firn_quiesce_fd_get_expires_us(lease));
    g_dbus_method_invocation_return_value_with_unix_fd_list(
        g_steal_pointer(&self->invocation),
        g_variant_new("(h@a{sv})", 0, g_variant_dict_end(&details)),
        list);
}

static void
on_settled(FirnQuiesceFd *lease, const GError *error, gpointer user_data)
{
    g_autoptr(FirnQuiesceCall) self = user_data;

    self->lease = NULL;
    if (error == NULL)
        answer(self, lease);
    else
        answer_error(self, g_error_copy(error));
}

static void
on_caller_gone(GDBusConnection *connection, const char *name, gpointer user_data)
{
    FirnQuiesceCall *self = user_data;

    g_clear_handle_id(&self->watch, g_bus_unwatch_name);
    if (self->lease == NULL)
        return;
    g_message("%s left the bus while guests were being frozen for it", name);
    firn_quiesce_fd_abandon(g_steal_pointer(&self->lease));
    g_object_unref(self);
}

static gboolean
parse_limits(FirnQuiesceCall *self, FirnFreezeLimits *limits, GError **error)
{
    GVariant *parameters = g_dbus_method_invocation_get_parameters(self->invocation);
    g_autoptr(GVariant) vardict = g_variant_get_child_value(parameters, 1);
    g_autoptr(FirnOptions) options = firn_options_new(vardict);

    firn_freeze_limits_init(limits);
    return firn_options_take_limits(options, limits, error) && firn_options_finish(options, error);
}

/* A VM may have been removed while polkit was asked about another, or the bus about the caller. */
static gboolean
check_there(FirnQuiesceCall *self, GError **error)
{
    for (guint i = 0; i < self->vms->len; i++)
        if (!firn_authority_check_there(self->parts->authority, self->vms->pdata[i], error))
            return FALSE;
    return TRUE;
}

static void
freeze(FirnQuiesceCall *taken)
{
    g_autoptr(FirnQuiesceCall) self = taken;
    const FirnQuiesceHolderOwner owner = {.uid = self->uid, .pid = self->pid};
    FirnFreezeLimits limits;
    GError *error = NULL;

    if (!check_there(self, &error) || !parse_limits(self, &limits, &error)) {
        answer_error(self, error);
        return;
    }
    self->watch =
        g_bus_watch_name_on_connection(g_dbus_method_invocation_get_connection(self->invocation),
                                       g_dbus_method_invocation_get_sender(self->invocation),
                                       G_BUS_NAME_WATCHER_FLAGS_NONE,
                                       NULL,
                                       on_caller_gone,
                                       self,
                                       NULL);
    self->lease = firn_quiesce_fd_begin(self->parts->jobs,
                                        self->vms,
                                        &limits,
                                        &owner,
                                        on_settled,
                                        g_object_ref(self));
}

static void
on_pid_answered(GObject *source, GAsyncResult *result, gpointer user_data)
{
    FirnQuiesceCall *self = user_data;
    g_autoptr(GVariant) reply =
        g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, NULL);

    if (reply != NULL)
        g_variant_get(reply, "(u)", &self->pid);
    freeze(self);
}

/* Shown to users who want to know why a guest stays frozen. */
static void
ask_pid(FirnQuiesceCall *self)
{
    const char *sender = g_dbus_method_invocation_get_sender(self->invocation);

    g_dbus_connection_call(g_dbus_method_invocation_get_connection(self->invocation),
                           "org.freedesktop.DBus",
                           "/org/freedesktop/DBus",
                           "org.freedesktop.DBus",
                           "GetConnectionUnixProcessID",
                           g_variant_new("(s)", sender),
                           G_VARIANT_TYPE("(u)"),
                           G_DBUS_CALL_FLAGS_NONE,
                           -1,
                           NULL,
                           on_pid_answered,
                           g_object_ref(self));
}

static void ask_next(FirnQuiesceCall *self);

static void
freeze_allowed(gpointer object, GDBusMethodInvocation *invocation, guint uid, gconstpointer data)
{
    FirnQuiesceCall *self = FIRN_QUIESCE_CALL(object);

    self->invocation = invocation;
    self->uid = uid;
    self->allowed++;
    ask_next(self);
}

static void
ask_next(FirnQuiesceCall *self)
{
    FirnQuestion question = {.action = FIRN_ACTION_FREEZE};

    if (self->allowed == self->vms->len) {
        ask_pid(self);
        return;
    }
    question.vm = self->vms->pdata[self->allowed];
    firn_authority_ask(self->parts->authority,
                       &question,
                       self,
                       g_steal_pointer(&self->invocation),
                       freeze_allowed,
                       NULL);
}

static FirnVm *
find_vm(GHashTable *vms, const char *path)
{
    GHashTableIter iter;
    gpointer vm;

    g_hash_table_iter_init(&iter, vms);
    while (g_hash_table_iter_next(&iter, &vm, NULL)) {
        g_autofree char *other = firn_bus_path("vm", firn_vm_get_uuid(vm));

        if (g_str_equal(other, path))
            return vm;
    }
    return NULL;
}

static gboolean
add_vm(FirnQuiesceCall *self, const char *path, GError **error)
{
    FirnVm *vm = find_vm(self->all, path);
    g_autofree char *printable = firn_printable(path);

    if (vm == NULL) {
        g_set_error(error,
                    FIRN_HOST_ERROR,
                    FIRN_HOST_ERROR_NOT_FOUND,
                    "there is no VM %s",
                    printable);
        return FALSE;
    }
    if (g_ptr_array_find(self->vms, vm, NULL)) {
        g_set_error(error,
                    FIRN_HOST_ERROR,
                    FIRN_HOST_ERROR_INVALID_ARGUMENT,
                    "%s is named twice",
                    firn_vm_get_name(vm));
        return FALSE;
    }
    g_ptr_array_add(self->vms, g_object_ref(vm));
    return TRUE;
}

/* The VMs must be known before polkit can be asked about them. */
static gboolean
read_vms(FirnQuiesceCall *self, GError **error)
{
    GVariant *parameters = g_dbus_method_invocation_get_parameters(self->invocation);
    GDBusConnection *connection = g_dbus_method_invocation_get_connection(self->invocation);
    g_autofree const char **paths = NULL;

    if ((g_dbus_connection_get_capabilities(connection) &
         G_DBUS_CAPABILITY_FLAGS_UNIX_FD_PASSING) == 0) {
        g_set_error(error,
                    FIRN_HOST_ERROR,
                    FIRN_HOST_ERROR_NOT_SUPPORTED,
                    "this bus connection cannot pass file descriptors");
        return FALSE;
    }
    g_variant_get_child(parameters, 0, "^a&o", &paths);
    for (guint i = 0; paths[i] != NULL; i++)
        if (!add_vm(self, paths[i], error))
            return FALSE;
    if (self->vms->len > 0)
        return TRUE;
    g_set_error(error,
                FIRN_HOST_ERROR,
                FIRN_HOST_ERROR_INVALID_ARGUMENT,
                "at least one VM is required");
    return FALSE;
}

void
firn_quiesce_call_begin(const FirnServiceParts *parts,
                        GHashTable *vms,
                        GDBusMethodInvocation *invocation)
{
    g_autoptr(FirnQuiesceCall) self = g_object_new(FIRN_TYPE_QUIESCE_CALL, NULL);
    GError *error = NULL;

    self->parts = parts;
    self->all = g_hash_table_ref(vms);
    self->invocation = invocation;
    if (read_vms(self, &error))
        ask_next(self);
    else
        answer_error(self, error);
}
