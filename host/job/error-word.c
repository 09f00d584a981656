/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "error-word.h"

#include <gio/gio.h>

#include "engine-error.h"
#include "qmp-error.h"

#define FAILED    "Failed"
#define CANCELLED "Cancelled"

static const char *const host_words[] = {
    [FIRN_HOST_ERROR_FAILED] = "Failed",
    [FIRN_HOST_ERROR_INVALID_ARGUMENT] = "InvalidArgument",
    [FIRN_HOST_ERROR_NOT_FOUND] = "NotFound",
    [FIRN_HOST_ERROR_EXISTS] = "Exists",
    [FIRN_HOST_ERROR_BUSY] = "Busy",
    [FIRN_HOST_ERROR_TIMED_OUT] = "TimedOut",
    [FIRN_HOST_ERROR_NOT_AUTHORIZED] = "NotAuthorized",
    [FIRN_HOST_ERROR_NOT_SUPPORTED] = "NotSupported",
    [FIRN_HOST_ERROR_AGENT_UNAVAILABLE] = "AgentUnavailable",
    [FIRN_HOST_ERROR_FREEZE_FAILED] = "FreezeFailed",
    [FIRN_HOST_ERROR_FREEZE_TIMEOUT] = "FreezeTimeout",
    [FIRN_HOST_ERROR_FREEZE_EXPIRED] = "FreezeExpired",
    [FIRN_HOST_ERROR_GUEST_FROZEN] = "GuestFrozen",
    [FIRN_HOST_ERROR_LIMIT_REACHED] = "LimitReached",
    [FIRN_HOST_ERROR_NO_SPACE] = "NoSpace",
    [FIRN_HOST_ERROR_HAS_CHILDREN] = "HasChildren",
    [FIRN_HOST_ERROR_NEEDS_FORCE] = "NeedsForce",
    [FIRN_HOST_ERROR_IMAGE_IN_USE] = "ImageInUse",
    [FIRN_HOST_ERROR_INCONSISTENT] = "Inconsistent",
    [FIRN_HOST_ERROR_VM_UNREACHABLE] = "VmUnreachable",
    [FIRN_HOST_ERROR_PAUSE_NOT_ACCEPTED] = "PauseNotAccepted",
    [FIRN_HOST_ERROR_INTERRUPTED] = "Interrupted",
};
G_STATIC_ASSERT(G_N_ELEMENTS(host_words) == FIRN_HOST_ERROR_INTERRUPTED + 1);

static const char *const engine_words[] = {
    [FIRN_ENGINE_ERROR_FAILED] = "Failed",
    [FIRN_ENGINE_ERROR_INVALID] = "InvalidArgument",
    [FIRN_ENGINE_ERROR_NOT_FOUND] = "NotFound",
    [FIRN_ENGINE_ERROR_AMBIGUOUS] = "InvalidArgument",
    [FIRN_ENGINE_ERROR_EXISTS] = "Exists",
    [FIRN_ENGINE_ERROR_LIMIT] = "LimitReached",
    [FIRN_ENGINE_ERROR_NO_SPACE] = "NoSpace",
    [FIRN_ENGINE_ERROR_IN_USE] = "ImageInUse",
    [FIRN_ENGINE_ERROR_HAS_CHILDREN] = "HasChildren",
    [FIRN_ENGINE_ERROR_PARTIAL] = "Inconsistent",
    [FIRN_ENGINE_ERROR_CORRUPT] = "Inconsistent",
};
G_STATIC_ASSERT(G_N_ELEMENTS(engine_words) == FIRN_ENGINE_ERROR_CORRUPT + 1);

static const char *const qmp_words[] = {
    [FIRN_QMP_ERROR_CLOSED] = "VmUnreachable",
    [FIRN_QMP_ERROR_DEADLINE] = "VmUnreachable",
    [FIRN_QMP_ERROR_MALFORMED] = "VmUnreachable",
    [FIRN_QMP_ERROR_REFUSED] = "Failed",
    [FIRN_QMP_ERROR_NO_COMMAND] = "NotSupported",
    [FIRN_QMP_ERROR_BUSY] = "Busy",
    [FIRN_QMP_ERROR_UNTRUSTED] = "VmUnreachable",
    [FIRN_QMP_ERROR_BLOCKED] = "NotSupported",
    [FIRN_QMP_ERROR_NO_PEER] = "NotSupported",
};
G_STATIC_ASSERT(G_N_ELEMENTS(qmp_words) == FIRN_QMP_ERROR_NO_PEER + 1);

static const char *
pick(const char *const *words, guint n_words, int code)
{
    return code >= 0 && (guint)code < n_words ? words[code] : FAILED;
}

const char *
firn_error_word_of(const GError *error)
{
    if (error->domain == FIRN_HOST_ERROR)
        return pick(host_words, G_N_ELEMENTS(host_words), error->code);
    if (error->domain == FIRN_ENGINE_ERROR)
        return pick(engine_words, G_N_ELEMENTS(engine_words), error->code);
    if (error->domain == FIRN_QMP_ERROR)
        return pick(qmp_words, G_N_ELEMENTS(qmp_words), error->code);
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return CANCELLED;
    return FAILED;
}

const char *const *
firn_error_word_list(void)
{
    /* The other tables use only words of host_words. */
    static const char *words[G_N_ELEMENTS(host_words) + 2];

    if (words[0] == NULL) {
        for (guint i = 0; i < G_N_ELEMENTS(host_words); i++)
            words[i] = host_words[i];
        words[G_N_ELEMENTS(host_words)] = CANCELLED;
    }
    return words;
}

GError *
firn_error_word_make(const char *word, const char *message)
{
    if (g_str_equal(word, CANCELLED))
        return g_error_new_literal(G_IO_ERROR, G_IO_ERROR_CANCELLED, message);
    for (guint i = 0; i < G_N_ELEMENTS(host_words); i++)
        if (g_str_equal(host_words[i], word))
            return g_error_new_literal(FIRN_HOST_ERROR, (int)i, message);
    return g_error_new_literal(FIRN_HOST_ERROR, FIRN_HOST_ERROR_FAILED, message);
}
