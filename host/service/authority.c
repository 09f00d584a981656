/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "authority.h"

#include <gio/gio.h>
#include <unistd.h>

#include "bus-error.h"
#include "firn-config.h"
#include "host-error.h"
#include "polkit-check.h"

struct _FirnAuthority {
    GObject parent_instance;
    GDBusConnection *connection; /* (owned) */
    FirnPolkit *polkit;          /* (owned) (nullable) only on the system bus */
    GHashTable *vms;             /* (owned) (element-type FirnVm) the existing VMs */
};

G_DEFINE_FINAL_TYPE(FirnAuthority, firn_authority, G_TYPE_OBJECT)

typedef struct {
    FirnAuthority *self;               /* (owned) */
    GObject *object;                   /* (owned) */
    GDBusMethodInvocation *invocation; /* (owned) (nullable) passed on with the answer */
    FirnAllowedFunc then;
    gconstpointer data;
    FirnQuestion question; /* its second action is checked after the first is allowed */
    FirnVm *vm;            /* (owned) (nullable) must still exist when the call is allowed */
    GHashTable *details;   /* (owned) (element-type utf8 utf8) for polkit's rules */
    guint uid;
} Asking;

static void
asking_free(Asking *asking)
{
    g_object_unref(asking->self);
    g_object_unref(asking->object);
    g_clear_object(&asking->invocation);
    g_hash_table_unref(asking->details);
    g_clear_object(&asking->vm);
    g_free(asking);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Asking, asking_free)

gboolean
firn_authority_check_there(FirnAuthority *self, FirnVm *vm, GError **error)
{
    if (g_hash_table_contains(self->vms, vm))
        return TRUE;
    g_set_error(error,
                FIRN_HOST_ERROR,
                FIRN_HOST_ERROR_NOT_FOUND,
                "the definition of %s is gone",
                firn_vm_get_name(vm));
    return FALSE;
}

/* Every allowed call passes here: its VM may have been removed while polkit asked for a
 * password. */
static void
allow(Asking *asking)
{
    GError *error = NULL;

    if (asking->vm != NULL && !firn_authority_check_there(asking->self, asking->vm, &error)) {
        firn_bus_error_return(g_steal_pointer(&asking->invocation), error);
        return;
    }
    asking->then(asking->object, g_steal_pointer(&asking->invocation), asking->uid, asking->data);
}

static void
refuse(Asking *asking, const char *why)
{
    g_message("uid %u: not authorized (%s): %s", asking->uid, asking->question.action, why);
    firn_bus_error_return(g_steal_pointer(&asking->invocation),
                          g_error_new(FIRN_HOST_ERROR,
                                      FIRN_HOST_ERROR_NOT_AUTHORIZED,
                                      "not authorized (%s): %s",
                                      asking->question.action,
                                      why));
}

static void ask_polkit(Asking *taken);

/* Checks the second action of a call that needs two, if it was not checked yet. */
static void
continue_asking(Asking *taken)
{
    g_autoptr(Asking) asking = taken;

    if (asking->question.also == NULL) {
        allow(asking);
        return;
    }
    asking->question.action = asking->question.also;
    asking->question.also = NULL;
    ask_polkit(g_steal_pointer(&asking));
}

static void
on_polkit_answered(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(Asking) asking = user_data;
    g_autoptr(GError) error = NULL;

    switch (firn_polkit_check_finish(result, &error)) {
    case FIRN_POLKIT_YES:
        continue_asking(g_steal_pointer(&asking));
        return;
    case FIRN_POLKIT_CHALLENGE:
        g_dbus_method_invocation_return_dbus_error(
            g_steal_pointer(&asking->invocation),
            "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired",
            "polkit requires a password; call again with interactive authorization, or as root");
        return;
    case FIRN_POLKIT_NO:
        refuse(asking, "denied by polkit's rules; see the actions " FIRN_POLKIT_PREFIX ".*");
        return;
    case FIRN_POLKIT_ABSENT:
        refuse(asking, "polkit cannot be reached, so only root is allowed");
        return;
    }
}

static gboolean
wants_dialog(GDBusMethodInvocation *invocation)
{
    GDBusMessage *message = g_dbus_method_invocation_get_message(invocation);

    return (g_dbus_message_get_flags(message) &
            G_DBUS_MESSAGE_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION) != 0;
}

