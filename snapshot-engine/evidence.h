/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "guest-report.h"
#include "hook-report.h"
#include "vss-report.h"

/**
 * FirnQuiesce:
 * @FIRN_QUIESCE_REQUIRE: no snapshot unless the freeze window is consistent
 * @FIRN_QUIESCE_TRY: else make a crash-consistent snapshot, with a warning
 * @FIRN_QUIESCE_NEVER: do not freeze
 */
typedef enum {
    FIRN_QUIESCE_REQUIRE,
    FIRN_QUIESCE_TRY,
    FIRN_QUIESCE_NEVER,
} FirnQuiesce;

/**
 * FirnVerdict:
 * @FIRN_VERDICT_CRASH: as after a power failure; not consistent
 * @FIRN_VERDICT_FILESYSTEM: every file system was frozen during the whole cut
 * @FIRN_VERDICT_APPLICATION: and every application hook succeeded
 * @FIRN_VERDICT_MEMORY: RAM, devices and disks of one instant while the guest was paused
 * @FIRN_VERDICT_OFFLINE: the VM was off
 *
 * What firn has proved about the consistency of a snapshot.
 */
typedef enum {
    FIRN_VERDICT_CRASH,
    FIRN_VERDICT_FILESYSTEM,
    FIRN_VERDICT_APPLICATION,
    FIRN_VERDICT_MEMORY,
    FIRN_VERDICT_OFFLINE,
} FirnVerdict;

/**
 * FirnFileSystem:
 * @mountpoint: where the guest has it mounted; text from the guest
 * @type: "ext4" ...; text from the guest
 * @device: the guest's name of the device below; entries of one device are one file system
 *
 * One mounted file system of the guest, as its agent listed it.
 */
typedef struct {
    char *mountpoint; /* (owned) */
    char *type;       /* (owned) */
    char *device;     /* (owned) */
} FirnFileSystem;

/**
 * FirnEvidence:
 *
 * The facts behind a verdict. Times are microseconds since the epoch, 0 = did not happen; their
 * differences are measured by the monotonic clock. Text from the guest is stored as UTF-8, at most
 * 256 characters each.
 */
typedef struct {
    FirnQuiesce quiesce; /* as requested */
    char *run_state;     /* (owned) "running", "paused", "off" ... when the cut was made */
    char *agent_version; /* (owned) (nullable) */
    char *guest_os;      /* (owned) (nullable) "Debian GNU/Linux 12 (bookworm)" */
    GPtrArray
        *file_systems; /* (owned) (element-type FirnFileSystem) mounted just before the freeze */
    guint expected;    /* number of file systems that a freeze must freeze */
    guint frozen;      /* number that the agent reported */
    guint thawed;      /* number that the agent reported */
    gint64 freeze_sent_us;
    gint64 frozen_us; /* reply to the freeze */
    gint64 cut_begin_us;
    gint64 cut_end_us;
    gint64 thaw_sent_us;
    gint64 thawed_us;      /* the thaw was confirmed */
    gint64 adopted_us;     /* a foreign snapshot was adopted */
    char *adopted_from;    /* (owned) (nullable) where the facts about it come from: "libvirt",
                              "disks" */
    char *adopted_by;      /* (owned) (nullable) the user who adopted it: "uid 0" */
    char *freeze_error;    /* (owned) (nullable) why the freeze failed */
    char *thaw_error;      /* (owned) (nullable) what the agent reported when thawing */
    GPtrArray *not_frozen; /* (owned) (element-type utf8) targets of disks that were cut and, as far
                              as known, contain no file system that was frozen */
    GPtrArray
        *interruptions; /* (owned) (element-type utf8) events that broke the window: "RESET" ... */
    GPtrArray *indications; /* (owned) (element-type utf8) "Online", "GuestAgent" ...: see
                               snapshot-engine/indication.h */
    /* (owned) (nullable) What firn-guard says, if the guest has it. */
    FirnGuestReport *guest_report;
    GPtrArray *host_hooks; /* (owned) (element-type FirnHookReport) what ran on the host, in that
                              order */
    /* (owned) (nullable) What firn-vss says, or why it says nothing, if a Windows guest was to be
     * frozen. */
    FirnVssReport *vss_report;
} FirnEvidence;

/* The member "evidence" of a snapshot; on the bus, the same object as text. */
extern const FirnRecordSchema firn_evidence_schema;

/**
 * firn_evidence_new:
 * @quiesce: what was asked for
 *
 * Returns: (transfer full): empty evidence
 */
FirnEvidence *firn_evidence_new(FirnQuiesce quiesce);

FirnEvidence *firn_evidence_copy(const FirnEvidence *self);

void firn_evidence_free(FirnEvidence *self);

/**
 * firn_evidence_add_file_system:
 * @mountpoint: the guest's words
 * @type: the guest's words
 * @device: the guest's words
 */
void firn_evidence_add_file_system(FirnEvidence *self,
                                   const char *mountpoint,
                                   const char *type,
                                   const char *device);

/**
 * firn_evidence_indicate:
 * @indication: a word; added once
 */
void firn_evidence_indicate(FirnEvidence *self, const char *indication);

/**
 * firn_evidence_withdraw:
 * @indication: a word that is no longer true
 */
void firn_evidence_withdraw(FirnEvidence *self, const char *indication);

/**
 * firn_evidence_has:
 * @indication: a word
 *
 * Returns: whether it indicates that
 */
gboolean firn_evidence_has(const FirnEvidence *self, const char *indication);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnEvidence, firn_evidence_free)
