/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "interrupted-job.h"

#include <unistd.h>

#include "error-word.h"

static const char *const operations[] = {
    [FIRN_INTENT_KIND_CREATE] = "create",
    [FIRN_INTENT_KIND_DELETE] = "delete",
    [FIRN_INTENT_KIND_RESTORE] = "restore",
    [FIRN_INTENT_KIND_FORGET] = NULL,
};
G_STATIC_ASSERT(G_N_ELEMENTS(operations) == FIRN_INTENT_KIND_FORGET + 1);

static const char *const doings[] = {
    [FIRN_INTENT_KIND_CREATE] = "was making snapshot",
    [FIRN_INTENT_KIND_DELETE] = "was deleting snapshot",
    [FIRN_INTENT_KIND_RESTORE] = "was restoring",
    [FIRN_INTENT_KIND_FORGET] = NULL,
};
G_STATIC_ASSERT(G_N_ELEMENTS(doings) == FIRN_INTENT_KIND_FORGET + 1);

/* A deletion is never rolled back. */
static const char *const undone[] = {
    [FIRN_INTENT_KIND_CREATE] = "the incomplete snapshot was removed; create it again",
    [FIRN_INTENT_KIND_DELETE] = NULL,
    [FIRN_INTENT_KIND_RESTORE] = "its disks were rolled back; restore again",
    [FIRN_INTENT_KIND_FORGET] = NULL,
};
G_STATIC_ASSERT(G_N_ELEMENTS(undone) == FIRN_INTENT_KIND_FORGET + 1);

static char *
describe_end(const FirnIntent *intent, const char *command, const GError *reason)
{
    if (reason != NULL)
        return g_strdup_printf("it is %s: %s; fix this, then run: firn verify %s --repair",
                               firn_intent_get_state(intent),
                               reason->message,
                               intent->vm_name);
    if (command != NULL)
        return g_strdup_printf("the VM was started in the meantime, and the previous contents of "
                               "its disks can be restored with: %s",
                               command);
    return g_strdup(undone[intent->kind]);
}

FirnFailedJob *
firn_interrupted_job_new(const FirnIntent *intent, const char *command, const GError *reason)
{
    g_autofree char *end = NULL;
    g_autoptr(GError) error = NULL;
    FirnFailedJob *self;

    if (operations[intent->kind] == NULL)
        return NULL;
    end = describe_end(intent, command, reason);
    error = g_error_new(FIRN_HOST_ERROR,
                        FIRN_HOST_ERROR_INTERRUPTED,
                        "firnd ended while it %s %s; %s",
                        doings[intent->kind],
                        firn_intent_get_subject(intent),
                        end);
    self = g_new0(FirnFailedJob, 1);
    self->operation = g_strdup(operations[intent->kind]);
    self->vm_uuid = g_strdup(intent->vm_uuid);
    self->started_by = geteuid();
    self->started_us = intent->begun_us;
    self->finished_us = g_get_real_time();
    self->phase = g_strdup("unknown");
    self->error_word = g_strdup(firn_error_word_of(error));
    self->error_message = g_strdup(error->message);
    self->evidence = firn_evidence_copy(intent->snapshot->evidence);
    return self;
}
