/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "drift-watch.h"

#include "drift-look.h"
#include "shared-call.h"
#include "snapshot-registry.h"

struct _FirnDriftWatch {
    GObject parent_instance;
    FirnVm *vm;           /* (owned) */
    FirnVmDrift *found;   /* (owned) (nullable) */
    char *snapshot;       /* (owned) name of the snapshot that @found was compared with, "" if
                           * none */
    char *measure;        /* (owned) the same for the comparison in progress */
    FirnSharedCall *call; /* (owned) the comparison */
    FirnVmState state;    /* state of the VM at its last change */
    gboolean is_outdated; /* the configuration changed since the comparison in progress began */
};

enum { SIGNAL_LOOKED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(FirnDriftWatch, firn_drift_watch, G_TYPE_OBJECT)

static void
look_if_free(FirnDriftWatch *self)
{
    self->is_outdated = TRUE;
    if (firn_vm_get_job(self->vm) == 0)
        firn_shared_call_start(self->call);
}

static void
take(FirnDriftWatch *self, FirnVmDrift *found)
{
    firn_vm_drift_free(self->found);
    self->found = found;
    g_free(self->snapshot);
    self->snapshot = g_strdup(self->measure);
    g_signal_emit(self, signals[SIGNAL_LOOKED], 0);
}

static void
on_looked(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(FirnDriftWatch) self = g_object_ref(user_data);
    GError *error = NULL;
    FirnVmDrift *found = firn_drift_look_finish(result, &error);

    if (found != NULL)
        take(self, found);
    else
        g_info("%s: could not compare the configuration: %s",
               firn_vm_get_name(self->vm),
               error->message);
    firn_shared_call_end(self->call, found == NULL ? NULL : g_variant_new("()"), error);
    if (self->is_outdated)
        look_if_free(self);
}

static void
look(FirnSharedCall *call, GObject *owner)
{
    FirnDriftWatch *self = FIRN_DRIFT_WATCH(owner);
    FirnCatalogue *catalogue = firn_vm_get_catalogue(self->vm);
    g_autofree char *current = firn_catalogue_dup_current(catalogue);
    g_autoptr(FirnSnapshot) snapshot =
        current == NULL ? NULL : firn_catalogue_lookup(catalogue, current, NULL);

    self->is_outdated = FALSE;
    g_free(self->measure);
    self->measure = g_strdup(snapshot == NULL ? "" : snapshot->name);
    firn_drift_look_async(self->vm, snapshot, on_looked, self);
}

static void
on_vm_changed(FirnVm *vm, gpointer user_data)
{
    FirnDriftWatch *self = user_data;
    FirnVmState state = firn_vm_get_state(vm);
    gboolean is_news = state != self->state;

    self->state = state;
    if (is_news || self->is_outdated)
        look_if_free(self);
}

static void
firn_drift_watch_finalize(GObject *object)
{
    FirnDriftWatch *self = FIRN_DRIFT_WATCH(object);

    g_object_unref(self->vm);
    firn_vm_drift_free(self->found);
    g_free(self->snapshot);
    g_free(self->measure);
    firn_shared_call_free(self->call);
    G_OBJECT_CLASS(firn_drift_watch_parent_class)->finalize(object);
}

static void
firn_drift_watch_class_init(FirnDriftWatchClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = firn_drift_watch_finalize;
    signals[SIGNAL_LOOKED] = g_signal_new("looked",
                                          FIRN_TYPE_DRIFT_WATCH,
                                          G_SIGNAL_RUN_LAST,
                                          0,
                                          NULL,
                                          NULL,
                                          NULL,
                                          G_TYPE_NONE,
                                          0);
}

static void
firn_drift_watch_init(FirnDriftWatch *self)
{
    self->snapshot = g_strdup("");
    self->call = firn_shared_call_new(self, look);
}

FirnDriftWatch *
firn_drift_watch_new(FirnVm *vm)
{
    FirnDriftWatch *self = g_object_new(FIRN_TYPE_DRIFT_WATCH, NULL);
    FirnCatalogue *catalogue = firn_vm_get_catalogue(vm);

    self->vm = g_object_ref(vm);
    self->state = firn_vm_get_state(vm);
    if (!firn_snapshot_registry_is_there(vm))
        return self;
    g_signal_connect_object(vm, "changed", G_CALLBACK(on_vm_changed), self, 0);
    g_signal_connect_object(vm, "reconfigured", G_CALLBACK(look_if_free), self, G_CONNECT_SWAPPED);
    g_signal_connect_object(catalogue,
                            "changed",
                            G_CALLBACK(look_if_free),
                            self,
                            G_CONNECT_SWAPPED);
    look_if_free(self);
    return self;
}

const FirnVmDrift *
firn_drift_watch_get(FirnDriftWatch *self)
{
    return self->found;
}

const char *
firn_drift_watch_get_snapshot(FirnDriftWatch *self)
{
    return self->snapshot;
}

void
firn_drift_watch_refresh(FirnDriftWatch *self, GDBusMethodInvocation *invocation)
{
    firn_shared_call_join(self->call, invocation);
}
