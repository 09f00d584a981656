/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <windows.h>

/**
 * firn_fake_requester_open:
 * @out_requester: (out) (transfer full): an IVssBackupComponents
 *
 * Reads C:\fakevss\writers.txt, which has a writer a line: state, HRESULT in hexadecimal digits,
 * name; or "hang", or "fail HRESULT" for what GatherWriterStatus() does. Notes every call, and
 * refuses those that Microsoft documents for another moment.
 *
 * Returns: an HRESULT
 */
HRESULT firn_fake_requester_open(void **out_requester);
