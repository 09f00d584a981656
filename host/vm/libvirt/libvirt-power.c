/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libvirt-power.h"

#include <libvirt/virterror.h>
#include <stdlib.h>

#include "crash-point.h"
#include "disk.h"
#include "domain-adapt.h"
#include "domain-definition.h"
#include "domain-start-check.h"
#include "generation-id.h"
#include "host-error.h"
#include "libvirt-call.h"
#include "libvirt-change.h"
#include "libvirt-vm.h"
#include "save-image-feed.h"
#include "save-image.h"
#include "snapshot-registry.h"
#include "vm-follow.h"
#include "vm-orders.h"
#include "vm-wait.h"

#define END_MS      20000
#define END_TRIES   30
#define LOOK_MS     1000
#define FEED_SUFFIX ".feed"

/* Arguments and results of one call. */
typedef struct {
    char *memory_path; /* (owned) (nullable) */
    char *definition;  /* (owned) (nullable) */
    GPtrArray *disks;  /* (owned) (nullable) (element-type FirnDisk) */
    GPtrArray *found;  /* (owned) (nullable) (element-type FirnBlocker) */
    gboolean keeps_devices;
    GPtrArray *told; /* (owned) (nullable) (element-type utf8) */
    char *adapted;   /* (owned) (nullable) */
} PowerData;

static void
clear_data(gpointer data)
{
    PowerData *held = data;

    g_free(held->memory_path);
    g_free(held->definition);
    g_clear_pointer(&held->disks, g_ptr_array_unref);
    g_clear_pointer(&held->found, g_ptr_array_unref);
    g_clear_pointer(&held->told, g_ptr_array_unref);
    g_free(held->adapted);
}

static void
release_data(PowerData *held)
{
    g_atomic_rc_box_release_full(held, clear_data);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PowerData, release_data)

static gboolean
fail(GError **error, const char *what)
{
    return firn_host_error_set(error,
                               FIRN_HOST_ERROR_FAILED,
                               "libvirt %s: %s",
                               what,
                               virGetLastErrorMessage());
}

/* One call: how it is sent, and how long to wait for it. */
typedef struct {
    FirnLibvirtCallFunc run;
    const FirnPowerOn *how; /* (unowned) (nullable) */
    guint limit_ms;
    const char *what; /* (unowned) (nullable) */
    gboolean overtakes;
} Wish;

static gboolean
visit(FirnPower *power, const Wish *wish, GError **error)
{
    g_autoptr(PowerData) held = g_atomic_rc_box_new0(PowerData);
    const FirnPowerOn *how = wish->how;
    const FirnLibvirtCall wanted = {
        .uuid = firn_vm_get_uuid(FIRN_VM(power)),
        .run = wish->run,
        .data = held,
        .clear = clear_data,
        .limit_ms = wish->limit_ms,
        .order = firn_vm_get_orders(FIRN_VM(power))->power,
        .what = wish->what,
        .overtakes = wish->overtakes,
        .vm = FIRN_VM(power),
    };

    /* Nothing is sent while an earlier call may still be executed. */
    if (!firn_vm_follow_check(FIRN_VM(power), error))
        return FALSE;
    held->memory_path = g_strdup(how == NULL ? NULL : how->memory_path);
    held->definition = g_strdup(how == NULL ? NULL : how->definition);
    return firn_libvirt_call(firn_libvirt_vm_get_link(FIRN_LIBVIRT_VM(power)), &wanted, error);
}

/* If libvirt responds, waits as long as it may still execute an earlier call. */
static gboolean
is_hopeless(FirnVm *vm, gboolean has_answered, gint64 begin_us)
{
    gint64 end_us = begin_us + FIRN_LIBVIRT_LOST_MS * G_TIME_SPAN_MILLISECOND;

    return firn_vm_follow_is_given_up(vm) && (!has_answered || g_get_monotonic_time() >= end_us);
}

/* Returns once no earlier call can take effect any more. Then the domain's state shows the
 * outcome. */
static gboolean
follow(FirnVm *vm, GError **error)
{
    FirnSendOrder *order = firn_vm_get_orders(vm)->power;
    gint64 begin_us = g_get_monotonic_time();

    if (!firn_send_order_is_sure(order))
        g_message("%s: libvirt may still be executing an earlier call; waiting for it",
                  firn_vm_get_name(vm));
    firn_vm_follow_begin(vm);
    while (!firn_send_order_is_sure(order)) {
        gboolean has_answered = firn_vm_look(vm, NULL, NULL);

        if (has_answered)
            firn_send_order_hear(order);
        if (is_hopeless(vm, has_answered, begin_us)) {
            firn_vm_follow_abandon(vm);
            break;
        }
        firn_vm_wait(vm, NULL, NULL, LOOK_MS);
    }
    firn_vm_follow_end(vm);
    return firn_vm_follow_check(vm, error) && firn_vm_look(vm, NULL, error);
}

