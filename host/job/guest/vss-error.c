/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vss-error.h"

#include <string.h>

#define DIGITS     8
#define FAILED_BIT 0x80000000U

/* Source: vsserror.h; what to do: Microsoft on IVssBackupComponents and SetWriterFailureEx. */
static const struct {
    guint32 code;
    FirnFreezeHint hint;
} errors[] = {
    {0x80042301, FIRN_FREEZE_HINT_VSS_FAILED    }, /* BAD_STATE */
    {0x80042302, FIRN_FREEZE_HINT_VSS_FAILED    }, /* UNEXPECTED */
    {0x80042304, FIRN_FREEZE_HINT_VSS_PROVIDER  }, /* PROVIDER_NOT_REGISTERED */
    {0x80042306, FIRN_FREEZE_HINT_VSS_PROVIDER  }, /* PROVIDER_VETO */
    {0x80042308, FIRN_FREEZE_HINT_VSS_VOLUME    }, /* OBJECT_NOT_FOUND */
    {0x8004230c, FIRN_FREEZE_HINT_VSS_VOLUME    }, /* VOLUME_NOT_SUPPORTED */
    {0x8004230e, FIRN_FREEZE_HINT_VSS_VOLUME    }, /* VOLUME_NOT_SUPPORTED_BY_PROVIDER */
    {0x8004230f, FIRN_FREEZE_HINT_VSS_PROVIDER  }, /* UNEXPECTED_PROVIDER_ERROR */
    {0x80042313, FIRN_FREEZE_HINT_VSS_TRANSIENT }, /* FLUSH_WRITES_TIMEOUT */
    {0x80042314, FIRN_FREEZE_HINT_VSS_TRANSIENT }, /* HOLD_WRITES_TIMEOUT */
    {0x80042316, FIRN_FREEZE_HINT_VSS_BUSY      }, /* SNAPSHOT_SET_IN_PROGRESS */
    {0x80042317, FIRN_FREEZE_HINT_VSS_STORAGE   }, /* MAXIMUM_NUMBER_OF_SNAPSHOTS_REACHED */
    {0x80042318, FIRN_FREEZE_HINT_VSS_FAILED    }, /* WRITER_INFRASTRUCTURE */
    {0x80042319, FIRN_FREEZE_HINT_VSS_FAILED    }, /* WRITER_NOT_RESPONDING */
    {0x8004231f, FIRN_FREEZE_HINT_VSS_STORAGE   }, /* INSUFFICIENT_STORAGE */
    {0x80042336, FIRN_FREEZE_HINT_VSS_WRITER    }, /* WRITERERROR_PARTIAL_FAILURE */
    {0x800423f0, FIRN_FREEZE_HINT_VSS_WRITER    }, /* WRITERERROR_INCONSISTENTSNAPSHOT */
    {0x800423f1, FIRN_FREEZE_HINT_VSS_TRANSIENT }, /* WRITERERROR_OUTOFRESOURCES */
    {0x800423f2, FIRN_FREEZE_HINT_VSS_TRANSIENT }, /* WRITERERROR_TIMEOUT */
    {0x800423f3, FIRN_FREEZE_HINT_VSS_TRANSIENT }, /* WRITERERROR_RETRYABLE */
    {0x800423f4, FIRN_FREEZE_HINT_VSS_WRITER    }, /* WRITERERROR_NONRETRYABLE */
    {0x80042409, FIRN_FREEZE_HINT_VSS_WRITER    }, /* WRITER_STATUS_NOT_AVAILABLE */
    {0x80070005, FIRN_FREEZE_HINT_VSS_PERMISSION}, /* E_ACCESSDENIED */
};

FirnFreezeHint
firn_vss_error_of(guint32 code)
{
    for (gsize i = 0; i < G_N_ELEMENTS(errors); i++)
        if (errors[i].code == code)
            return errors[i].hint;
    return FIRN_FREEZE_HINT_VSS_FAILED;
}

/* Exactly eight digits, of which the first says that it is a failure. */
static gboolean
read_code(const char *text, guint32 *out_code)
{
    char *end;
    guint64 number;

    if (!g_ascii_isxdigit(*text))
        return FALSE;
    number = g_ascii_strtoull(text, &end, 16);
    if (end - text != DIGITS || number < FAILED_BIT)
        return FALSE;
    *out_code = (guint32)number;
    return TRUE;
}

gboolean
firn_vss_error_find(const char *complaint, guint32 *out_code)
{
    static const char *const marks[] = {"0x", "error: "};

    for (gsize i = 0; i < G_N_ELEMENTS(marks); i++) {
        gsize length = strlen(marks[i]);

        for (const char *at = strstr(complaint, marks[i]); at != NULL;
             at = strstr(at + length, marks[i]))
            if (read_code(at + length, out_code))
                return TRUE;
    }
    return FALSE;
}
