/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libvirt-vm.h"

#include <libvirt/virterror.h>
#include <stdlib.h>

#include "await.h"
#include "domain-xml.h"
#include "host-error.h"
#include "last-run.h"
#include "libvirt-call.h"
#include "libvirt-change.h"
#include "libvirt-channel.h"
#include "libvirt-disks.h"
#include "libvirt-power.h"
#include "libvirt-snapshots.h"
#include "nvram-location.h"
#include "qmp-error.h"
#include "snapshot-registry.h"
#include "vm-orders.h"

#define PING_MS 6000 /* libvirt waits 5 s for the agent's sync */

struct _FirnLibvirtVm {
    FirnVm parent_instance;
    FirnLibvirtConnection *link; /* (owned) */
    FirnVmOrders orders;         /* (owned) */
    GMutex mutex;                /* guards the fields below */
    FirnLibvirtChannel *monitor; /* (owned) (nullable) while QEMU runs */
    guint run;                   /* of the monitor */
};

G_DEFINE_FINAL_TYPE_WITH_CODE(FirnLibvirtVm,
                              firn_libvirt_vm,
                              FIRN_TYPE_VM,
                              G_IMPLEMENT_INTERFACE(FIRN_TYPE_POWER,
                                                    firn_libvirt_power_init_interface))

/* Arguments and results of one call of libvirt; freed with the last reference, in either thread. */
typedef struct {
    FirnCatalogue *catalogue; /* (owned) */
    FirnSnapshot *snapshot;   /* (owned) (nullable) the snapshot to register */
    unsigned int flags;       /* of the XML */
    GStrv (*list)(virDomainPtr domain, GError **error);
    guint count;            /* number of its snapshots */
    FirnDomainFacts *facts; /* (owned) (nullable) results, like all below */
    char *text;             /* (owned) (nullable) */
    char *definition;       /* (owned) (nullable) */
    char *live;             /* (owned) (nullable) */
    GStrv tags;             /* (owned) (nullable) */
    GPtrArray *others;      /* (owned) (nullable) (element-type FirnListedSnapshot) */
} Talk;

static void
clear_talk(gpointer data)
{
    Talk *talk = data;

    g_object_unref(talk->catalogue);
    firn_snapshot_unref(talk->snapshot);
    firn_domain_facts_free(talk->facts);
    g_free(talk->text);
    g_free(talk->definition);
    g_free(talk->live);
    g_strfreev(talk->tags);
    g_clear_pointer(&talk->others, g_ptr_array_unref);
}

static void
end_talk(Talk *talk)
{
    g_atomic_rc_box_release_full(talk, clear_talk);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Talk, end_talk)

static Talk *
new_talk(FirnVm *vm, const FirnSnapshot *snapshot)
{
    Talk *talk = g_atomic_rc_box_new0(Talk);

    talk->catalogue = g_object_ref(firn_vm_get_catalogue(vm));
    talk->snapshot = snapshot == NULL ? NULL : firn_snapshot_ref((FirnSnapshot *)snapshot);
    return talk;
}

static gboolean
visit(FirnVm *vm, FirnLibvirtCallFunc run, Talk *talk, GError **error)
{
    const FirnLibvirtCall wanted = {
        .uuid = firn_vm_get_uuid(vm),
        .run = run,
        .data = talk,
        .clear = clear_talk,
    };

    return firn_libvirt_call(FIRN_LIBVIRT_VM(vm)->link, &wanted, error);
}

