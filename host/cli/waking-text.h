/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_waking_text:
 * @result: "a{sv}" of a job that has gone back
 * @vm: name of its VM, as it is to be typed
 *
 * What is said of a guest that went on from RAM of some time ago, if something there did not
 * settle.
 *
 * Returns: (transfer full) (array zero-terminated=1): a sentence for each thing, with what to do
 * about it; empty if all is well, or if no RAM was loaded
 */
GStrv firn_waking_text(GVariant *result, const char *vm);
