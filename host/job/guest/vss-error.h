/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "freeze-hint.h"

/**
 * firn_vss_error_of:
 * @code: an HRESULT that VSS returned
 *
 * By its number alone: texts are in the guest's language, or missing. A number that is not known is
 * a failure that is not repeated.
 *
 * Returns: what it means
 */
FirnFreezeHint firn_vss_error_of(guint32 code);

/**
 * firn_vss_error_find:
 * @complaint: the agent's error message
 * @out_code: (out): the number
 *
 * Agents before 10.1 leave out the numbers that Windows has no text for, some of them have each.
 * Source: QEMU, util/error.c, error_setg_win32_internal(): "unknown Windows error 0x80042316";
 * before 2.5: "(error: 80042316)".
 *
 * Returns: whether there is the number of a failure in it
 */
gboolean firn_vss_error_find(const char *complaint, guint32 *out_code);
