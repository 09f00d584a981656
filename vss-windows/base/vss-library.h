/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <windows.h>

#include <vss.h>
#include <vswriter.h>

#include <vsbackup.h>

/**
 * firn_vss_library_join:
 *
 * Prepares this thread and process for COM as VSS wants it: multithreaded, with packet privacy, and
 * with exceptions of servers not swallowed. Must come before every other call of VSS.
 *
 * Returns: an HRESULT; after success firn_vss_library_leave() must follow
 */
HRESULT firn_vss_library_join(void);

/**
 * firn_vss_library_leave:
 *
 * Ends COM for this thread.
 */
void firn_vss_library_leave(void);

/**
 * firn_vss_library_create_writer:
 * @object: an object whose first word points to a table of CVssWriter's methods
 * @out_writer: (out) (transfer full): how that object calls VSS
 *
 * Calls CreateWriter() of vssapi.dll, which is loaded now, from Windows' own folder only: so that
 * the program starts, and can say what is missing, where there is no VSS.
 *
 * Returns: an HRESULT
 */
HRESULT firn_vss_library_create_writer(void *object, IVssWriterImpl **out_writer);

/**
 * firn_vss_library_create_requester:
 * @out_requester: (out) (transfer full)
 *
 * Calls CreateVssBackupComponentsInternal() of vssapi.dll.
 *
 * Returns: an HRESULT
 */
HRESULT firn_vss_library_create_requester(IVssBackupComponents **out_requester);
