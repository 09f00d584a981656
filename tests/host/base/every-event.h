/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "events.h"

/**
 * firn_test_send_every_event:
 * @about: what they are about
 *
 * Sends every event once, in the order of events.h.
 */
void firn_test_send_every_event(FirnEventSubject about);
