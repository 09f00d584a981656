/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vm.h"

#include "await.h"
#include "host-error.h"
#include "last-run.h"
#include "lvm-look.h"
#include "stream-pipe.h"

#define AGENT_WAIT_US (30 * G_USEC_PER_SEC)
#define AGENT_LOOK_US (G_USEC_PER_SEC / 5)

typedef struct {
    char *uuid;               /* (owned) */
    char *name;               /* (owned) */
    FirnCatalogue *catalogue; /* (owned) */
    guint job;                /* main loop only */
    FirnStateDir *leases;     /* (owned) (nullable) set once */
    FirnJournal *journal;     /* (owned) (nullable) set once */
    FirnStateDir *memory;     /* (owned) (nullable) set once */
    FirnStateDir *nvram;      /* (owned) (nullable) set once */
    GMutex mutex;             /* guards the fields below */
    FirnVmState state;
    char *run_state; /* (owned) */
    gint64 frozen_since_us;
    gboolean is_agent_taken; /* a thread of firn uses the agent */
    GCond agent_cond;
} FirnVmPrivate;

enum { PROP_UUID = 1, PROP_NAME, PROP_CATALOGUE, N_PROPS };
static GParamSpec *properties[N_PROPS];

enum { SIGNAL_CHANGED, SIGNAL_RESUMED_FROM_RAM, SIGNAL_REDEFINED, SIGNAL_RECONFIGURED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE(FirnVm, firn_vm, G_TYPE_OBJECT)

static void
firn_vm_set_property(GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
    FirnVmPrivate *priv = firn_vm_get_instance_private(FIRN_VM(object));

    switch (id) {
    case PROP_UUID:
        priv->uuid = g_value_dup_string(value);
        break;
    case PROP_NAME:
        priv->name = g_value_dup_string(value);
        break;
    case PROP_CATALOGUE:
        priv->catalogue = g_value_dup_object(value);
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
    }
}

static void
firn_vm_finalize(GObject *object)
{
    FirnVmPrivate *priv = firn_vm_get_instance_private(FIRN_VM(object));

    g_clear_object(&priv->catalogue);
    g_free(priv->uuid);
    g_free(priv->name);
    firn_state_dir_unref(priv->leases);
    g_clear_object(&priv->journal);
    firn_state_dir_unref(priv->memory);
    firn_state_dir_unref(priv->nvram);
    g_free(priv->run_state);
    g_mutex_clear(&priv->mutex);
    g_cond_clear(&priv->agent_cond);
    G_OBJECT_CLASS(firn_vm_parent_class)->finalize(object);
}

static guint
new_signal(const char *name)
{
    return g_signal_new(name, FIRN_TYPE_VM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
firn_vm_class_init(FirnVmClass *klass)
{
    GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

    G_OBJECT_CLASS(klass)->set_property = firn_vm_set_property;
    G_OBJECT_CLASS(klass)->finalize = firn_vm_finalize;
    properties[PROP_UUID] = g_param_spec_string("uuid", NULL, NULL, NULL, flags);
    properties[PROP_NAME] = g_param_spec_string("name", NULL, NULL, NULL, flags);
    properties[PROP_CATALOGUE] =
        g_param_spec_object("catalogue", NULL, NULL, FIRN_TYPE_CATALOGUE, flags);
    g_object_class_install_properties(G_OBJECT_CLASS(klass), N_PROPS, properties);
    signals[SIGNAL_CHANGED] = new_signal("changed");
    signals[SIGNAL_RESUMED_FROM_RAM] = new_signal("resumed-from-ram");
    signals[SIGNAL_REDEFINED] = new_signal("redefined");
    signals[SIGNAL_RECONFIGURED] = new_signal("reconfigured");
}

static void
firn_vm_init(FirnVm *self)
{
    FirnVmPrivate *priv = firn_vm_get_instance_private(self);

    g_mutex_init(&priv->mutex);
    g_cond_init(&priv->agent_cond);
    priv->state = FIRN_VM_STATE_UNKNOWN;
    priv->run_state = g_strdup("unknown");
    firn_last_run_attach(self);
}

const char *
firn_vm_get_uuid(FirnVm *self)
{
    FirnVmPrivate *priv = firn_vm_get_instance_private(self);

    return priv->uuid;
}

const char *
firn_vm_get_name(FirnVm *self)
{
    FirnVmPrivate *priv = firn_vm_get_instance_private(self);

    return priv->name;
}

FirnEventSubject
firn_vm_event_about(FirnVm *self, const char *snapshot)
{
    return (FirnEventSubject){.vm_name = firn_vm_get_name(self),
                              .vm_uuid = firn_vm_get_uuid(self),
                              .snapshot = snapshot};
}

const char *
firn_vm_get_source(FirnVm *self)
{
    return FIRN_VM_GET_CLASS(self)->source;
}

char *
firn_vm_advise_damage(FirnVm *self)
{
    return g_strdup_printf(
        "restore the file from a backup, or move it away, restart firnd and run: "
        "firn adopt %s",
        firn_vm_get_name(self));
}

char *
firn_vm_advise_orphan(FirnVm *self)
{
    const char *uuid = firn_vm_get_uuid(self);
    g_autoptr(FirnSnapshot) latest =
        firn_catalogue_lookup(firn_vm_get_catalogue(self), "@latest", NULL);

    if (latest == NULL || latest->definition == NULL)
        return g_strdup_printf("define it again, under its UUID %s", uuid);
    return g_strdup_printf("define it again as in its latest snapshot: "
                           "firn show %s @latest --xml >FILE && virsh define FILE",
                           uuid);
}

FirnCatalogue *
firn_vm_get_catalogue(FirnVm *self)
{
    FirnVmPrivate *priv = firn_vm_get_instance_private(self);

    return priv->catalogue;
}

static gboolean
emit_changed(gpointer user_data)
{
    g_signal_emit(user_data, signals[SIGNAL_CHANGED], 0);
    return G_SOURCE_REMOVE;
}

static void
notify_change(FirnVm *self)
{
    g_autoptr(GSource) source = NULL;

    if (g_main_context_is_owner(NULL)) {
        emit_changed(self);
        return;
    }
    source = g_idle_source_new();
    g_source_set_priority(source, G_PRIORITY_HIGH);
    g_source_set_callback(source, emit_changed, g_object_ref(self), g_object_unref);
    g_source_attach(source, NULL);
}

FirnVmState
firn_vm_get_state(FirnVm *self)
{
    FirnVmPrivate *priv = firn_vm_get_instance_private(self);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&priv->mutex);

    return priv->state;
}

gboolean
firn_vm_is_off(FirnVm *self)
{
    FirnVmState state = firn_vm_get_state(self);

    return state == FIRN_VM_STATE_OFF || state == FIRN_VM_STATE_ORPHANED;
}

char *
firn_vm_dup_run_state(FirnVm *self)
{
    FirnVmPrivate *priv = firn_vm_get_instance_private(self);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&priv->mutex);

    return g_strdup(priv->run_state);
}

void
firn_vm_set_state(FirnVm *self, FirnVmState state, const char *run_state)
{
    FirnVmPrivate *priv = firn_vm_get_instance_private(self);
    gboolean is_new;

    /* Before the state: a caller that sees the VM off asks next how its run ended. */
    firn_last_run_set_state(self, state);
    g_mutex_lock(&priv->mutex);
    is_new = priv->state != state || g_strcmp0(priv->run_state, run_state) != 0;
    g_free(priv->run_state);
    priv->run_state = g_strdup(run_state);
    priv->state = state;
    g_mutex_unlock(&priv->mutex);
    if (is_new)
        notify_change(self);
}

void
firn_vm_tell_reconfigured(FirnVm *self)
{
    g_signal_emit(self, signals[SIGNAL_RECONFIGURED], 0);
}

gint64
firn_vm_get_frozen_since(FirnVm *self)
{
    FirnVmPrivate *priv = firn_vm_get_instance_private(self);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&priv->mutex);

