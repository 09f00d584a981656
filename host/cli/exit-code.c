/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "exit-code.h"

#include "firn-config.h"

#define FIRN(word)  FIRN_BUS_NAME ".Error." word
#define DBUS(word)  "org.freedesktop.DBus.Error." word

#define START_FIRND "firnd does not run on this bus; start it with: systemctl start firnd"
#define LOOK_AROUND "list what exists with: firn status, firn list VM, firn jobs"
#define BECOME_ROOT "run firn as root, or add a polkit rule"

static const FirnExitMeaning meanings[] = {
    {FIRN_EXIT_DONE,           "done"                                                        },
    {FIRN_EXIT_FAILED,         "failed"                                                      },
    {FIRN_EXIT_USAGE,          "wrong usage"                                                 },
    {FIRN_EXIT_NOT_FOUND,      "no such VM, snapshot or job"                                 },
    {FIRN_EXIT_NOT_AUTHORIZED, "not authorised"                                              },
    {FIRN_EXIT_CONFLICT,       "busy, or in conflict with the current state"                 },
    {FIRN_EXIT_NOT_QUIESCED,   "guest not quiesced; with --quiesce=try the snapshot was kept"},
    {FIRN_EXIT_FULL,           "no space, or limit reached"                                  },
    {FIRN_EXIT_PARTLY,         "partly done"                                                 },
    {FIRN_EXIT_UNREACHABLE,    "firnd, or the VM's monitor, cannot be reached"               },
    {FIRN_EXIT_NO_CONSENT,     "saving RAM would pause the guest, which was not accepted"    },
    {FIRN_EXIT_TIMED_OUT,      "timed out"                                                   },
    {FIRN_EXIT_INTERRUPTED,    "interrupted or cancelled"                                    },
};

