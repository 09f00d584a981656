/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The circumstances of a snapshot: words in records and on the bus. The VM's state comes first,
 * then the agent, then the freeze window. */
#define FIRN_INDICATION_ONLINE      "Online"     /* the VM was running */
#define FIRN_INDICATION_OFFLINE     "Offline"    /* no QEMU was running */
#define FIRN_INDICATION_OFF_UNCLEAN "OffUnclean" /* off, but its guest did not shut down */
#define FIRN_INDICATION_OFF_UNKNOWN                                                                \
    "OffUnknown" /* off, and it is unknown whether its guest shut down */
#define FIRN_INDICATION_OFF_FILESYSTEM                                                             \
    "OffFilesystem" /* off since a snapshot of that verdict was restored */
#define FIRN_INDICATION_OFF_APPLICATION                                                            \
    "OffApplication" /* off since a snapshot of that verdict was restored */
#define FIRN_INDICATION_SAVED          "Saved"        /* off, with a managed save image */
#define FIRN_INDICATION_PAUSED         "Paused"       /* QEMU was running, the guest was paused */
#define FIRN_INDICATION_GUEST_AGENT    "GuestAgent"   /* an agent answered */
#define FIRN_INDICATION_NO_GUEST_AGENT "NoGuestAgent" /* no agent answered */
#define FIRN_INDICATION_AGENT_TOO_OLD                                                              \
    "AgentTooOld" /* it cannot freeze, or cannot list what it freezes */
#define FIRN_INDICATION_FREEZE_DISABLED "FreezeDisabled" /* it could, but freezing is disabled */
#define FIRN_INDICATION_AGENT_BLOCKED                                                              \
    "AgentBlocked" /* its configuration forbids another command that is needed */
#define FIRN_INDICATION_AGENT_FAILED "AgentFailed" /* a command that is needed failed */
#define FIRN_INDICATION_QUIESCE_FAILED                                                             \
    "QuiesceFailed" /* the guest could not be frozen completely */
#define FIRN_INDICATION_QUIESCE_TIMEOUT                                                            \
    "QuiesceTimeout" /* it did not reply to the freeze in time */
#define FIRN_INDICATION_QUIESCE_EXPIRED                                                            \
    "QuiesceExpired" /* it did not stay frozen until the cut was made */
#define FIRN_INDICATION_QUIESCE_SKIPPED "QuiesceSkipped" /* no freeze was requested */
#define FIRN_INDICATION_HOOK_REPORT_MISSING                                                        \
    "HookReportMissing" /* the guest has firn-guard or firn-vss, but its report could not be read  \
                         */
#define FIRN_INDICATION_NO_VSS_WRITER                                                              \
    "NoVssWriter" /* Windows without firn-vss, or whose agent may not ask it */
#define FIRN_INDICATION_VSS_WINDOW_EXCEEDED                                                        \
    "VssWindowExceeded" /* VSS did not hold the guest's writes until the thaw, or may not have */
#define FIRN_INDICATION_FREEZE_REPEATED                                                            \
    "FreezeRepeated" /* VSS was busy, so the guest was frozen at the second or third attempt */
#define FIRN_INDICATION_DISK_NOT_FROZEN                                                            \
    "DiskNotFrozen" /* disks were cut that have no frozen file system */
#define FIRN_INDICATION_PARTIAL_SNAPSHOT "PartialSnapshot" /* disks were excluded by name */
#define FIRN_INDICATION_ADOPTED          "Adopted"         /* another tool made it */
#define FIRN_INDICATION_MEMORY_PRESENT   "MemoryPresent"   /* RAM is in one of its images */
#define FIRN_INDICATION_INSTANT_UNKNOWN                                                            \
    "InstantUnknown" /* it is unknown whether its disks are of one instant */
#define FIRN_INDICATION_PAUSED_FOR_CUT                                                             \
    "PausedForCut" /* the guest was paused while its disks were cut, and was not frozen */
#define FIRN_INDICATION_INSTANTS_APART                                                             \
    "InstantsApart" /* its disks were cut one after another while the guest wrote */
#define FIRN_INDICATION_TRANSIENT_DISK                                                             \
    "TransientDisk" /* disks were excluded that QEMU discards anyway */
#define FIRN_INDICATION_SNAPSHOT_NO                                                                \
    "SnapshotNo" /* disks were excluded whose definition says snapshot='no' */
#define FIRN_INDICATION_TPM_LEFT_OUT   "TpmLeftOut"   /* the TPM's state is not included */
#define FIRN_INDICATION_NVRAM_LEFT_OUT "NvramLeftOut" /* the UEFI variables are not included */
#define FIRN_INDICATION_NVRAM_CHANGING                                                             \
    "NvramChanging" /* they changed around the cut; those after it were saved */
#define FIRN_INDICATION_CONFIG_PENDING_RESTART                                                     \
    "ConfigPendingRestart" /* it was not running as it was defined */
#define FIRN_INDICATION_DIRTY_BITMAPS                                                              \
    "DirtyBitmaps" /* its images have dirty bitmaps, which a restore removes */
#define FIRN_INDICATION_BITMAPS_DROPPED                                                            \
    "BitmapsDropped" /* dirty bitmaps were removed: the next backup must be full */
#define FIRN_INDICATION_CANNOT_START                                                               \
    "CannotStart" /* the VM could not be started, because of its definition */
#define FIRN_INDICATION_NOT_DEFINED "NotDefined" /* it has disks that are not in its definition */
#define FIRN_INDICATION_LOCKS_UNKNOWN                                                              \
    "LocksUnknown" /* whether another host has an image open cannot be known */
#define FIRN_INDICATION_DISKS_REMEMBERED                                                           \
    "DisksRemembered" /* off, and no definition names its disks */
