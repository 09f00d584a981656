/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "evidence.h"

/* The largest size of one, as JSON. */
#define FIRN_FAILED_JOB_BYTES_MAX (64 * 1024)

/**
 * FirnFailedJob:
 * @id: its number
 * @operation: "create"; of an interrupted job also "delete", "restore"
 * @vm_uuid: its VM
 * @started_by: uid of the caller
 * @started_us: microseconds since the epoch
 * @finished_us: microseconds since the epoch
 * @phase: "freeze" ...: the phase in which it failed; "unknown" of an interrupted job
 * @error_word: "FreezeFailed" ...: see error-word.h
 * @error_message: the message of its error
 * @evidence: what was found
 * @boot_id: the boot of the host that @until_us counts from
 * @until_us: when it expires, by the clock that counts from the host's boot
 *
 * The record of a failed job.
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

FirnFailedJob *firn_failed_job_copy(const FirnFailedJob *self);

void firn_failed_job_free(FirnFailedJob *self);

/**
 * firn_failed_job_to_text:
 *
 * If the guest's data makes it too long, the list of file systems is omitted first, then all
 * evidence but the indications.
 *
 * Returns: (transfer full): JSON of at most %FIRN_FAILED_JOB_BYTES_MAX bytes
 */
char *firn_failed_job_to_text(const FirnFailedJob *self);

/**
 * firn_failed_job_parse:
 * @text: the output of firn_failed_job_to_text()
 * @length: its bytes
 *
 * Errors: %FIRN_ENGINE_ERROR_CORRUPT, or those of firn_json_guard_parse().
 *
 * Returns: (transfer full): a failed job; %NULL with @error set
 */
FirnFailedJob *firn_failed_job_parse(const char *text, gsize length, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnFailedJob, firn_failed_job_free)
