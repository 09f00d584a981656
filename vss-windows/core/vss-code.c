/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vss-code.h"

#include <stddef.h>

#define N_ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
    uint32_t code;
    const char *name;
} codes[] = {
    {0x00000000, "OK"                                 },
    {0x80042301, "BAD_STATE"                          },
    {0x80042302, "UNEXPECTED"                         },
    {0x80042304, "PROVIDER_NOT_REGISTERED"            },
    {0x80042306, "PROVIDER_VETO"                      },
    {0x80042308, "OBJECT_NOT_FOUND"                   },
    {0x8004230c, "VOLUME_NOT_SUPPORTED"               },
    {0x8004230e, "VOLUME_NOT_SUPPORTED_BY_PROVIDER"   },
    {0x8004230f, "UNEXPECTED_PROVIDER_ERROR"          },
    {0x80042313, "FLUSH_WRITES_TIMEOUT"               },
    {0x80042314, "HOLD_WRITES_TIMEOUT"                },
    {0x80042316, "SNAPSHOT_SET_IN_PROGRESS"           },
    {0x80042317, "MAXIMUM_NUMBER_OF_SNAPSHOTS_REACHED"},
    {0x80042318, "WRITER_INFRASTRUCTURE"              },
    {0x80042319, "WRITER_NOT_RESPONDING"              },
    {0x8004231a, "WRITER_ALREADY_SUBSCRIBED"          },
    {0x8004231b, "UNSUPPORTED_CONTEXT"                },
    {0x8004231f, "INSUFFICIENT_STORAGE"               },
    {0x80042336, "WRITERERROR_PARTIAL_FAILURE"        },
    {0x800423f0, "WRITERERROR_INCONSISTENTSNAPSHOT"   },
    {0x800423f1, "WRITERERROR_OUTOFRESOURCES"         },
    {0x800423f2, "WRITERERROR_TIMEOUT"                },
    {0x800423f3, "WRITERERROR_RETRYABLE"              },
    {0x800423f4, "WRITERERROR_NONRETRYABLE"           },
    {0x80042409, "WRITER_STATUS_NOT_AVAILABLE"        },
    {0x80070005, "ACCESSDENIED"                       },
};

static const char *const writer_states[] = {
    "unknown",
    "stable",
    "waiting-for-freeze",
    "waiting-for-thaw",
    "waiting-for-post-snapshot",
    "waiting-for-backup-complete",
    "failed-at-identify",
    "failed-at-prepare-backup",
    "failed-at-prepare-snapshot",
    "failed-at-freeze",
    "failed-at-thaw",
    "failed-at-post-snapshot",
    "failed-at-backup-complete",
    "failed-at-pre-restore",
    "failed-at-post-restore",
    "failed-at-backup-shutdown",
};

static const char *const backup_types[] = {
    "undefined",
    "full",
    "incremental",
    "differential",
    "log",
    "copy",
    "other",
};

const char *
firn_vss_code_name(uint32_t code)
{
    for (size_t i = 0; i < N_ELEMENTS(codes); i++) {
        if (codes[i].code == code)
            return codes[i].name;
    }
    return NULL;
}

const char *
firn_writer_state_name(int state)
{
    return writer_states[state >= 0 && (size_t)state < N_ELEMENTS(writer_states) ? state : 0];
}

bool
firn_writer_state_has_failed(int state)
{
    return state >= 6 && (size_t)state < N_ELEMENTS(writer_states);
}

const char *
firn_backup_type_name(int type)
{
    return backup_types[type >= 0 && (size_t)type < N_ELEMENTS(backup_types) ? type : 0];
}

int
firn_backup_type_for_option(bool has_option, uint32_t option)
{
    return has_option && option >= FIRN_BACKUP_FULL && option <= FIRN_BACKUP_COPY
               ? (int)option
               : FIRN_BACKUP_FULL;
}