static const struct {
    const char *name;
    FirnExit code;
    const char *hint; /* (nullable) */
} errors[] = {
    {FIRN("Failed"),                           FIRN_EXIT_FAILED,         NULL       },
    {FIRN("InvalidArgument"),                  FIRN_EXIT_USAGE,          NULL       },
    {FIRN("NotFound"),                         FIRN_EXIT_NOT_FOUND,      LOOK_AROUND},
    {FIRN("Exists"),                           FIRN_EXIT_CONFLICT,       NULL       },
    {FIRN("Busy"),                             FIRN_EXIT_CONFLICT,       NULL       },
    {FIRN("TimedOut"),                         FIRN_EXIT_TIMED_OUT,      NULL       },
    {FIRN("NotAuthorized"),                    FIRN_EXIT_NOT_AUTHORIZED, BECOME_ROOT},
    {FIRN("NotSupported"),                     FIRN_EXIT_FAILED,         NULL       },
    {FIRN("AgentUnavailable"),                 FIRN_EXIT_NOT_QUIESCED,   NULL       },
    {FIRN("FreezeFailed"),                     FIRN_EXIT_NOT_QUIESCED,   NULL       },
    {FIRN("FreezeTimeout"),                    FIRN_EXIT_NOT_QUIESCED,   NULL       },
    {FIRN("FreezeExpired"),                    FIRN_EXIT_NOT_QUIESCED,   NULL       },
    {FIRN("GuestFrozen"),                      FIRN_EXIT_NOT_QUIESCED,   NULL       },
    {FIRN("LimitReached"),                     FIRN_EXIT_FULL,           NULL       },
    {FIRN("NoSpace"),                          FIRN_EXIT_FULL,           NULL       },
    {FIRN("HasChildren"),                      FIRN_EXIT_CONFLICT,       NULL       },
    {FIRN("NeedsForce"),                       FIRN_EXIT_CONFLICT,       NULL       },
    {FIRN("ImageInUse"),                       FIRN_EXIT_CONFLICT,       NULL       },
    {FIRN("Inconsistent"),                     FIRN_EXIT_FAILED,         NULL       },
    {FIRN("VmUnreachable"),                    FIRN_EXIT_UNREACHABLE,    NULL       },
    {FIRN("PauseNotAccepted"),                 FIRN_EXIT_NO_CONSENT,     NULL       },
    {FIRN("Interrupted"),                      FIRN_EXIT_FAILED,         NULL       },
    {FIRN("Cancelled"),                        FIRN_EXIT_INTERRUPTED,    NULL       },
    {DBUS("ServiceUnknown"),                   FIRN_EXIT_UNREACHABLE,    START_FIRND},
    {DBUS("NameHasNoOwner"),                   FIRN_EXIT_UNREACHABLE,    START_FIRND},
    {DBUS("NoServer"),                         FIRN_EXIT_UNREACHABLE,    START_FIRND},
    {DBUS("NoReply"),                          FIRN_EXIT_UNREACHABLE,    START_FIRND},
    {DBUS("Disconnected"),                     FIRN_EXIT_UNREACHABLE,    START_FIRND},
    {DBUS("AccessDenied"),                     FIRN_EXIT_NOT_AUTHORIZED, BECOME_ROOT},
    {DBUS("InteractiveAuthorizationRequired"), FIRN_EXIT_NOT_AUTHORIZED, BECOME_ROOT},
    {DBUS("UnknownObject"),                    FIRN_EXIT_NOT_FOUND,      LOOK_AROUND},
    {DBUS("UnknownMethod"),                    FIRN_EXIT_NOT_FOUND,      LOOK_AROUND},
    {DBUS("Timeout"),                          FIRN_EXIT_TIMED_OUT,      NULL       },
    {DBUS("TimedOut"),                         FIRN_EXIT_TIMED_OUT,      NULL       },
 /* Codes of blockers that are not error names; all others are. */
    {FIRN("NameTaken"),                        FIRN_EXIT_CONFLICT,       NULL       },
    {FIRN("VmRunning"),                        FIRN_EXIT_CONFLICT,       NULL       },
    {FIRN("NotConsistent"),                    FIRN_EXIT_CONFLICT,       NULL       },
    {FIRN("OffUnclean"),                       FIRN_EXIT_CONFLICT,       NULL       },
    {FIRN("OffUnknown"),                       FIRN_EXIT_CONFLICT,       NULL       },
    {FIRN("ConfigChanged"),                    FIRN_EXIT_CONFLICT,       NULL       },
    {FIRN("AddressInUse"),                     FIRN_EXIT_CONFLICT,       NULL       },
    {FIRN("DirtyBitmaps"),                     FIRN_EXIT_CONFLICT,       NULL       },
    {FIRN("DiskResized"),                      FIRN_EXIT_CONFLICT,       NULL       },
    {FIRN("NvramMissing"),                     FIRN_EXIT_CONFLICT,       NULL       },
    {FIRN("NvramResized"),                     FIRN_EXIT_CONFLICT,       NULL       },
};

const FirnExitMeaning *
firn_exit_meanings(guint *out_n)
{
    *out_n = G_N_ELEMENTS(meanings);
    return meanings;
}

FirnExit
firn_exit_from_name(const char *error_name, gboolean *out_is_known)
{
    gboolean ignored;
    gboolean *is_known = out_is_known == NULL ? &ignored : out_is_known;

    *is_known = TRUE;
    for (guint i = 0; i < G_N_ELEMENTS(errors); i++)
        if (g_str_equal(errors[i].name, error_name))
            return errors[i].code;
    *is_known = FALSE;
    return FIRN_EXIT_FAILED;
}

const char *
firn_exit_hint(const char *error_name)
{
    for (guint i = 0; i < G_N_ELEMENTS(errors); i++)
        if (g_str_equal(errors[i].name, error_name))
            return errors[i].hint;
    return NULL;
}

FirnExit
firn_exit_from_word(const char *word)
{
    g_autofree char *name = g_strconcat(FIRN(""), word, NULL);

    return firn_exit_from_name(name, NULL);
}
