/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "knobs.h"

void
firn_knobs_init(FirnKnobs *self)
{
    self->quiesce = FIRN_QUIESCE_REQUIRE;
    self->deadline_ms = FIRN_KNOB_DEADLINE_MS_DEFAULT;
    self->freeze_wait_ms = FIRN_KNOB_FREEZE_WAIT_MS_DEFAULT;
    self->frozen_max_ms = 0;
}

guint
firn_knobs_get_frozen_max_ms(const FirnKnobs *self, const char *os_id)
{
    if (self->frozen_max_ms != 0)
        return self->frozen_max_ms;
    return g_strcmp0(os_id, "mswindows") == 0 ? FIRN_KNOB_FROZEN_MAX_MS_DEFAULT_WINDOWS
                                              : FIRN_KNOB_FROZEN_MAX_MS_DEFAULT;
}
