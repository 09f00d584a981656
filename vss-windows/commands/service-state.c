/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "service-state.h"

static const char *
name_state(DWORD state)
{
    switch (state) {
    case SERVICE_RUNNING:
        return "running";
    case SERVICE_STOPPED:
        return "stopped";
    case SERVICE_START_PENDING:
        return "starting";
    case SERVICE_STOP_PENDING:
        return "stopping";
    case SERVICE_PAUSED:
        return "paused";
    default:
        return "unknown";
    }
}

static const char *
query_state(SC_HANDLE manager, const wchar_t *name)
{
    SC_HANDLE service = OpenServiceW(manager, name, SERVICE_QUERY_STATUS);
    const char *state = "unknown";
    SERVICE_STATUS status;

    if (service == NULL)
        return GetLastError() == ERROR_SERVICE_DOES_NOT_EXIST ? "absent" : "unknown";
    if (QueryServiceStatus(service, &status))
        state = name_state(status.dwCurrentState);
    CloseServiceHandle(service);
    return state;
}

const char *
firn_service_state_get(const wchar_t *name)
{
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    const char *state = "unknown";

    if (manager != NULL) {
        state = query_state(manager, name);
        CloseServiceHandle(manager);
    }
    return state;
}