    return priv->frozen_since_us;
}

static void
publish(gpointer vm, gpointer since_us)
{
    FirnVmPrivate *priv = firn_vm_get_instance_private(vm);

    g_mutex_lock(&priv->mutex);
    priv->frozen_since_us = *(gint64 *)since_us;
    g_mutex_unlock(&priv->mutex);
    emit_changed(vm);
}

/* Unlike other changes, this is published before the function returns: observers must know before
 * the guest is frozen. */
void
firn_vm_set_frozen_since(FirnVm *self, gint64 since_us)
{
    firn_await_call(publish, self, &since_us);
}

void
firn_vm_keep_notes(FirnVm *self, FirnStateDir *leases, FirnJournal *journal)
{
    FirnVmPrivate *priv = firn_vm_get_instance_private(self);

    priv->leases = firn_state_dir_ref(leases);
    priv->journal = g_object_ref(journal);
    g_signal_connect_object(journal, "changed", G_CALLBACK(emit_changed), self, G_CONNECT_SWAPPED);
}

FirnStateDir *
firn_vm_get_leases(FirnVm *self)
{
    FirnVmPrivate *priv = firn_vm_get_instance_private(self);

    return priv->leases;
}

char *
firn_vm_dup_stream_path(FirnVm *self, const char *uuid)
{
    FirnVmPrivate *priv = firn_vm_get_instance_private(self);
    FirnStateDir *directory = priv->leases != NULL ? priv->leases : priv->memory;
    g_autofree char *name = g_strconcat(uuid, FIRN_STREAM_PIPE_SUFFIX, NULL);

    return g_build_filename(firn_state_dir_get_path(directory), name, NULL);
}