static gboolean
settle(FirnPower *power, GError **error)
{
    return follow(FIRN_VM(power), error);
}

static gboolean
check_persistent(virDomainPtr domain, FirnSendPermit *permit, gpointer data, GError **error)
{
    int is_persistent = virDomainIsPersistent(domain);

    if (is_persistent < 0)
        return fail(error, "could not check whether the domain is persistent");
    if (is_persistent == 1)
        return TRUE;
    return firn_host_error_set(
        error,
        FIRN_HOST_ERROR_NOT_SUPPORTED,
        "it is transient: once it is off, no definition is left; define it first with "
        "virsh define");
}

static gboolean
can_start(FirnPower *power, GError **error)
{
    const Wish wish = {.run = check_persistent};

    return visit(power, &wish, error);
}

static gboolean
check_definition(virDomainPtr domain, FirnSendPermit *permit, gpointer data, GError **error)
{
    PowerData *held = data;
    char *text = NULL;

    if (held->definition == NULL) {
        text = virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_SECURE);
        if (text == NULL)
            return fail(error, "cannot describe the domain");
    }
    firn_domain_start_check(virDomainGetConnect(domain),
                            text == NULL ? held->definition : text,
                            text != NULL,
                            held->disks,
                            held->found);
    free(text);
    return TRUE;
}

static gboolean
check_own_needs(virDomainPtr domain, FirnSendPermit *permit, gpointer data, GError **error)
{
    PowerData *held = data;
    char *text = virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_SECURE);

    if (text == NULL)
        return fail(error, "cannot describe the domain");
    firn_domain_start_check_needs(virDomainGetConnect(domain), text, held->found);
    free(text);
    return TRUE;
}

static void
copy_disks(PowerData *held, GPtrArray *disks)
{
    if (disks == NULL)
        return;
    held->disks = firn_disks_new();
    for (guint i = 0; i < disks->len; i++)
        g_ptr_array_add(held->disks, firn_disk_copy(disks->pdata[i]));
}

static void
check_start(FirnPower *power, const FirnPowerOn *how, GPtrArray *disks, GPtrArray *blockers)
{
    g_autoptr(PowerData) held = g_atomic_rc_box_new0(PowerData);
    const FirnLibvirtCall wanted = {
        .uuid = firn_vm_get_uuid(FIRN_VM(power)),
        .run = check_definition,
        .data = held,
        .clear = clear_data,
    };
    g_autoptr(GError) error = NULL;

    held->definition = g_strdup(how->definition);
    held->found = firn_blockers_new();
    copy_disks(held, disks);
    if (firn_libvirt_call(firn_libvirt_vm_get_link(FIRN_LIBVIRT_VM(power)), &wanted, &error))
        firn_blockers_add_all(blockers, held->found);
    else
        firn_blockers_add_error(blockers,
                                "DefinitionUnknown",
                                "definition",
                                "check libvirtd: virsh dumpxml VM",
                                error);
}

static void
check_needs(FirnPower *power, GPtrArray *blockers)
{
    g_autoptr(PowerData) held = g_atomic_rc_box_new0(PowerData);
    const FirnLibvirtCall wanted = {
        .uuid = firn_vm_get_uuid(FIRN_VM(power)),
        .run = check_own_needs,
        .data = held,
        .clear = clear_data,
    };

    held->found = firn_blockers_new();
    if (firn_libvirt_call(firn_libvirt_vm_get_link(FIRN_LIBVIRT_VM(power)), &wanted, NULL))
        firn_blockers_add_all(blockers, held->found);
}

static char *
dup_today(FirnPower *power, const char *then, GError **error)
{
    g_autofree char *definition = NULL;
    g_autofree char *live = NULL;

    if (!firn_snapshot_registry_dup_definitions(FIRN_VM(power), &definition, &live, error))
        return NULL;
    return firn_domain_definition(then, definition != NULL ? definition : live, error);
}

static gboolean
adapt_definition(virDomainPtr domain, FirnSendPermit *permit, gpointer data, GError **error)
{
    PowerData *held = data;

    held->adapted = firn_domain_adapt(virDomainGetConnect(domain),
                                      held->definition,
                                      held->keeps_devices,
                                      held->told,
                                      error);
    return held->adapted != NULL;
}