/* If the domain is gone, so are its snapshot list and its metadata. */
static gboolean
visit_if_there(FirnVm *vm, FirnLibvirtCallFunc run, Talk *talk, GError **error)
{
    g_autoptr(GError) failure = NULL;

    if (visit(vm, run, talk, &failure) ||
        g_error_matches(failure, FIRN_HOST_ERROR, FIRN_HOST_ERROR_NOT_FOUND))
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

static void
set_monitor(FirnLibvirtVm *self, FirnLibvirtChannel *monitor, guint run)
{
    FirnLibvirtChannel *old;

    g_mutex_lock(&self->mutex);
    old = self->monitor;
    self->monitor = monitor;
    self->run = run;
    g_mutex_unlock(&self->mutex);
    if (old == NULL)
        return;
    firn_channel_close(FIRN_CHANNEL(old));
    g_object_unref(old);
}

static void
on_event(FirnChannel *monitor, const char *name, JsonObject *data, gpointer user_data)
{
    firn_last_run_hear(user_data, name, data);
}

static void
open_monitor(FirnLibvirtVm *self, const FirnDomainFacts *facts)
{
    FirnLibvirtChannel *monitor = firn_libvirt_channel_new(self->link,
                                                           facts->uuid,
                                                           FIRN_LIBVIRT_PEER_MONITOR,
                                                           self->orders.monitor);

    g_signal_connect_object(monitor, "event", G_CALLBACK(on_event), self, 0);
    set_monitor(self, monitor, facts->run);
}

void
firn_libvirt_vm_update(FirnLibvirtVm *self, const FirnDomainFacts *facts)
{
    guint run = facts == NULL ? 0 : facts->run;

    if (run == 0)
        set_monitor(self, NULL, 0);
    else if (run != self->run)
        open_monitor(self, facts);
    if (facts == NULL) {
        firn_vm_set_state(FIRN_VM(self), FIRN_VM_STATE_UNKNOWN, "unknown");
        return;
    }
    firn_last_run_report(FIRN_VM(self), facts->end);
    firn_vm_set_state(FIRN_VM(self), facts->state, facts->word);
}

/* From here on: for job threads. */

static FirnChannel *
dup_monitor(FirnVm *vm)
{
    FirnLibvirtVm *self = FIRN_LIBVIRT_VM(vm);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    return self->monitor == NULL ? NULL : FIRN_CHANNEL(g_object_ref(self->monitor));
}

static void
update(gpointer vm, gpointer facts)
{
    firn_libvirt_vm_update(vm, facts);
}

static gboolean
ask_state(virDomainPtr domain, FirnSendPermit *permit, gpointer data, GError **error)
{
    Talk *talk = data;

    talk->facts = firn_domain_facts_read(domain);
    if (talk->facts != NULL)
        return TRUE;
    return firn_host_error_set(error,
                               FIRN_HOST_ERROR_VM_UNREACHABLE,
                               "libvirt does not report its state: %s",
                               virGetLastErrorMessage());
}

static gboolean
look(FirnVm *vm, GCancellable *cancellable, GError **error)
{
    g_autoptr(Talk) talk = new_talk(vm, NULL);
    g_autoptr(GError) failure = NULL;
    FirnDomainFacts gone = {.state = FIRN_VM_STATE_OFF, .word = "off"};

    if (visit(vm, ask_state, talk, &failure)) {
        firn_await_call(update, vm, talk->facts);
        return TRUE;
    }
    if (g_error_matches(failure, FIRN_HOST_ERROR, FIRN_HOST_ERROR_NOT_FOUND)) {
        firn_await_call(update, vm, &gone);
        return TRUE;
    }
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

static FirnChannel *
open_agent(FirnVm *vm, GCancellable *cancellable, GError **error)
{
    FirnLibvirtVm *self = FIRN_LIBVIRT_VM(vm);
    FirnChannel *agent = FIRN_CHANNEL(firn_libvirt_channel_new(self->link,
                                                               firn_vm_get_uuid(vm),
                                                               FIRN_LIBVIRT_PEER_AGENT,
                                                               self->orders.agent));
    g_autoptr(GError) failure = NULL;
    g_autoptr(JsonNode) pong =
        firn_channel_call(agent, "guest-ping", NULL, PING_MS, cancellable, &failure);

    /* An agent that answers that a command is disabled is there. */
    if (pong != NULL || firn_qmp_error_is_unavailable(failure))
        return agent;
    g_propagate_error(error, g_steal_pointer(&failure));
    firn_channel_drop(agent);
    return NULL;
}

static const FirnVmOrders *
get_orders(FirnVm *vm)
{
    return &FIRN_LIBVIRT_VM(vm)->orders;
}

static void
fill_lease(FirnVm *vm, FirnLease *lease)
{
    lease->uri = g_strdup(firn_libvirt_connection_get_uri(FIRN_LIBVIRT_VM(vm)->link));
}

static char *
dup_xml(virDomainPtr domain, unsigned int flags, GError **error)
{
    char *text = virDomainGetXMLDesc(domain, flags);
    char *copy = g_strdup(text);

    if (text == NULL)
        firn_host_error_set(error,
                            FIRN_HOST_ERROR_VM_UNREACHABLE,
                            "libvirt does not describe the domain: %s",
                            virGetLastErrorMessage());
    free(text);
    return copy;
}

static gboolean
ask_xml(virDomainPtr domain, FirnSendPermit *permit, gpointer data, GError **error)
{
    Talk *talk = data;

    talk->text = dup_xml(domain, talk->flags, error);
    return talk->text != NULL;
}

static char *
read_text(FirnVm *vm, unsigned int flags, GError **error)
{
    g_autoptr(Talk) talk = new_talk(vm, NULL);

    talk->flags = flags;
    return visit(vm, ask_xml, talk, error) ? g_steal_pointer(&talk->text) : NULL;
}

static FirnDomainXml *
read_xml(FirnVm *vm, GError **error)
{
    g_autofree char *text = read_text(vm, 0, error);

    return text == NULL ? NULL : firn_domain_xml_parse(text, error);
}

static GPtrArray *
list_disks(FirnVm *vm, GCancellable *cancellable, GError **error)
{
    FirnLibvirtVm *self = FIRN_LIBVIRT_VM(vm);
    g_autoptr(FirnChannel) monitor = dup_monitor(vm);
    g_autoptr(FirnDomainXml) xml = read_xml(vm, error);
    g_autoptr(FirnLibvirtLoan) loan = NULL;

    if (xml == NULL)
        return NULL;
    if (monitor != NULL)
        return firn_libvirt_disks_list_running(xml, monitor, cancellable, error);
    loan = firn_libvirt_connection_acquire(self->link, error);
    return loan == NULL ? NULL : firn_libvirt_disks_list_idle(xml, loan->connection);
}

static GStrv
list_images(FirnVm *vm)
{
    g_autoptr(FirnDomainXml) xml = read_xml(vm, NULL);

    return xml == NULL ? NULL : firn_libvirt_disks_list_images(xml);
}

/* The live XML while the domain runs, else the persistent one. */
static gboolean
find_nvram(FirnVm *vm, FirnNvramLocation **out_place, GError **error)
{
    g_autoptr(FirnDomainXml) xml = read_xml(vm, error);

    if (xml == NULL)
        return FALSE;
    *out_place = xml->nvram != NULL ? firn_nvram_location_new(xml->nvram)
                 : xml->has_varstore
                     ? firn_nvram_location_new_obstructed(
                           "they are in a <varstore> of libvirt, which firn does not support yet; "
                           "those in an <nvram> are saved")
                     : NULL;
    return TRUE;
}

/* With passwords, since libvirt restores the definition as it is written here. The catalogue is
 * readable by root only. */
static gboolean
ask_definitions(virDomainPtr domain, FirnSendPermit *permit, gpointer data, GError **error)
{
    Talk *talk = data;

    if (virDomainIsPersistent(domain) == 1) {
        talk->definition = dup_xml(domain, VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_SECURE, error);
        if (talk->definition == NULL)
            return FALSE;
    }
    if (virDomainIsActive(domain) != 1)
        return TRUE;
    talk->live = dup_xml(domain, VIR_DOMAIN_XML_SECURE, error);
    return talk->live != NULL;
}

static gboolean
describe(FirnVm *vm, char **out_definition, char **out_live, GError **error)
{
    g_autoptr(Talk) talk = new_talk(vm, NULL);

    if (!visit(vm, ask_definitions, talk, error))
        return FALSE;
    *out_definition = g_steal_pointer(&talk->definition);
    *out_live = g_steal_pointer(&talk->live);
    return TRUE;
}

static char *
dup_save_xml(FirnVm *vm, GError **error)
{
    return read_text(vm, VIR_DOMAIN_XML_MIGRATABLE | VIR_DOMAIN_XML_SECURE, error);
}

static gboolean
put_on_list(virDomainPtr domain, FirnSendPermit *permit, gpointer data, GError **error)
{
    Talk *talk = data;

    return firn_libvirt_snapshots_register(domain, permit, talk->catalogue, talk->snapshot, error);
}

static gboolean
register_snapshot(FirnVm *vm, const FirnSnapshot *snapshot, GError **error)
{
    g_autoptr(Talk) talk = new_talk(vm, snapshot);

    return visit(vm, put_on_list, talk, error);
}

static gboolean
take_off_list(virDomainPtr domain, FirnSendPermit *permit, gpointer data, GError **error)
{
    Talk *talk = data;

    return firn_libvirt_snapshots_unregister(domain, permit, talk->snapshot->tag, error);
}

static gboolean
unregister_snapshot(FirnVm *vm, const FirnSnapshot *snapshot, GError **error)
{
    g_autoptr(Talk) talk = new_talk(vm, snapshot);

    return visit_if_there(vm, take_off_list, talk, error);
}

static gboolean
ask_tags(virDomainPtr domain, FirnSendPermit *permit, gpointer data, GError **error)
{
    Talk *talk = data;

    talk->tags = talk->list(domain, error);
    return talk->tags != NULL;
}

static GStrv
list_tags(FirnVm *vm, GStrv (*list)(virDomainPtr domain, GError **error), GError **error)
{
    g_autoptr(Talk) talk = new_talk(vm, NULL);

    talk->list = list;
    return visit(vm, ask_tags, talk, error) ? g_steal_pointer(&talk->tags) : NULL;
}

static GStrv
list_registered(FirnVm *vm, GError **error)
{
    return list_tags(vm, firn_libvirt_snapshots_list, error);
}

static GStrv
list_line(FirnVm *vm, GError **error)
{
    return list_tags(vm, firn_libvirt_snapshots_list_line, error);
}

static gboolean
ask_others(virDomainPtr domain, FirnSendPermit *permit, gpointer data, GError **error)
{
    Talk *talk = data;

    talk->others = firn_libvirt_snapshots_list_others(domain, talk->catalogue, error);
    return talk->others != NULL;
}

static GPtrArray *
list_others(FirnVm *vm, GError **error)
{
    g_autoptr(Talk) talk = new_talk(vm, NULL);

    return visit(vm, ask_others, talk, error) ? g_steal_pointer(&talk->others) : NULL;
}

static gboolean
put_mark(virDomainPtr domain, FirnSendPermit *permit, gpointer data, GError **error)
{
    const Talk *talk = data;
    g_autofree char *mark = g_strdup_printf("<snapshots count='%u'/>", talk->count);
    unsigned int flags = (virDomainIsActive(domain) == 1 ? VIR_DOMAIN_AFFECT_LIVE : 0) |
                         (virDomainIsPersistent(domain) == 1 ? VIR_DOMAIN_AFFECT_CONFIG : 0);
    const FirnLibvirtMark wanted = {talk->count == 0 ? NULL : mark,
                                    FIRN_DOMAIN_MARK_PREFIX,
                                    FIRN_DOMAIN_MARK_URI,
                                    flags};

    if (firn_libvirt_change_mark(permit, domain, &wanted))
        return TRUE;
    return firn_host_error_set(error,
                               FIRN_HOST_ERROR_FAILED,
                               "libvirt: %s",
                               virGetLastErrorMessage());
}

static gboolean
mark(FirnVm *vm, guint n_snapshots, GError **error)
{
    g_autoptr(Talk) talk = new_talk(vm, NULL);

    talk->count = n_snapshots;
    return visit_if_there(vm, put_mark, talk, error);
}

static const FirnSnapshotRegistry registry = {
    .describe = describe,
    .add = register_snapshot,
    .remove = unregister_snapshot,
    .list = list_registered,
    .list_line = list_line,
    .list_others = list_others,
    .mark = mark,
};

static void
firn_libvirt_vm_dispose(GObject *object)
{
    set_monitor(FIRN_LIBVIRT_VM(object), NULL, 0);
    G_OBJECT_CLASS(firn_libvirt_vm_parent_class)->dispose(object);
}

static void
firn_libvirt_vm_finalize(GObject *object)
{
    FirnLibvirtVm *self = FIRN_LIBVIRT_VM(object);

    g_object_unref(self->link);
    firn_vm_orders_clear(&self->orders);
    g_mutex_clear(&self->mutex);
    G_OBJECT_CLASS(firn_libvirt_vm_parent_class)->finalize(object);
}

static void
firn_libvirt_vm_class_init(FirnLibvirtVmClass *klass)
{
    FirnVmClass *vm_class = FIRN_VM_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = firn_libvirt_vm_dispose;
    G_OBJECT_CLASS(klass)->finalize = firn_libvirt_vm_finalize;
    vm_class->source = "libvirt";
    vm_class->look = look;
    vm_class->dup_monitor = dup_monitor;
    vm_class->open_agent = open_agent;
    vm_class->get_orders = get_orders;
    vm_class->fill_lease = fill_lease;
    vm_class->list_disks = list_disks;
    vm_class->list_images = list_images;
    vm_class->find_nvram = find_nvram;
    vm_class->dup_save_xml = dup_save_xml;
    vm_class->registry = &registry;
}

static void
firn_libvirt_vm_init(FirnLibvirtVm *self)
{
    firn_vm_orders_init(&self->orders, FIRN_LIBVIRT_LOST_MS);
    g_mutex_init(&self->mutex);
}

FirnVm *
firn_libvirt_vm_new(FirnLibvirtConnection *link,
                    const FirnDomainFacts *facts,
                    FirnCatalogue *catalogue)
{
    FirnLibvirtVm *self = g_object_new(FIRN_TYPE_LIBVIRT_VM,
                                       "uuid",
                                       facts->uuid,
                                       "name",
                                       facts->name,
                                       "catalogue",
                                       catalogue,
                                       NULL);

    self->link = g_object_ref(link);
    return FIRN_VM(self);
}

FirnLibvirtConnection *
firn_libvirt_vm_get_link(FirnLibvirtVm *self)
{
    return self->link;
}