void
firn_vm_keep_files(FirnVm *self, FirnStateDir *memory, FirnStateDir *nvram)
{
    FirnVmPrivate *priv = firn_vm_get_instance_private(self);

    priv->memory = firn_state_dir_ref(memory);
    priv->nvram = firn_state_dir_ref(nvram);
}

FirnStateDir *
firn_vm_get_memory(FirnVm *self)
{
    FirnVmPrivate *priv = firn_vm_get_instance_private(self);

    return priv->memory;
}

FirnStateDir *
firn_vm_get_nvram(FirnVm *self)
{
    FirnVmPrivate *priv = firn_vm_get_instance_private(self);

    return priv->nvram;
}

FirnJournal *
firn_vm_get_journal(FirnVm *self)
{
    FirnVmPrivate *priv = firn_vm_get_instance_private(self);

    return priv->journal;
}

GPtrArray *
firn_vm_list_interrupted(FirnVm *self)
{
    FirnVmPrivate *priv = firn_vm_get_instance_private(self);
    g_autoptr(GPtrArray) intents =
        priv->journal == NULL ? g_ptr_array_new() : firn_journal_list(priv->journal, priv->uuid);
    GPtrArray *interrupted = g_ptr_array_new_with_free_func((GDestroyNotify)firn_intent_free);

    for (guint i = 0; i < intents->len; i++) {
        const FirnIntent *intent = intents->pdata[i];

        if (intent->why != NULL)
            g_ptr_array_add(interrupted, firn_intent_copy(intent));
    }
    return interrupted;
}

guint
firn_vm_get_job(FirnVm *self)
{
    FirnVmPrivate *priv = firn_vm_get_instance_private(self);

    return (guint)g_atomic_int_get(&priv->job);
}

void
firn_vm_set_job(FirnVm *self, guint job)
{
    FirnVmPrivate *priv = firn_vm_get_instance_private(self);

    g_atomic_int_set(&priv->job, job);
    notify_change(self);
}

gboolean
firn_vm_look(FirnVm *self, GCancellable *cancellable, GError **error)
{
    return FIRN_VM_GET_CLASS(self)->look(self, cancellable, error);
}

FirnChannel *
firn_vm_dup_monitor(FirnVm *self)
{
    return FIRN_VM_GET_CLASS(self)->dup_monitor(self);
}

