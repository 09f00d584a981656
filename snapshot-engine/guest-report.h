/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "record-schema.h"

#define FIRN_GUEST_REPORT_BYTES_MAX 262144

/**
 * FirnGuestReportState:
 * @FIRN_GUEST_REPORT_STATE_IDLE: there was no freeze yet
 * @FIRN_GUEST_REPORT_STATE_FROZEN: the dead-man is armed, and the thaw was not requested yet
 * @FIRN_GUEST_REPORT_STATE_THAWED: a thaw was requested, before the dead-man expired
 * @FIRN_GUEST_REPORT_STATE_FAILED: the freeze failed
 * @FIRN_GUEST_REPORT_STATE_EXPIRED: the guest has thawed itself
 *
 * How far a freeze got inside the guest.
 */
typedef enum {
    FIRN_GUEST_REPORT_STATE_IDLE,
    FIRN_GUEST_REPORT_STATE_FROZEN,
    FIRN_GUEST_REPORT_STATE_THAWED,
    FIRN_GUEST_REPORT_STATE_FAILED,
    FIRN_GUEST_REPORT_STATE_EXPIRED,
} FirnGuestReportState;

/**
 * FirnGuestReportLevel:
 * @FIRN_GUEST_REPORT_LEVEL_NONE: a hook failed
 * @FIRN_GUEST_REPORT_LEVEL_FS: no hook proves anything about an application
 * @FIRN_GUEST_REPORT_LEVEL_FLUSHED: an application has written out what it had, and continued
 * @FIRN_GUEST_REPORT_LEVEL_APP: applications were at rest until the thaw
 *
 * What the guest says of its applications.
 */
typedef enum {
    FIRN_GUEST_REPORT_LEVEL_NONE,
    FIRN_GUEST_REPORT_LEVEL_FS,
    FIRN_GUEST_REPORT_LEVEL_FLUSHED,
    FIRN_GUEST_REPORT_LEVEL_APP,
} FirnGuestReportLevel;

/**
 * FirnGuestFailure:
 * @reason: "hook-failed", "timeout" ...
 * @hook: (nullable): which hook
 * @phase: (nullable): "prepare", "freeze" ...
 * @message: (nullable): in the guest's words
 *
 * Why the guest refused to be frozen.
 */
typedef struct {
    char *reason;  /* (owned) */
    char *hook;    /* (owned) (nullable) */
    char *phase;   /* (owned) (nullable) */
    char *message; /* (owned) (nullable) */
} FirnGuestFailure;

/**
 * FirnGuestHook:
 * @name: of its file
 * @result: "ok", "skipped", "failed", "timeout" ...
 * @level: (nullable): what its success proves: "app", "flushed", "none"
 * @phase: (nullable): the last phase that it was started for
 * @is_critical: whether its failure fails the freeze
 * @exit_status: of that phase
 * @message: (nullable): its complaint
 * @data: (element-type utf8): "gtid=0-1-42": what it said of the application
 *
 * What one hook did. Times are milliseconds, 0 for a phase that it was not started for.
 */
typedef struct {
    char *name;   /* (owned) */
    char *result; /* (owned) */
    char *level;  /* (owned) (nullable) */
    char *phase;  /* (owned) (nullable) */
    gboolean is_critical;
    guint exit_status;
    guint prepare_ms;
    guint freeze_ms;
    guint hold_ms;
    guint thaw_ms;
    char *message;   /* (owned) (nullable) */
    GPtrArray *data; /* (owned) (element-type utf8) */
} FirnGuestHook;

/**
 * FirnGuestMount:
 * @mountpoint: where it is mounted
 * @type: "nfs4" ...
 *
 * A file system of the guest that cannot be frozen.
 */
typedef struct {
    char *mountpoint; /* (owned) */
    char *type;       /* (owned) */
} FirnGuestMount;

/**
 * FirnGuestReport:
 * @state: how far the freeze got
 * @level: what the guest says of its applications
 * @deadman_s: after how many seconds the guest thaws itself; 0: it does not
 * @has_fired: whether it has thawed itself
 * @fired_after_ms: how long after the dead-man was armed
 * @failure: (nullable): why the freeze failed
 * @uncovered: (element-type FirnGuestMount): what was not frozen
 * @hooks: (element-type FirnGuestHook): in the order in which they run
 *
 * What firn-guard in a Linux guest says about one freeze (guest-hooks/README.md). All texts are the
 * guest's: UTF-8, at most 256 characters each, not printable yet.
 */
typedef struct {
    FirnGuestReportState state;
    FirnGuestReportLevel level;
    guint deadman_s;
    gboolean has_fired;
    guint fired_after_ms;
    FirnGuestFailure *failure; /* (owned) (nullable) */
    GPtrArray *uncovered;      /* (owned) (element-type FirnGuestMount) */
    GPtrArray *hooks;          /* (owned) (element-type FirnGuestHook) */
} FirnGuestReport;

/* The member "guest_report" of the evidence. */
extern const FirnRecordSchema firn_guest_report_schema;

/**
 * firn_guest_report_parse:
 * @text: the report, NUL-terminated
 * @length: its length in bytes
 * @token: (nullable): of the freeze that it has to be about; %NULL: of any
 *
 * A guest may be newer than its host: members that are not known are ignored.
 *
 * Errors: %FIRN_QMP_ERROR_MALFORMED; %FIRN_ENGINE_ERROR_NOT_FOUND if it is about another freeze.
 *
 * Returns: (transfer full): the report; %NULL with @error set
 */
FirnGuestReport *firn_guest_report_parse(const char *text,
                                         gsize length,
                                         const char *token,
                                         GError **error);

/**
 * firn_guest_report_find_failure:
 * @complaint: the agent's error message about a freeze
 *
 * From QEMU 9.1 on the agent passes on the line that firn-hook prints when it refuses a freeze.
 *
 * Returns: (transfer full) (nullable): what that line says; %NULL if there is none
 */
FirnGuestFailure *firn_guest_report_find_failure(const char *complaint);

/**
 * firn_guest_failure_describe:
 *
 * Returns: (transfer full): "hook 20-db failed in phase freeze: exit status 3", printable
 */
char *firn_guest_failure_describe(const FirnGuestFailure *self);

void firn_guest_failure_free(FirnGuestFailure *self);

/**
 * firn_guest_report_is_of_applications:
 * @self: (nullable): a report
 *
 * Returns: whether the guest says that its applications were at rest from the freeze to the thaw,
 * and that everything was frozen
 */
gboolean firn_guest_report_is_of_applications(const FirnGuestReport *self);

void firn_guest_report_free(FirnGuestReport *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnGuestFailure, firn_guest_failure_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnGuestReport, firn_guest_report_free)
