/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "service.h"

#include "settings.h"
#include "vss-library.h"
#include "writer.h"

#include <stdio.h>

/* Recovery of what an earlier service has left takes as long as a thaw stage. */
#define START_HINT_MS 40000
/* A stop may have to end a hook, and to thaw. */
#define STOP_HINT_MS 60000

typedef struct {
    SERVICE_STATUS_HANDLE status;
    HANDLE stop; /* (owned) event */
} Service;

static Service service;

static void
report_state(DWORD state, DWORD hint_ms, HRESULT result)
{
    SERVICE_STATUS status = {
        .dwServiceType = SERVICE_WIN32_OWN_PROCESS,
        .dwCurrentState = state,
        .dwControlsAccepted =
            state == SERVICE_RUNNING ? SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_PRESHUTDOWN : 0,
        .dwWin32ExitCode = FAILED(result) ? ERROR_SERVICE_SPECIFIC_ERROR : NO_ERROR,
        .dwServiceSpecificExitCode = (DWORD)result,
        .dwWaitHint = hint_ms,
    };

    SetServiceStatus(service.status, &status);
}

static DWORD WINAPI
on_control(DWORD control, DWORD type, void *event, void *data)
{
    switch (control) {
    case SERVICE_CONTROL_STOP:
    case SERVICE_CONTROL_PRESHUTDOWN:
        report_state(SERVICE_STOP_PENDING, STOP_HINT_MS, S_OK);
        SetEvent(service.stop);
        return NO_ERROR;
    case SERVICE_CONTROL_INTERROGATE:
        return NO_ERROR;
    default:
        return ERROR_CALL_NOT_IMPLEMENTED;
    }
}

static HRESULT
serve(const FirnFolders *folders)
{
    FirnWriter *writer = NULL;
    HRESULT result = firn_writer_new(folders, &writer);

    if (result != S_OK)
        return FAILED(result) ? result : E_ABORT;
    report_state(SERVICE_RUNNING, 0, S_OK);
    WaitForSingleObject(service.stop, INFINITE);
    firn_writer_free(writer);
    return S_OK;
}

static HRESULT
join_and_serve(void)
{
    FirnFolders folders;
    DWORD error = firn_folders_init(&folders);
    HRESULT result;

    if (error == ERROR_SUCCESS)
        error = firn_folders_create(&folders);
    if (error != ERROR_SUCCESS)
        return HRESULT_FROM_WIN32(error);
    result = firn_vss_library_join();
    if (FAILED(result))
        return result;
    result = serve(&folders);
    firn_vss_library_leave();
    return result;
}

static void WINAPI
run_service(DWORD n_arguments, wchar_t **arguments)
{
    HRESULT result = E_OUTOFMEMORY;

    service.status = RegisterServiceCtrlHandlerExW(FIRN_SERVICE_NAME, on_control, NULL);
    if (service.status == NULL)
        return;
    report_state(SERVICE_START_PENDING, START_HINT_MS, S_OK);
    service.stop = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (service.stop != NULL)
        result = join_and_serve();
    report_state(SERVICE_STOPPED, 0, result);
}

int
firn_service_run(void)
{
    static const SERVICE_TABLE_ENTRYW table[] = {
        {(wchar_t *)FIRN_SERVICE_NAME, run_service},
        {NULL,                         NULL       },
    };

    if (StartServiceCtrlDispatcherW(table))
        return 0;
    fprintf(stderr,
            "firn-vss: only Windows starts the service (sc start firn-vss): error %lu\n",
            GetLastError());
    return 1;
}