/* The guest agent serves one client at a time; a job waits for a plan that firn itself makes,
 * instead of reporting the agent as busy. */
static gboolean
claim_agent(FirnVm *self, GCancellable *cancellable, GError **error)
{
    FirnVmPrivate *priv = firn_vm_get_instance_private(self);
    gint64 end_us = g_get_monotonic_time() + AGENT_WAIT_US;
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&priv->mutex);

    while (priv->is_agent_taken && g_get_monotonic_time() < end_us &&
           !g_cancellable_is_cancelled(cancellable))
        g_cond_wait_until(&priv->agent_cond, &priv->mutex, g_get_monotonic_time() + AGENT_LOOK_US);
    if (g_cancellable_set_error_if_cancelled(cancellable, error))
        return FALSE;
    if (priv->is_agent_taken)
        return firn_host_error_set(error,
                                   FIRN_HOST_ERROR_BUSY,
                                   "the guest agent is in use by another firn operation");
    priv->is_agent_taken = TRUE;
    return TRUE;
}

static void
release_agent(FirnVm *self)
{
    FirnVmPrivate *priv = firn_vm_get_instance_private(self);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&priv->mutex);

    priv->is_agent_taken = FALSE;
    g_cond_broadcast(&priv->agent_cond);
}

FirnChannel *
firn_vm_open_agent(FirnVm *self, GCancellable *cancellable, GError **error)
{
    FirnChannel *agent;

    if (!claim_agent(self, cancellable, error))
        return NULL;
    agent = FIRN_VM_GET_CLASS(self)->open_agent(self, cancellable, error);
    if (agent == NULL)
        release_agent(self);
    return agent;
}

void
firn_vm_close_agent(FirnVm *self, FirnChannel *agent)
{
    firn_channel_drop(agent);
    release_agent(self);
}

GPtrArray *
firn_vm_enumerate_disks(FirnVm *self, GCancellable *cancellable, GError **error)
{
    return FIRN_VM_GET_CLASS(self)->list_disks(self, cancellable, error);
}

GPtrArray *
firn_vm_survey_disks(FirnVm *self, GCancellable *cancellable, GError **error)
{
    GPtrArray *disks = firn_vm_enumerate_disks(self, cancellable, error);

    if (disks != NULL)
        firn_lvm_look_complete(disks);
    return disks;
}

GPtrArray *
firn_vm_list_disks(FirnVm *self, GCancellable *cancellable, GError **error)
{
    g_autoptr(GPtrArray) disks = firn_vm_survey_disks(self, cancellable, error);

    for (guint i = 0; disks != NULL && i < disks->len; i++) {
        const FirnDisk *disk = disks->pdata[i];

        /* A medium that the guest cannot write to is no disk of the VM, and does not block the
         * others. */
        if (!disk->is_unread || !disk->is_writable)
            continue;
        firn_host_error_set(error,
                            FIRN_HOST_ERROR_NOT_SUPPORTED,
                            "disk %s: %s; %s",
                            disk->target,
                            disk->blocker,
                            disk->remedy);
        return NULL;
    }
    return g_steal_pointer(&disks);
}

void
firn_vm_emit_redefined(FirnVm *self)
{
    g_signal_emit(self, signals[SIGNAL_REDEFINED], 0);
}

void
firn_vm_emit_resumed_from_ram(FirnVm *self)
{
    g_signal_emit(self, signals[SIGNAL_RESUMED_FROM_RAM], 0);
}

char *
firn_vm_dup_save_xml(FirnVm *self, GError **error)
{
    FirnVmClass *klass = FIRN_VM_GET_CLASS(self);

    if (klass->dup_save_xml != NULL)
        return klass->dup_save_xml(self, error);
    return g_markup_printf_escaped("<domain type='qemu'>\n  <name>%s</name>\n  <uuid>%s</uuid>\n"
                                   "</domain>\n",
                                   firn_vm_get_name(self),
                                   firn_vm_get_uuid(self));
}
