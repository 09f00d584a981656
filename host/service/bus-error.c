/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus-error.h"

#include "engine-error.h"
#include "firn-config.h"
#include "host-error.h"
#include "long-text.h"
#include "qmp-error.h"

#define NAME(word) FIRN_BUS_NAME ".Error." word

static const char *const host_names[] = {
    [FIRN_HOST_ERROR_FAILED] = NAME("Failed"),
    [FIRN_HOST_ERROR_INVALID_ARGUMENT] = NAME("InvalidArgument"),
    [FIRN_HOST_ERROR_NOT_FOUND] = NAME("NotFound"),
    [FIRN_HOST_ERROR_EXISTS] = NAME("Exists"),
    [FIRN_HOST_ERROR_BUSY] = NAME("Busy"),
    [FIRN_HOST_ERROR_TIMED_OUT] = NAME("TimedOut"),
    [FIRN_HOST_ERROR_NOT_AUTHORIZED] = NAME("NotAuthorized"),
    [FIRN_HOST_ERROR_NOT_SUPPORTED] = NAME("NotSupported"),
    [FIRN_HOST_ERROR_AGENT_UNAVAILABLE] = NAME("AgentUnavailable"),
    [FIRN_HOST_ERROR_FREEZE_FAILED] = NAME("FreezeFailed"),
    [FIRN_HOST_ERROR_FREEZE_TIMEOUT] = NAME("FreezeTimeout"),
    [FIRN_HOST_ERROR_FREEZE_EXPIRED] = NAME("FreezeExpired"),
    [FIRN_HOST_ERROR_GUEST_FROZEN] = NAME("GuestFrozen"),
    [FIRN_HOST_ERROR_LIMIT_REACHED] = NAME("LimitReached"),
    [FIRN_HOST_ERROR_NO_SPACE] = NAME("NoSpace"),
    [FIRN_HOST_ERROR_HAS_CHILDREN] = NAME("HasChildren"),
    [FIRN_HOST_ERROR_NEEDS_FORCE] = NAME("NeedsForce"),
    [FIRN_HOST_ERROR_IMAGE_IN_USE] = NAME("ImageInUse"),
    [FIRN_HOST_ERROR_INCONSISTENT] = NAME("Inconsistent"),
    [FIRN_HOST_ERROR_VM_UNREACHABLE] = NAME("VmUnreachable"),
};
G_STATIC_ASSERT(G_N_ELEMENTS(host_names) == FIRN_HOST_ERROR_VM_UNREACHABLE + 1);

static const char *const engine_names[] = {
    [FIRN_ENGINE_ERROR_FAILED] = NAME("Failed"),
    [FIRN_ENGINE_ERROR_INVALID] = NAME("InvalidArgument"),
    [FIRN_ENGINE_ERROR_NOT_FOUND] = NAME("NotFound"),
    [FIRN_ENGINE_ERROR_AMBIGUOUS] = NAME("InvalidArgument"),
    [FIRN_ENGINE_ERROR_EXISTS] = NAME("Exists"),
    [FIRN_ENGINE_ERROR_LIMIT] = NAME("LimitReached"),
    [FIRN_ENGINE_ERROR_NO_SPACE] = NAME("NoSpace"),
    [FIRN_ENGINE_ERROR_IN_USE] = NAME("ImageInUse"),
    [FIRN_ENGINE_ERROR_HAS_CHILDREN] = NAME("HasChildren"),
    [FIRN_ENGINE_ERROR_PARTIAL] = NAME("Inconsistent"),
    [FIRN_ENGINE_ERROR_CORRUPT] = NAME("Inconsistent"),
};
G_STATIC_ASSERT(G_N_ELEMENTS(engine_names) == FIRN_ENGINE_ERROR_CORRUPT + 1);

static const char *const qmp_names[] = {
    [FIRN_QMP_ERROR_CLOSED] = NAME("VmUnreachable"),
    [FIRN_QMP_ERROR_DEADLINE] = NAME("VmUnreachable"),
    [FIRN_QMP_ERROR_MALFORMED] = NAME("VmUnreachable"),
    [FIRN_QMP_ERROR_REFUSED] = NAME("Failed"),
    [FIRN_QMP_ERROR_NO_COMMAND] = NAME("NotSupported"),
    [FIRN_QMP_ERROR_BUSY] = NAME("Busy"),
    [FIRN_QMP_ERROR_UNTRUSTED] = NAME("VmUnreachable"),
};
G_STATIC_ASSERT(G_N_ELEMENTS(qmp_names) == FIRN_QMP_ERROR_UNTRUSTED + 1);

#define CANCELLED NAME("Cancelled")

static const char *
pick(const char *const *names, guint n_names, int code)
{
    return code >= 0 && (guint)code < n_names ? names[code] : NAME("Failed");
}

const char *
firn_bus_error_name(const GError *error)
{
    if (error->domain == FIRN_HOST_ERROR)
        return pick(host_names, G_N_ELEMENTS(host_names), error->code);
    if (error->domain == FIRN_ENGINE_ERROR)
        return pick(engine_names, G_N_ELEMENTS(engine_names), error->code);
    if (error->domain == FIRN_QMP_ERROR)
        return pick(qmp_names, G_N_ELEMENTS(qmp_names), error->code);
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return CANCELLED;
    return NAME("Failed");
}

const char *const *
firn_bus_error_names(void)
{
    /* The other tables use no name that host_names has not. */
    static const char *names[G_N_ELEMENTS(host_names) + 2];

    if (names[0] == NULL) {
        for (guint i = 0; i < G_N_ELEMENTS(host_names); i++)
            names[i] = host_names[i];
        names[G_N_ELEMENTS(host_names)] = CANCELLED;
    }
    return names;
}

void
firn_bus_error_return(GDBusMethodInvocation *invocation, GError *error)
{
    g_autoptr(GError) owned = error;
    g_autofree char *message = firn_long_text(owned->message);

    g_dbus_method_invocation_return_dbus_error(invocation, firn_bus_error_name(owned), message);
}
