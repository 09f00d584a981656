/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vss-library.h"

#include <objbase.h>
#include <objidl.h>

typedef HRESULT(WINAPI *CreateWriterCall)(void *object, IVssWriterImpl **out_writer);
typedef HRESULT(WINAPI *CreateRequesterCall)(IVssBackupComponents **out_requester);

/* An exception in a callback must end this process, which is restarted, instead of being lost. */
static void
keep_exceptions(void)
{
    IGlobalOptions *options = NULL;

    if (FAILED(CoCreateInstance(&CLSID_GlobalOptions,
                                NULL,
                                CLSCTX_INPROC_SERVER,
                                &IID_IGlobalOptions,
                                (void **)&options)))
        return;
    IGlobalOptions_Set(options, COMGLB_EXCEPTION_HANDLING, COMGLB_EXCEPTION_DONOT_HANDLE);
    IGlobalOptions_Release(options);
}

HRESULT
firn_vss_library_join(void)
{
    HRESULT result = CoInitializeEx(NULL, COINIT_MULTITHREADED);

    if (FAILED(result))
        return result;
    result = CoInitializeSecurity(NULL,
                                  -1,
                                  NULL,
                                  NULL,
                                  RPC_C_AUTHN_LEVEL_PKT_PRIVACY,
                                  RPC_C_IMP_LEVEL_IDENTIFY,
                                  NULL,
                                  EOAC_NONE,
                                  NULL);
    if (FAILED(result)) {
        CoUninitialize();
        return result;
    }
    keep_exceptions();
    return S_OK;
}

void
firn_vss_library_leave(void)
{
    CoUninitialize();
}

static FARPROC
find_call(const char *name)
{
    static HMODULE library;

    if (library == NULL)
        library = LoadLibraryExW(L"vssapi.dll", NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);
    return library != NULL ? GetProcAddress(library, name) : NULL;
}

HRESULT
firn_vss_library_create_writer(void *object, IVssWriterImpl **out_writer)
{
    CreateWriterCall call = (CreateWriterCall)(void *)find_call("CreateWriter");

    return call != NULL ? call(object, out_writer) : HRESULT_FROM_WIN32(GetLastError());
}

HRESULT
firn_vss_library_create_requester(IVssBackupComponents **out_requester)
{
    CreateRequesterCall call =
        (CreateRequesterCall)(void *)find_call("CreateVssBackupComponentsInternal");

    return call != NULL ? call(out_requester) : HRESULT_FROM_WIN32(GetLastError());
}
