/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "record-schema.h"

/**
 * FirnVssHook:
 * @name: of its file
 * @stage: "prepare", "freeze", "thaw" or "post"
 * @result: "ok", "failed", "timed-out", "cancelled", "not-started", "unknown"
 * @code: exit status, or error of Windows if it was not started
 * @ms: how long it ran
 * @output: (nullable): the end of what it printed
 *
 * What one hook did in one stage.
 */
typedef struct {
    char *name;   /* (owned) */
    char *stage;  /* (owned) */
    char *result; /* (owned) */
    guint code;
    guint ms;
    char *output; /* (owned) (nullable) */
} FirnVssHook;

/**
 * FirnVssWriter:
 * @name: "SqlServerWriter"
 * @state: "stable", "failed-at-freeze" ...
 * @has_failed: it says so, or its state or its error does
 * @failure: its HRESULT; 0: none
 * @failure_name: (nullable): of vsserror.h, without "VSS_E_"
 *
 * What VSS says of one writer after the freeze. It may be of an earlier backup.
 */
typedef struct {
    char *name;  /* (owned) */
    char *state; /* (owned) */
    gboolean has_failed;
    guint failure;
    char *failure_name; /* (owned) (nullable) */
} FirnVssWriter;

/**
 * FirnVssReport:
 * @in_all_max_ms: how long the guest had from the freeze to the thaw, as the host decided
 * @shortfall: (nullable): why the host does not call the applications consistent; %NULL: they are
 * @has_ended_early: the guest says that the freeze was over before the thaw was sent
 * @program: (nullable): version of firn-vss.exe; %NULL: it gave no record of this freeze, and all
 * that follows is empty
 * @service: (nullable): state of its service: "running" ...
 * @is_quiesced: freeze hooks may have run whose thaw hooks have not
 * @counter: number of the run
 * @snapshot_set: (nullable): VSS's id of it
 * @backup_type: (nullable): that qemu-ga asked for: "copy", "full" ...
 * @outcome: (nullable): "clean" ...
 * @failure: HRESULT with which firn's writer refused; 0: it did not
 * @failure_name: (nullable): its name
 * @ignores_failures: failed hooks do not make it refuse
 * @refusal: (nullable): why no hook may run
 * @held_ms: for how long it held its hooks' applications; 0: not at all
 * @hooks: (element-type FirnVssHook): in the order of their names, then of the stages
 * @writers: (element-type FirnVssWriter): all that VSS has, firn's among them
 *
 * What is known about one freeze of a Windows guest from firn-vss.exe inside it
 * (vss-windows/commands/README.md), and what the host concludes. All texts but @shortfall are the
 * guest's: UTF-8, at most 256 characters each, not printable yet.
 */
typedef struct {
    guint in_all_max_ms;
    char *shortfall; /* (owned) (nullable) */
    gboolean has_ended_early;
    char *program; /* (owned) (nullable) */
    char *service; /* (owned) (nullable) */
    gboolean is_quiesced;
    guint64 counter;
    char *snapshot_set; /* (owned) (nullable) */
    char *backup_type;  /* (owned) (nullable) */
    char *outcome;      /* (owned) (nullable) */
    guint failure;
    char *failure_name; /* (owned) (nullable) */
    gboolean ignores_failures;
    char *refusal; /* (owned) (nullable) */
    guint held_ms;
    GPtrArray *hooks;   /* (owned) (element-type FirnVssHook) */
    GPtrArray *writers; /* (owned) (element-type FirnVssWriter) */
} FirnVssReport;

/**
 * FirnVssMoment:
 * @uptime_ms: of the guest, when it answered
 * @has_run: the guest has a record of a snapshot; otherwise all that follows is 0
 * @started_uptime_ms: of the guest, when that snapshot began
 * @n_failed: how many hooks failed in the stages prepare and freeze
 *
 * When a guest gave a report, and on what. Only needed until it is known of which freeze it is.
 */
typedef struct {
    gint64 uptime_ms;
    gboolean has_run;
    gint64 started_uptime_ms;
    guint n_failed;
} FirnVssMoment;

/* The member "vss_report" of the evidence. */
extern const FirnRecordSchema firn_vss_report_schema;

/**
 * firn_vss_report_new:
 *
 * Returns: (transfer full): a report in which the guest has said nothing
 */
FirnVssReport *firn_vss_report_new(void);

/**
 * firn_vss_report_read_status:
 * @self: a new report; after an error its members are not to be used
 * @text: output of "firn-vss.exe status --json", NUL-terminated
 * @length: its length in bytes
 * @out_moment: (out): when it was given
 *
 * A guest may be newer than its host: members that are not known are ignored, a missing one or one
 * of another type is an error.
 *
 * Errors: %FIRN_QMP_ERROR_MALFORMED.
 *
 * Returns: %TRUE if the document is whole
 */
gboolean firn_vss_report_read_status(FirnVssReport *self,
                                     const char *text,
                                     gsize length,
                                     FirnVssMoment *out_moment,
                                     GError **error);

/**
 * firn_vss_report_read_writers:
 * @self: a report whose list of writers is empty
 * @text: output of "firn-vss.exe writers --json", NUL-terminated
 * @length: its length in bytes
 *
 * Errors: %FIRN_QMP_ERROR_MALFORMED, as firn_vss_report_read_status(); %FIRN_QMP_ERROR_REFUSED if
 * the guest could not ask VSS.
 *
 * Returns: %TRUE if these are all writers
 */
gboolean firn_vss_report_read_writers(FirnVssReport *self,
                                      const char *text,
                                      gsize length,
                                      GError **error);

/**
 * firn_vss_report_is_of_applications:
 * @self: (nullable): a report
 *
 * Returns: whether the host has found nothing that speaks against its applications' consistency
 */
gboolean firn_vss_report_is_of_applications(const FirnVssReport *self);

void firn_vss_report_free(FirnVssReport *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnVssReport, firn_vss_report_free)
