/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What was peculiar about the making of a snapshot: words in records and on the bus. A state first,
 * then the agent, then the window. */
#define FIRN_INDICATION_ONLINE      "Online"     /* the VM ran */
#define FIRN_INDICATION_OFFLINE     "Offline"    /* no QEMU ran */
#define FIRN_INDICATION_OFF_UNCLEAN "OffUnclean" /* off, and its guest did not shut down */
#define FIRN_INDICATION_OFF_UNKNOWN "OffUnknown" /* off, and nobody saw its guest shut down */
#define FIRN_INDICATION_OFF_FILESYSTEM                                                             \
    "OffFilesystem" /* off since it went back to a snapshot of that verdict */
#define FIRN_INDICATION_OFF_APPLICATION                                                            \
    "OffApplication" /* off since it went back to a snapshot of that verdict */
#define FIRN_INDICATION_SAVED          "Saved"      /* off, and goes on when it starts */
#define FIRN_INDICATION_PAUSED         "Paused"     /* QEMU was there, the processors stood still */
#define FIRN_INDICATION_GUEST_AGENT    "GuestAgent" /* an agent answered */
#define FIRN_INDICATION_NO_GUEST_AGENT "NoGuestAgent" /* none did */
#define FIRN_INDICATION_AGENT_TOO_OLD                                                              \
    "AgentTooOld" /* it cannot freeze, or not list what it freezes */
#define FIRN_INDICATION_FREEZE_DISABLED                                                            \
    "FreezeDisabled" /* it could, but freezing is switched off */
#define FIRN_INDICATION_AGENT_BLOCKED                                                              \
    "AgentBlocked" /* its configuration forbids another command that is needed */
#define FIRN_INDICATION_AGENT_FAILED "AgentFailed" /* it failed at a command that is needed */
#define FIRN_INDICATION_QUIESCE_FAILED                                                             \
    "QuiesceFailed" /* the guest could not be frozen as a whole */
#define FIRN_INDICATION_QUIESCE_TIMEOUT                                                            \
    "QuiesceTimeout" /* it did not answer the freeze in time                                       \
                      */
#define FIRN_INDICATION_QUIESCE_EXPIRED                                                            \
    "QuiesceExpired" /* it did not stay frozen until the cut was made */
#define FIRN_INDICATION_QUIESCE_SKIPPED "QuiesceSkipped" /* no freeze was wanted */
#define FIRN_INDICATION_DISK_NOT_FROZEN                                                            \
    "DiskNotFrozen" /* disks were cut on which no file system lies that the guest froze */
#define FIRN_INDICATION_PARTIAL_SNAPSHOT "PartialSnapshot" /* disks were left out by name */
#define FIRN_INDICATION_ADOPTED          "Adopted"         /* others have made it */
#define FIRN_INDICATION_MEMORY_PRESENT   "MemoryPresent"   /* RAM is in one of its images */
#define FIRN_INDICATION_INSTANT_UNKNOWN                                                            \
    "InstantUnknown" /* nobody tells whether its disks are of one instant */
#define FIRN_INDICATION_TRANSIENT_DISK                                                             \
    "TransientDisk" /* disks were left out of which nothing stays anyway */
#define FIRN_INDICATION_SNAPSHOT_NO                                                                \
    "SnapshotNo" /* disks were left out whose definition says snapshot='no' */
#define FIRN_INDICATION_TPM_LEFT_OUT   "TpmLeftOut"   /* the TPM's state is not in it */
#define FIRN_INDICATION_NVRAM_LEFT_OUT "NvramLeftOut" /* UEFI's variables are not in it */
#define FIRN_INDICATION_NVRAM_CHANGING                                                             \
    "NvramChanging" /* they changed around the cut, and are those of after it */
#define FIRN_INDICATION_CONFIG_PENDING_RESTART                                                     \
    "ConfigPendingRestart" /* it did not run as it was defined */
#define FIRN_INDICATION_DIRTY_BITMAPS                                                              \
    "DirtyBitmaps" /* backup tools keep some in its images: they go if it is restored */
#define FIRN_INDICATION_BITMAPS_DROPPED "BitmapsDropped" /* they went: a full backup is due */
#define FIRN_INDICATION_CANNOT_START                                                               \
    "CannotStart" /* its definition lacks something, so it could not be restored to run */
#define FIRN_INDICATION_NOT_DEFINED                                                                \
    "NotDefined" /* it has disks that are gone when it ends: its definition lacks them */
#define FIRN_INDICATION_DISKS_REMEMBERED                                                           \
    "DisksRemembered" /* off, and no definition names its disks */
