/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command-writers.h"

#include "output.h"
#include "text.h"
#include "vss-code.h"
#include "vss-library.h"

#include <stdio.h>

/* All writers have to answer twice, and a hanging one may take long. */
#define GATHER_MS 60000
#define POLL_MS   200
/* Names of writers are shorter; a longer one is left out. */
#define NAME_SIZE 1024

typedef HRESULT (*Gather)(IVssBackupComponents *requester, IVssAsync **out_async);

static HRESULT
wait_for(IVssAsync *async)
{
    ULONGLONG end_ms = GetTickCount64() + GATHER_MS;
    HRESULT result, state;

    while (GetTickCount64() < end_ms) {
        result = async->lpVtbl->Wait(async, POLL_MS);
        if (FAILED(result) && result != VSS_E_UNEXPECTED)
            return result;
        result = async->lpVtbl->QueryStatus(async, &state, NULL);
        if (FAILED(result))
            return result;
        if (state != VSS_S_ASYNC_PENDING)
            return state == VSS_S_ASYNC_FINISHED ? S_OK : state;
    }
    async->lpVtbl->Cancel(async);
    return HRESULT_FROM_WIN32(ERROR_TIMEOUT);
}

static HRESULT
gather(IVssBackupComponents *requester, Gather call)
{
    IVssAsync *async = NULL;
    HRESULT result = call(requester, &async);

    if (FAILED(result))
        return result;
    result = wait_for(async);
    async->lpVtbl->Release(async);
    return result;
}

static void
add_guid(FirnJsonText *json, const char *key, const GUID *guid)
{
    char text[40];

    firn_text_describe_guid(guid, text);
    firn_json_text_add_string(json, key, text);
}

static void
add_writer(IVssBackupComponents *requester, UINT index, FirnJsonText *json)
{
    GUID instance = {0}, writer = {0};
    BSTR name = NULL;
    VSS_WRITER_STATE state = VSS_WS_UNKNOWN;
    HRESULT failure = S_OK;
    char text[NAME_SIZE] = "";
    HRESULT result =
        requester->lpVtbl
            ->GetWriterStatus(requester, index, &instance, &writer, &name, &state, &failure);

    if (name != NULL)
        firn_text_narrow(name, text, sizeof text);
    SysFreeString(name);
    firn_json_text_open(json, NULL, '{');
    firn_json_text_add_string(json, "name", text);
    add_guid(json, "id", &writer);
    add_guid(json, "instance", &instance);
    firn_json_text_add_number(json, "state", state);
    firn_json_text_add_string(json, "state_name", firn_writer_state_name(state));
    firn_output_add_code(json, "failure", (uint32_t)(FAILED(result) ? result : failure));
    firn_json_text_add_bool(json,
                            "failed",
                            FAILED(result) || FAILED(failure) ||
                                firn_writer_state_has_failed(state));
    firn_json_text_close(json, '}');
}

static HRESULT
add_writers(IVssBackupComponents *requester, FirnJsonText *json)
{
    UINT n_writers = 0;
    HRESULT result = gather(requester, requester->lpVtbl->GatherWriterStatus);

    if (FAILED(result))
        return result;
    result = requester->lpVtbl->GetWriterStatusCount(requester, &n_writers);
    for (UINT i = 0; SUCCEEDED(result) && i < n_writers; i++)
        add_writer(requester, i, json);
    requester->lpVtbl->FreeWriterStatus(requester);
    return result;
}

/* COPY, because writers hear of this requester, too, and must not take it for a backup. */
static HRESULT
ask(IVssBackupComponents *requester, FirnJsonText *json)
{
    HRESULT result = requester->lpVtbl->InitializeForBackup(requester, NULL);

    if (SUCCEEDED(result))
        result = requester->lpVtbl->SetBackupState(requester, TRUE, FALSE, VSS_BT_COPY, FALSE);
    if (SUCCEEDED(result))
        result = gather(requester, requester->lpVtbl->GatherWriterMetadata);
    if (FAILED(result))
        return result;
    result = add_writers(requester, json);
    requester->lpVtbl->FreeWriterMetadata(requester);
    return result;
}

static HRESULT
ask_vss(FirnJsonText *json)
{
    IVssBackupComponents *requester = NULL;
    HRESULT result = firn_vss_library_join();

    if (FAILED(result))
        return result;
    result = firn_vss_library_create_requester(&requester);
    if (SUCCEEDED(result)) {
        result = ask(requester, json);
        requester->lpVtbl->Release(requester);
    }
    firn_vss_library_leave();
    return result;
}

int
firn_command_writers(void)
{
    ULONGLONG began_ms = GetTickCount64();
    FirnJsonText json = {0};
    HRESULT result;

    firn_output_open(&json);
    firn_json_text_add_number(&json, "uptime_ms", (int64_t)began_ms);
    firn_json_text_open(&json, "writers", '[');
    result = ask_vss(&json);
    firn_json_text_close(&json, ']');
    firn_json_text_add_number(&json, "ms", (int64_t)(GetTickCount64() - began_ms));
    firn_output_add_code(&json, "result", (uint32_t)result);
    return firn_output_print(&json) != 0 || FAILED(result);
}
