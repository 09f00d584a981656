/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libvirt-thaw.h"

#include <libvirt/virterror.h>
#include <string.h>

#include "host-error.h"
#include "libvirt-change.h"
#include "libvirt-connection.h"
#include "migration-state.h"
#include "qmp-message.h"

#define RETRY_MS 1000
#define LOOK_MS  10 /* short, since the guest is paused meanwhile */

/* One domain to thaw or resume. */
typedef struct {
    const char *uri;      /* (unowned) */
    const char *uuid;     /* (unowned) */
    FirnSendOrder *order; /* (unowned) */
    gint64 end_us;        /* monotonic */
    FirnHostError failure;
} Target;

/* Returns whether libvirt reports success; @out_has_come: the guest was frozen or paused, so any
 * earlier command of another firnd has already arrived. */
typedef gboolean (*Act)(const Target *target, virDomainPtr domain, gboolean *out_has_come);

static gboolean
fail(FirnHostError code, GError **error)
{
    return firn_host_error_set(error, code, "libvirt: %s", virGetLastErrorMessage());
}

static FirnSendPermit *
new_permit(const Target *target)
{
    return firn_send_permit_new(target->order, FALSE, target->end_us);
}

static int
get_state(virDomainPtr domain)
{
    int state = VIR_DOMAIN_NOSTATE;

    return virDomainGetState(domain, &state, NULL, 0) == 0 ? state : VIR_DOMAIN_NOSTATE;
}

static gboolean
thaw(const Target *target, virDomainPtr domain, gboolean *out_has_come)
{
    g_autoptr(FirnSendPermit) permit = new_permit(target);
    int count = firn_libvirt_change_thaw(permit, domain);

    *out_has_come = count > 0;
    return count >= 0;
}

static void
let_time_pass(gint64 end_us, guint ms)
{
    GMutex mutex;
    GCond cond;
    gint64 until_us = MIN(end_us, g_get_monotonic_time() + ms * G_TIME_SPAN_MILLISECOND);

    g_mutex_init(&mutex);
    g_cond_init(&cond);
    g_mutex_lock(&mutex);
    while (g_cond_wait_until(&cond, &mutex, until_us))
        continue;
    g_mutex_unlock(&mutex);
    g_mutex_clear(&mutex);
    g_cond_clear(&cond);
}

/* QEMU's return value; NULL if it did not reply, or refused. */
static JsonNode *
ask_monitor(const Target *target, virDomainPtr domain, const char *command)
{
    g_autoptr(FirnSendPermit) permit = new_permit(target);
    g_autoptr(GBytes) request = firn_qmp_message_build(command, NULL, 0);
    g_autofree char *text = g_strndup(g_bytes_get_data(request, NULL), g_bytes_get_size(request));
    g_autofree char *answer = firn_libvirt_change_by_monitor(permit, domain, text, -1);
    g_autoptr(GBytes) line = answer == NULL ? NULL : g_bytes_new(answer, strlen(answer));
    g_autoptr(FirnQmpMessage) message =
        line == NULL ? NULL : firn_qmp_message_parse(line, &FIRN_JSON_LIMITS_MONITOR, NULL);

    return message == NULL || message->kind != FIRN_QMP_MESSAGE_RETURN
               ? NULL
               : g_steal_pointer(&message->value);
}

/* Like firn_memory_migration_release(), but without a main loop. */
static gboolean
release(const Target *target, virDomainPtr domain)
{
    g_autoptr(JsonNode) capabilities = ask_monitor(target, domain, "query-migrate-capabilities");
    gboolean is_background = firn_migration_state_read_background(capabilities);
    g_autoptr(JsonNode) cancelled = !is_background && get_state(domain) == VIR_DOMAIN_PAUSED
                                        ? ask_monitor(target, domain, "migrate_cancel")
                                        : NULL;

    do {
        g_autoptr(JsonNode) reply = ask_monitor(target, domain, "query-migrate");
        g_auto(FirnMigrationState) state = {0};

        if (reply == NULL)
            return FALSE;
        firn_migration_state_read(reply, &state);
        if (is_background ? firn_migration_state_has_pages(&state)
                          : firn_migration_state_has_ended(&state))
            return TRUE;
        let_time_pass(target->end_us, LOOK_MS);
    } while (g_get_monotonic_time() < target->end_us);
    return FALSE;
}

static gboolean
resume(const Target *target, virDomainPtr domain, gboolean *out_has_come)
{
    g_autoptr(FirnSendPermit) permit = NULL;

    if (!release(target, domain))
        return FALSE;
    permit = new_permit(target);
    *out_has_come = get_state(domain) == VIR_DOMAIN_PAUSED;
    if (firn_libvirt_change_resume(permit, domain))
        return TRUE;
    /* The guest runs already. */
    *out_has_come = FALSE;
    return get_state(domain) == VIR_DOMAIN_RUNNING;
}

/* Returns whether the domain is thawed or resumed for certain, or no QEMU runs. */
static gboolean
try_once(const Target *target, Act act, GError **error)
{
    g_autoptr(virConnect) connection = virConnectOpen(target->uri);
    g_autoptr(virDomain) domain =
        connection == NULL ? NULL : virDomainLookupByUUIDString(connection, target->uuid);
    gboolean has_come = FALSE;

    if (domain == NULL)
        return virGetLastErrorCode() == VIR_ERR_NO_DOMAIN ||
               fail(FIRN_HOST_ERROR_VM_UNREACHABLE, error);
    if (!act(target, domain, &has_come)) {
        fail(target->failure, error);
        if (virDomainIsActive(domain) != 0)
            return FALSE;
        g_clear_error(error);
        return TRUE;
    }
    if (has_come)
        return TRUE;
    firn_send_order_hear(target->order);
    if (firn_send_order_is_sure(target->order))
        return TRUE;
    return firn_host_error_set(error,
                               target->failure,
                               "libvirt may still pass an earlier command on to the guest");
}

static gboolean
run(Target *target, guint limit_ms, Act act, GError **error)
{
    g_autoptr(FirnSendOrder) order = firn_send_order_new(FIRN_LIBVIRT_LOST_MS);
    g_autoptr(GError) failure = NULL;

    firn_send_order_doubt(order);
    target->order = order;
    target->end_us = g_get_monotonic_time() + limit_ms * G_TIME_SPAN_MILLISECOND;
    while (!try_once(target, act, &failure)) {
        if (g_get_monotonic_time() >= target->end_us) {
            g_propagate_error(error, g_steal_pointer(&failure));
            return FALSE;
        }
        g_clear_error(&failure);
        let_time_pass(target->end_us, RETRY_MS);
    }
    g_clear_error(&failure);
    return TRUE;
}

gboolean
firn_libvirt_thaw(const char *uri, const char *uuid, guint limit_ms, GError **error)
{
    Target target = {uri, uuid, NULL, 0, FIRN_HOST_ERROR_AGENT_UNAVAILABLE};

    return run(&target, limit_ms, thaw, error);
}

gboolean
firn_libvirt_resume(const char *uri, const char *uuid, guint limit_ms, GError **error)
{
    Target target = {uri, uuid, NULL, 0, FIRN_HOST_ERROR_VM_UNREACHABLE};

    return run(&target, limit_ms, resume, error);
}
