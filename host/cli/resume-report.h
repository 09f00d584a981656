/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_resume_report:
 * @result: "a{sv}" result of a restore or an undo
 * @vm: name of its VM, as a user types it
 *
 * Warnings about a guest that was resumed from saved RAM: frozen, or with the wrong time.
 *
 * Returns: (transfer full) (array zero-terminated=1): a sentence with a remedy for each problem;
 * empty if there is none, or if no RAM was loaded
 */
GStrv firn_resume_report(GVariant *result, const char *vm);