static void
ask_polkit(Asking *taken)
{
    g_autoptr(Asking) asking = taken;
    g_autofree char *action = g_strconcat(FIRN_POLKIT_PREFIX ".", asking->question.action, NULL);

    firn_polkit_check_async(asking->self->polkit,
                            g_dbus_method_invocation_get_sender(asking->invocation),
                            action,
                            asking->details,
                            wants_dialog(asking->invocation),
                            on_polkit_answered,
                            asking);
    g_steal_pointer(&asking);
}

static void
decide(Asking *taken)
{
    g_autoptr(Asking) asking = taken;

    if (asking->uid == 0 || asking->uid == asking->question.free_for_uid) {
        allow(asking);
        return;
    }
    if (asking->self->polkit == NULL) {
        if (asking->uid == getuid())
            allow(asking);
        else
            refuse(asking, "on this bus only root and the user who runs firnd are allowed");
        return;
    }
    ask_polkit(g_steal_pointer(&asking));
}

static void
on_uid_answered(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(Asking) asking = user_data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) reply =
        g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);

    if (reply == NULL) {
        asking->uid = G_MAXUINT;
        refuse(asking, "could not look up the caller's user on the bus");
        return;
    }
    g_variant_get(reply, "(u)", &asking->uid);
    decide(g_steal_pointer(&asking));
}

static void
add_detail(Asking *asking, const char *key, const char *value)
{
    if (value != NULL)
        g_hash_table_insert(asking->details, g_strdup(key), g_strdup(value));
}

static Asking *
asking_new(FirnAuthority *self, const FirnQuestion *question, gpointer object)
{
    Asking *asking = g_new0(Asking, 1);

    asking->self = g_object_ref(self);
    asking->object = g_object_ref(object);
    asking->question = *question;
    asking->details = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    if (question->vm != NULL && !question->may_be_gone)
        asking->vm = g_object_ref(question->vm);
    if (question->vm != NULL) {
        add_detail(asking, "vm.name", firn_vm_get_name(question->vm));
        add_detail(asking, "vm.uuid", firn_vm_get_uuid(question->vm));
        add_detail(asking, "vm.source", firn_vm_get_source(question->vm));
    }
    add_detail(asking, "snapshot.name", question->snapshot_name);
    return asking;
}

void
firn_authority_ask(FirnAuthority *self,
                   const FirnQuestion *question,
                   gpointer object,
                   GDBusMethodInvocation *invocation,
                   FirnAllowedFunc then,
                   gconstpointer data)
{
    Asking *asking = asking_new(self, question, object);

    asking->invocation = invocation;
    asking->then = then;
    asking->data = data;
    g_dbus_connection_call(self->connection,
                           "org.freedesktop.DBus",
                           "/org/freedesktop/DBus",
                           "org.freedesktop.DBus",
                           "GetConnectionUnixUser",
                           g_variant_new("(s)", g_dbus_method_invocation_get_sender(invocation)),
                           G_VARIANT_TYPE("(u)"),
                           G_DBUS_CALL_FLAGS_NONE,
                           -1,
                           NULL,
                           on_uid_answered,
                           asking);
}

gboolean
firn_authority_describe(FirnAuthority *self, char **out_text)
{
    if (self->polkit == NULL) {
        *out_text = g_strdup("root and the user who runs firnd may make changes");
        return TRUE;
    }
    if (firn_polkit_is_there(self->polkit)) {
        *out_text = g_strdup("root may make changes, and users whom polkit allows to");
        return TRUE;
    }
    *out_text = g_strdup("polkit does not answer: only root may make changes");
    return FALSE;
}

static void
firn_authority_dispose(GObject *object)
{
    FirnAuthority *self = FIRN_AUTHORITY(object);

    g_clear_object(&self->connection);
    g_clear_pointer(&self->polkit, firn_polkit_free);
    g_clear_pointer(&self->vms, g_hash_table_unref);
    G_OBJECT_CLASS(firn_authority_parent_class)->dispose(object);
}

static void
firn_authority_class_init(FirnAuthorityClass *klass)
{
    G_OBJECT_CLASS(klass)->dispose = firn_authority_dispose;
}

static void
firn_authority_init(FirnAuthority *self)
{
}

FirnAuthority *
firn_authority_new(GDBusConnection *connection, gboolean is_system_bus, GHashTable *vms)
{
    FirnAuthority *self = g_object_new(FIRN_TYPE_AUTHORITY, NULL);

    self->connection = g_object_ref(connection);
    self->vms = g_hash_table_ref(vms);
    if (is_system_bus)
        self->polkit = firn_polkit_new();
    return self;
}