static char *
adapt(FirnPower *power,
      const char *definition,
      gboolean keeps_devices,
      GPtrArray *told,
      GError **error)
{
    g_autoptr(PowerData) held = g_atomic_rc_box_new0(PowerData);
    const FirnLibvirtCall wanted = {
        .uuid = firn_vm_get_uuid(FIRN_VM(power)),
        .run = adapt_definition,
        .data = held,
        .clear = clear_data,
    };

    held->definition = g_strdup(definition);
    held->keeps_devices = keeps_devices;
    held->told = g_ptr_array_new_with_free_func(g_free);
    if (!firn_libvirt_call(firn_libvirt_vm_get_link(FIRN_LIBVIRT_VM(power)), &wanted, error))
        return NULL;
    for (guint i = 0; i < held->told->len; i++)
        g_ptr_array_add(told, g_strdup(held->told->pdata[i]));
    return g_strdup(held->adapted);
}

static gboolean
shut_down(virDomainPtr domain, FirnSendPermit *permit, gpointer data, GError **error)
{
    return firn_libvirt_change_shut_down(permit, domain) ||
           fail(error, "cannot ask the guest to shut down");
}

/* Tries SIGTERM first, so that QEMU flushes its caches. */
static gboolean
power_off(virDomainPtr domain, FirnSendPermit *permit, gpointer data, GError **error)
{
    return firn_libvirt_change_destroy(permit, domain, VIR_DOMAIN_DESTROY_GRACEFUL) ||
           fail(error, "cannot stop the VM");
}

static gboolean
kill_qemu(virDomainPtr domain, FirnSendPermit *permit, gpointer data, GError **error)
{
    return firn_libvirt_change_destroy(permit, domain, 0) || fail(error, "cannot stop the VM");
}

/* Returns whether the guest was asked. If libvirt cannot ask it in time, it is not asked later. */
static gboolean
ask(FirnPower *power, guint grace_ms)
{
    const Wish wish = {.run = shut_down, .limit_ms = grace_ms};
    gboolean is_asked = visit(power, &wish, NULL);

    FIRN_CRASH_POINT("power: asked to shut down");
    return is_asked;
}

