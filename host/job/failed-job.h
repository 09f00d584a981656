/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "evidence.h"

/* The longest text of one. */
#define FIRN_FAILED_JOB_BYTES_MAX (64 * 1024)

/**
 * FirnFailedJob:
 * @id: its number
 * @operation: "create"; of one that was interrupted also "delete", "restore"
 * @vm_uuid: the VM that it was to change
 * @started_by: uid of the caller
 * @started_us: microseconds since the epoch
 * @finished_us: microseconds since the epoch
 * @phase: "freeze" ...: how far it came; "unknown" of one that was interrupted
 * @error_word: "FreezeFailed" ...: see error-word.h
 * @error_message: what it told
 * @evidence: what was seen
 * @boot_id: which start of the host @until_us is counted from
 * @until_us: when nobody needs it any more, by the clock that counts from the host's start
 *
 * What is kept of a job that has failed.
 */
typedef struct {
    guint id;
    char *operation; /* (owned) */
    char *vm_uuid;   /* (owned) */
    guint started_by;
    gint64 started_us;
    gint64 finished_us;
    char *phase;            /* (owned) */
    char *error_word;       /* (owned) */
    char *error_message;    /* (owned) */
    FirnEvidence *evidence; /* (owned) */
    char *boot_id;          /* (owned) */
    gint64 until_us;
} FirnFailedJob;

/**
 * firn_failed_job_copy:
 * @self: a failed job
 *
 * Returns: (transfer full): a deep copy
 */
FirnFailedJob *firn_failed_job_copy(const FirnFailedJob *self);

/**
 * firn_failed_job_free:
 * @self: (nullable): a failed job
 */
void firn_failed_job_free(FirnFailedJob *self);

/**
 * firn_failed_job_to_text:
 * @self: a failed job
 *
 * What a guest has made too long is left out: first its list of file systems, then all evidence but
 * the indications.
 *
 * Returns: (transfer full): JSON of at most %FIRN_FAILED_JOB_BYTES_MAX bytes
 */
char *firn_failed_job_to_text(const FirnFailedJob *self);

/**
 * firn_failed_job_parse:
 * @text: what firn_failed_job_to_text() made
 * @length: its bytes
 * @error: return location for a #GError
 *
 * Errors: %FIRN_ENGINE_ERROR_CORRUPT, or what firn_json_guard_parse() says.
 *
 * Returns: (transfer full): a failed job; %NULL with @error set
 */
FirnFailedJob *firn_failed_job_parse(const char *text, gsize length, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnFailedJob, firn_failed_job_free)
