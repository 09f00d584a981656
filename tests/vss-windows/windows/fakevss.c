/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* fakevss: what it exports is called vssapi.dll, but it is no VSS. */
#include "fake-requester.h"
#include "fake-writer.h"

HRESULT WINAPI CreateWriter(void *writer, void **out_vss);
HRESULT WINAPI CreateVssBackupComponentsInternal(void **out_requester);

HRESULT WINAPI
CreateWriter(void *writer, void **out_vss)
{
    *out_vss = firn_fake_writer_open(writer);
    return S_OK;
}

HRESULT WINAPI
CreateVssBackupComponentsInternal(void **out_requester)
{
    return firn_fake_requester_open(out_requester);
}