/* Returns whether the VM is off. If libvirt fails, returns at once: the caller may try harder. */
static gboolean
destroy(FirnPower *power, FirnLibvirtCallFunc run, GError **error)
{
    FirnVm *vm = FIRN_VM(power);
    const Wish wish = {.run = run, .what = "stopping the VM", .overtakes = TRUE};
    g_autoptr(GError) failure = NULL;
    gboolean ok = visit(power, &wish, &failure);

    if (!follow(vm, error))
        return FALSE;
    if (firn_vm_wait_off(vm, ok ? END_MS : 0))
        return TRUE;
    if (ok)
        firn_host_error_set(error,
                            FIRN_HOST_ERROR_FAILED,
                            "its QEMU does not exit; end its process, then run: "
                            "firn verify %s --repair",
                            firn_vm_get_name(vm));
    else
        g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

/* A killed QEMU may take minutes to free its RAM; libvirt reports a failure long before that. */
static gboolean
retry_kill(FirnPower *power, GError **error)
{
    FirnVm *vm = FIRN_VM(power);
    g_autoptr(GError) failure = NULL;

    for (guint i = 0; i < END_TRIES; i++) {
        g_clear_error(&failure);
        if (destroy(power, kill_qemu, &failure) || firn_vm_wait_off(vm, END_MS))
            return TRUE;
        if (!firn_vm_follow_check(vm, NULL))
            break;
        g_message("%s: its QEMU was killed but has not exited yet: %s",
                  firn_vm_get_name(vm),
                  failure->message);
    }
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

static gboolean
off(FirnPower *power, guint grace_ms, gboolean *out_is_clean, GError **error)
{
    FirnVm *vm = FIRN_VM(power);

    *out_is_clean = grace_ms > 0 && firn_vm_get_state(vm) == FIRN_VM_STATE_RUNNING &&
                    ask(power, grace_ms) && firn_vm_wait_off(vm, grace_ms);
    return *out_is_clean || destroy(power, power_off, NULL) || retry_kill(power, error);
}

/* The XML that the domain starts from, with a new generation id. NULL if the domain has no
 * generation id, or libvirt does not describe it; the start then reports the error. */
static char *
dup_next_generation(virDomainPtr domain, const char *definition)
{
    char *inactive = NULL;
    char *renewed;

    if (definition == NULL)
        inactive = virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_SECURE);
    renewed = definition == NULL && inactive == NULL
                  ? NULL
                  : firn_generation_id_renew(definition == NULL ? inactive : definition);
    free(inactive);
    return renewed;
}

static gboolean
start_paused(virDomainPtr domain, FirnSendPermit *permit, gpointer data, GError **error)
{
    const PowerData *held = data;
    g_autofree char *renewed = NULL;
    const char *definition = held->definition;

    if (held->memory_path != NULL)
        return firn_libvirt_change_start_from_memory(permit,
                                                     domain,
                                                     held->memory_path,
                                                     held->definition) ||
               fail(error, "cannot load the snapshot's RAM");
    renewed = dup_next_generation(domain, definition);
    if (renewed != NULL)
        definition = renewed;
    return firn_libvirt_change_start(permit, domain, definition) ||
           fail(error,
                definition == NULL ? "cannot start the VM"
                                   : "cannot start the VM from its earlier definition");
}

/* Even after a lost reply, the domain's state shows whether it was started. */
static gboolean
start(FirnPower *power, const FirnPowerOn *how, GError **error)
{
    FirnVm *vm = FIRN_VM(power);
    const Wish wish = {.run = start_paused, .how = how, .what = "starting the VM"};
    g_autoptr(GError) failure = NULL;
    gboolean is_sure;

    if (!follow(vm, error))
        return FALSE;
    if (visit(power, &wish, &failure))
        return firn_vm_look(vm, NULL, error);
    is_sure = firn_send_order_is_sure(firn_vm_get_orders(vm)->power);
    if (!is_sure && follow(vm, NULL) && firn_vm_get_state(vm) == FIRN_VM_STATE_PAUSED)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

/* libvirt refuses to rename a domain when it loads RAM, so the save image gets the current name.
 * NULL without @error set: the name is unchanged. */
static FirnSaveImageFeed *
rename_image(FirnPower *power, const FirnPowerOn *how, char **out_path, GError **error)
{
    g_autofree char *saved = firn_save_image_dup_xml(how->memory_path, error);
    g_autofree char *then = firn_domain_definition_dup_name(saved);
    g_autofree char *now = firn_domain_definition_dup_name(how->definition);
    g_autofree char *base = NULL;

    if (saved == NULL || g_strcmp0(then, now) == 0)
        return NULL;
    base = firn_vm_dup_stream_path(FIRN_VM(power), firn_vm_get_uuid(FIRN_VM(power)));
    *out_path = g_strconcat(base, FEED_SUFFIX, NULL);
    return firn_save_image_feed_new(how->memory_path, *out_path, how->definition, error);
}

static gboolean
on(FirnPower *power, const FirnPowerOn *how, GError **error)
{
    FirnPowerOn renamed = *how;
    g_autofree char *path = NULL;
    g_autoptr(FirnSaveImageFeed) feed = NULL;
    g_autoptr(GError) failure = NULL;

    if (how->memory_path != NULL && how->definition != NULL)
        feed = rename_image(power, how, &path, &failure);
    if (failure != NULL) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    if (feed != NULL)
        renamed.memory_path = path;
    return start(power, &renamed, error);
}

static gboolean
replace_definition(virDomainPtr domain, FirnSendPermit *permit, gpointer data, GError **error)
{
    const PowerData *held = data;

    return firn_libvirt_change_define(permit, domain, held->definition) ||
           fail(error, "cannot define the domain");
}

/* Whether a call that was lost was executed is not asked: it is made again. */
static gboolean
define(FirnPower *power, const char *definition, GError **error)
{
    FirnVm *vm = FIRN_VM(power);
    const FirnPowerOn how = {.definition = definition};
    const Wish wish = {.run = replace_definition, .how = &how, .what = "defining the domain"};
    g_autoptr(GError) failure = NULL;

    if (!follow(vm, error))
        return FALSE;
    if (visit(power, &wish, &failure))
        return TRUE;
    if (!firn_send_order_is_sure(firn_vm_get_orders(vm)->power))
        return follow(vm, error) && visit(power, &wish, error);
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

static gboolean
resume(virDomainPtr domain, FirnSendPermit *permit, gpointer data, GError **error)
{
    int state = VIR_DOMAIN_NOSTATE;

    if (firn_libvirt_change_resume(permit, domain))
        return TRUE;
    /* It runs already. */
    return (virDomainGetState(domain, &state, NULL, 0) == 0 && state == VIR_DOMAIN_RUNNING) ||
           fail(error, "cannot resume the guest");
}

static gboolean
resume_vm(FirnPower *power, GError **error)
{
    const Wish wish = {.run = resume, .what = "resuming the guest"};

    return visit(power, &wish, error) && firn_vm_look(FIRN_VM(power), NULL, error);
}

void
firn_libvirt_power_init_interface(FirnPowerInterface *interface)
{
    interface->can_start = can_start;
    interface->check_start = check_start;
    interface->check_needs = check_needs;
    interface->dup_today = dup_today;
    interface->adapt = adapt;
    interface->define = define;
    interface->settle = settle;
    interface->off = off;
    interface->on = on;
    interface->resume = resume_vm;
}
