/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "domain-facts.h"

void
firn_domain_facts_free(FirnDomainFacts *self)
{
    if (self == NULL)
        return;
    g_free(self->uuid);
    g_free(self->name);
    g_free(self);
}

static void
read_state(FirnDomainFacts *self, int state, int reason)
{
    switch (state) {
    case VIR_DOMAIN_RUNNING:
    case VIR_DOMAIN_BLOCKED:
        self->state = FIRN_VM_STATE_RUNNING;
        self->word = "running";
        break;
    case VIR_DOMAIN_SHUTOFF:
    case VIR_DOMAIN_CRASHED:
        self->state = FIRN_VM_STATE_OFF;
        self->word = "off";
        break;
    case VIR_DOMAIN_PMSUSPENDED:
        self->state = FIRN_VM_STATE_PAUSED;
        self->word = "suspended";
        break;
    case VIR_DOMAIN_SHUTDOWN:
        self->state = FIRN_VM_STATE_PAUSED;
        self->word = "shutdown";
        break;
    default:
        self->state = FIRN_VM_STATE_PAUSED;
        self->word = reason == VIR_DOMAIN_PAUSED_IOERROR ? "io-error" : "paused";
    }
}

/* libvirtd loses this when it restarts. It also reports a QEMU that was ended by SIGTERM as shut
 * down; QEMU's own event is more exact. A domain with saved RAM counts as running: once that RAM is
 * discarded, its disks are as after a power failure. A failed start has not run the guest. */
static FirnRunEnd
read_end(int state, int reason)
{
    if (state == VIR_DOMAIN_CRASHED)
        return FIRN_RUN_END_UNCLEAN;
    if (state != VIR_DOMAIN_SHUTOFF)
        return FIRN_RUN_END_NONE;
    switch (reason) {
    case VIR_DOMAIN_SHUTOFF_SHUTDOWN:
        return FIRN_RUN_END_SHUT_DOWN;
    case VIR_DOMAIN_SHUTOFF_DESTROYED:
    case VIR_DOMAIN_SHUTOFF_CRASHED:
    case VIR_DOMAIN_SHUTOFF_SAVED:
    case VIR_DOMAIN_SHUTOFF_DAEMON:
        return FIRN_RUN_END_UNCLEAN;
    case VIR_DOMAIN_SHUTOFF_MIGRATED:
    case VIR_DOMAIN_SHUTOFF_FROM_SNAPSHOT:
        return FIRN_RUN_END_UNKNOWN;
    default:
        return FIRN_RUN_END_NONE;
    }
}

FirnDomainFacts *
firn_domain_facts_read(virDomainPtr domain)
{
    g_autoptr(FirnDomainFacts) self = g_new0(FirnDomainFacts, 1);
    char uuid[VIR_UUID_STRING_BUFLEN];
    unsigned int run;
    int state, reason;

    if (virDomainGetUUIDString(domain, uuid) < 0 ||
        virDomainGetState(domain, &state, &reason, 0) < 0)
        return NULL;
    self->uuid = g_strdup(uuid);
    self->name = g_strdup(virDomainGetName(domain));
    read_state(self, state, reason);
    self->end = read_end(state, reason);
    if (state == VIR_DOMAIN_SHUTOFF && virDomainHasManagedSaveImage(domain, 0) == 1)
        self->word = "saved";
    run = virDomainGetID(domain);
    self->run = self->state == FIRN_VM_STATE_OFF || run == (unsigned int)-1 ? 0 : run;
    return g_steal_pointer(&self);
}
