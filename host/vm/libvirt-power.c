/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libvirt-power.h"

#include <libvirt/virterror.h>

#include "generation-id.h"
#include "host-error.h"
#include "libvirt-visit.h"
#include "libvirt-vm.h"
#include "step.h"
#include "vm-wait.h"

#define END_MS 20000

/* What a visit takes along. */
typedef struct {
    char *memory_path; /* (owned) (nullable) */
    char *definition;  /* (owned) (nullable) */
} Luggage;

static void
clear_luggage(gpointer data)
{
    Luggage *luggage = data;

    g_free(luggage->memory_path);
    g_free(luggage->definition);
}

static gboolean
fail(GError **error, const char *what)
{
    g_set_error(error,
                FIRN_HOST_ERROR,
                FIRN_HOST_ERROR_FAILED,
                "libvirt %s: %s",
                what,
                virGetLastErrorMessage());
    return FALSE;
}

static gboolean
visit_with(FirnPower *power, FirnLibvirtVisitFunc run, const FirnPowerOn *how, GError **error)
{
    Luggage *luggage = g_atomic_rc_box_new0(Luggage);
    const FirnLibvirtVisit wanted = {
        .uuid = firn_vm_get_uuid(FIRN_VM(power)),
        .run = run,
        .data = luggage,
        .clear = clear_luggage,
        /* libvirt comes back when all of the RAM is loaded. */
        .is_long = how != NULL && how->memory_path != NULL,
    };
    gboolean ok;

    luggage->memory_path = g_strdup(how == NULL ? NULL : how->memory_path);
    luggage->definition = g_strdup(how == NULL ? NULL : how->definition);
    ok = firn_libvirt_visit(firn_libvirt_vm_get_link(FIRN_LIBVIRT_VM(power)), &wanted, error);
    g_atomic_rc_box_release_full(luggage, clear_luggage);
    return ok;
}

static gboolean
visit(FirnPower *power, FirnLibvirtVisitFunc run, GError **error)
{
    return visit_with(power, run, NULL, error);
}

static gboolean
check_persistent(virDomainPtr domain, gpointer data, GError **error)
{
    int is_persistent = virDomainIsPersistent(domain);

    if (is_persistent < 0)
        return fail(error, "does not tell whether it is defined");
    if (is_persistent == 1)
        return TRUE;
    g_set_error(
        error,
        FIRN_HOST_ERROR,
        FIRN_HOST_ERROR_NOT_SUPPORTED,
        "it is transient: once it is off, nothing defines it any more; define it first with "
        "virsh define");
    return FALSE;
}

static gboolean
can_start(FirnPower *power, GError **error)
{
    return visit(power, check_persistent, error);
}

static gboolean
shut_down(virDomainPtr domain, gpointer data, GError **error)
{
    return virDomainShutdownFlags(domain, 0) == 0 || fail(error, "cannot ask it to shut down");
}

static gboolean
pull_the_plug(virDomainPtr domain, gpointer data, GError **error)
{
    if (virDomainDestroyFlags(domain, VIR_DOMAIN_DESTROY_GRACEFUL) == 0 ||
        virGetLastErrorCode() == VIR_ERR_OPERATION_INVALID || virDomainDestroy(domain) == 0 ||
        virGetLastErrorCode() == VIR_ERR_OPERATION_INVALID)
        return TRUE;
    return fail(error, "cannot end it");
}

/* Whether the guest was asked. */
static gboolean
ask(FirnPower *power)
{
    gboolean is_asked = visit(power, shut_down, NULL);

    FIRN_STEP("power: asked to shut down");
    return is_asked;
}

static gboolean
off(FirnPower *power, guint grace_ms, gboolean *out_is_clean, GError **error)
{
    FirnVm *vm = FIRN_VM(power);

    *out_is_clean = grace_ms > 0 && firn_vm_get_state(vm) == FIRN_VM_STATE_RUNNING && ask(power) &&
                    firn_vm_wait_off(vm, grace_ms);
    if (*out_is_clean)
        return TRUE;
    if (!visit(power, pull_the_plug, error) || !firn_vm_look(vm, NULL, error))
        return FALSE;
    if (firn_vm_wait_off(vm, END_MS))
        return TRUE;
    g_set_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_FAILED, "its QEMU does not end");
    return FALSE;
}

/* One that is defined otherwise stays so: what it is started with is gone when it ends. */
static gboolean
start_as(virConnectPtr connection, const char *definition, GError **error)
{
    g_autoptr(virDomain) domain =
        virDomainCreateXML(connection, definition, VIR_DOMAIN_START_PAUSED);

    return domain != NULL || fail(error, "cannot start it as it was");
}

/* libvirt's word for how the domain starts, or what it is to be started as. NULL: it has no
 * generation id, or cannot be asked, and says so when it starts. */
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
start_paused(virDomainPtr domain, gpointer data, GError **error)
{
    const Luggage *luggage = data;
    g_autofree char *renewed = NULL;
    const char *definition = luggage->definition;

    if (luggage->memory_path != NULL)
        return virDomainRestoreFlags(virDomainGetConnect(domain),
                                     luggage->memory_path,
                                     luggage->definition,
                                     VIR_DOMAIN_SAVE_PAUSED) == 0 ||
               fail(error, "cannot take over the RAM of the snapshot");
    renewed = dup_next_generation(domain, definition);
    if (renewed != NULL)
        definition = renewed;
    if (definition != NULL)
        return start_as(virDomainGetConnect(domain), definition, error);
    return virDomainCreateWithFlags(domain, VIR_DOMAIN_START_PAUSED) == 0 ||
           fail(error, "cannot start it");
}

static gboolean
on(FirnPower *power, const FirnPowerOn *how, GError **error)
{
    return visit_with(power, start_paused, how, error) && firn_vm_look(FIRN_VM(power), NULL, error);
}

static gboolean
resume(virDomainPtr domain, gpointer data, GError **error)
{
    int state = VIR_DOMAIN_NOSTATE;

    if (virDomainResume(domain) == 0)
        return TRUE;
    /* It runs already. */
    return (virDomainGetState(domain, &state, NULL, 0) == 0 && state == VIR_DOMAIN_RUNNING) ||
           fail(error, "cannot let it go on");
}

static gboolean
go_on(FirnPower *power, GError **error)
{
    return visit(power, resume, error) && firn_vm_look(FIRN_VM(power), NULL, error);
}

void
firn_libvirt_power_init_interface(FirnPowerInterface *interface)
{
    interface->can_start = can_start;
    interface->off = off;
    interface->on = on;
    interface->go_on = go_on;
}
