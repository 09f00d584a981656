/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-hooks.h"

#include "guard-port.h"
#include "guest-file.h"
#include "indication.h"

#define REQUEST "/run/firn/request"
#define REPORT  "/run/firn/last.json"
/* The guest is not frozen, and may be slow. */
#define CALL_MS 10000
/* The host thaws first: it tells the reason. */
#define SPARE_S       5
#define DEADMAN_S_MIN 5
#define DEADMAN_S_MAX 300

struct _FirnGuestHooks {
    char *token; /* (owned) */
    char *port;  /* (owned) (nullable) %NULL: by the agent */
};

static guint
choose_deadman_s(FirnGuestCheck *check)
{
    guint frozen_max_s = firn_guest_check_get_frozen_max_ms(check) / 1000;

    return CLAMP(frozen_max_s + SPARE_S, DEADMAN_S_MIN, DEADMAN_S_MAX);
}

/* Without firn-guard there is no such folder, so that nothing is left behind. */
static gboolean
request_by_agent(FirnGuestHooks *self, FirnGuestCheck *check, GCancellable *cancellable)
{
    g_autofree char *text =
        g_strdup_printf("token=%s\ndeadman-sec=%u\n", self->token, choose_deadman_s(check));

    return firn_guest_file_write(check->agent, REQUEST, text, CALL_MS, cancellable, NULL);
}

static gboolean
request_by_port(FirnGuestHooks *self, FirnGuestCheck *check, GCancellable *cancellable)
{
    g_autofree char *words =
        g_strdup_printf("token=%s deadman-sec=%u", self->token, choose_deadman_s(check));

    if (check->monitor != NULL)
        self->port = firn_guard_port_find(check->monitor, CALL_MS, cancellable);
    return self->port != NULL &&
           firn_guard_port_request(self->port, words, CALL_MS, cancellable, NULL);
}

FirnGuestHooks *
firn_guest_hooks_request(FirnGuestCheck *check, GCancellable *cancellable)
{
    FirnGuestHooks *self = g_new0(FirnGuestHooks, 1);

    self->token = g_uuid_string_random();
    if (check->has_files ? request_by_agent(self, check, cancellable)
                         : request_by_port(self, check, cancellable))
        return self;
    firn_guest_hooks_free(self);
    return NULL;
}

static FirnGuestReport *
parse(GBytes *text, const char *token, GError **error)
{
    return text == NULL ? NULL
                        : firn_guest_report_parse(g_bytes_get_data(text, NULL),
                                                  g_bytes_get_size(text),
                                                  token,
                                                  error);
}

FirnGuestReport *
firn_guest_hooks_read(FirnChannel *agent, const char *token, GError **error)
{
    g_autoptr(GBytes) text =
        firn_guest_file_read(agent, REPORT, FIRN_GUEST_REPORT_BYTES_MAX, CALL_MS, NULL, error);

    return parse(text, token, error);
}

FirnGuestReport *
firn_guest_hooks_read_port(const char *port, const char *token, GError **error)
{
    g_autoptr(GBytes) text =
        firn_guard_port_read_report(port, FIRN_GUEST_REPORT_BYTES_MAX, CALL_MS, NULL, error);

    return parse(text, token, error);
}

void
firn_guest_hooks_collect(FirnGuestHooks *self, FirnChannel *agent, FirnEvidence *evidence)
{
    if (self == NULL || evidence->guest_report != NULL)
        return;
    evidence->guest_report = self->port != NULL
                                 ? firn_guest_hooks_read_port(self->port, self->token, NULL)
                                 : firn_guest_hooks_read(agent, self->token, NULL);
}

void
firn_guest_hooks_collect_thawed(FirnGuestHooks *self, FirnVm *vm, FirnEvidence *evidence)
{
    FirnChannel *agent;

    if (self == NULL || evidence->guest_report != NULL)
        return;
    agent = firn_vm_open_agent(vm, NULL, NULL);
    if (agent != NULL) {
        firn_guest_hooks_collect(self, agent, evidence);
        firn_vm_close_agent(vm, agent);
    }
    if (evidence->guest_report == NULL)
        firn_evidence_indicate(evidence, FIRN_INDICATION_HOOK_REPORT_MISSING);
}

void
firn_guest_hooks_free(FirnGuestHooks *self)
{
    if (self == NULL)
        return;
    g_free(self->token);
    g_free(self->port);
    g_free(self);
}
