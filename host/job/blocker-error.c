/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "blocker-error.h"

#include "host-error.h"

static FirnHostError
error_code(const char *code)
{
    static const struct {
        const char *code;
        FirnHostError error;
    } kinds[] = {
        {"LimitReached",      FIRN_HOST_ERROR_LIMIT_REACHED     },
        {"NameTaken",         FIRN_HOST_ERROR_EXISTS            },
        {"Inconsistent",      FIRN_HOST_ERROR_INCONSISTENT      },
        {"NotFound",          FIRN_HOST_ERROR_NOT_FOUND         },
        {"InvalidArgument",   FIRN_HOST_ERROR_INVALID_ARGUMENT  },
        {"VmUnreachable",     FIRN_HOST_ERROR_VM_UNREACHABLE    },
        {"DefinitionUnknown", FIRN_HOST_ERROR_VM_UNREACHABLE    },
        {"Busy",              FIRN_HOST_ERROR_BUSY              },
        {"VmRunning",         FIRN_HOST_ERROR_NEEDS_FORCE       },
        {"NotConsistent",     FIRN_HOST_ERROR_NEEDS_FORCE       },
        {"OffUnclean",        FIRN_HOST_ERROR_NEEDS_FORCE       },
        {"OffUnknown",        FIRN_HOST_ERROR_NEEDS_FORCE       },
        {"ConfigChanged",     FIRN_HOST_ERROR_NEEDS_FORCE       },
        {"NvramMissing",      FIRN_HOST_ERROR_NEEDS_FORCE       },
        {"NvramResized",      FIRN_HOST_ERROR_NEEDS_FORCE       },
        {"DirtyBitmaps",      FIRN_HOST_ERROR_NEEDS_FORCE       },
        {"DiskResized",       FIRN_HOST_ERROR_NEEDS_FORCE       },
        {"ImageInUse",        FIRN_HOST_ERROR_IMAGE_IN_USE      },
        {"AddressInUse",      FIRN_HOST_ERROR_NEEDS_FORCE       },
        {"NoSpace",           FIRN_HOST_ERROR_NO_SPACE          },
        {"AgentUnavailable",  FIRN_HOST_ERROR_AGENT_UNAVAILABLE },
        {"GuestFrozen",       FIRN_HOST_ERROR_GUEST_FROZEN      },
        {"VmPaused",          FIRN_HOST_ERROR_FREEZE_FAILED     },
        {"VmSaved",           FIRN_HOST_ERROR_FREEZE_FAILED     },
        {"PauseNotAccepted",  FIRN_HOST_ERROR_PAUSE_NOT_ACCEPTED},
    };

    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (g_str_equal(kinds[i].code, code))
            return kinds[i].error;
    return FIRN_HOST_ERROR_NOT_SUPPORTED;
}

gboolean
firn_blocker_error_check(GPtrArray *blockers, GError **error)
{
    g_autofree char *text = NULL;
    const FirnBlocker *first;

    if (blockers->len == 0)
        return TRUE;
    first = blockers->pdata[0];
    text = firn_blockers_to_text(blockers);
    g_set_error_literal(error, FIRN_HOST_ERROR, error_code(first->code), text);
    return FALSE;
}
