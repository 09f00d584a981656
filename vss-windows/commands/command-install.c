/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command-install.h"

#include "folders.h"
#include "settings.h"

#include <stdio.h>
#include <strsafe.h>

#define EVENT_KEY  L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\" FIRN_SERVICE_NAME
#define RESTART_MS 1000
#define FORGET_S   86400
/* A stop may have to end a hook, and to thaw. */
#define STOP_MS      60000
#define STOP_POLL_MS 100

/* Between them a zero, at the end two. VSS calls through both. */
static const wchar_t dependencies[] = L"RpcSs\0EventSystem\0";

static int
fail(const char *what, DWORD error)
{
    fprintf(stderr, "firn-vss: %s: error %lu\n", what, error);
    return 1;
}

/* A path with blanks and without quotes would let Windows run another program, such as
 * C:\Program.exe. */
static bool
make_service_line(wchar_t *out_line, wchar_t *out_program)
{
    DWORD length = GetModuleFileNameW(NULL, out_program, FIRN_PATH_SIZE);

    return length > 0 && length < FIRN_PATH_SIZE &&
           SUCCEEDED(StringCchPrintfW(out_line, FIRN_PATH_SIZE, L"\"%s\" service", out_program));
}

static void
describe_service(SC_HANDLE service)
{
    SERVICE_DESCRIPTIONW description = {
        .lpDescription = (wchar_t *)L"Runs hooks around VSS snapshots, and records them for firn."};
    SC_ACTION restart = {SC_ACTION_RESTART, RESTART_MS};
    SERVICE_FAILURE_ACTIONSW recovery = {.dwResetPeriod = FORGET_S,
                                         .cActions = 1,
                                         .lpsaActions = &restart};

    ChangeServiceConfig2W(service, SERVICE_CONFIG_DESCRIPTION, &description);
    ChangeServiceConfig2W(service, SERVICE_CONFIG_FAILURE_ACTIONS, &recovery);
}

static SC_HANDLE
create_service(SC_HANDLE manager, const wchar_t *line)
{
    return CreateServiceW(manager,
                          FIRN_SERVICE_NAME,
                          L"firn VSS Writer",
                          SERVICE_ALL_ACCESS,
                          SERVICE_WIN32_OWN_PROCESS,
                          SERVICE_AUTO_START,
                          SERVICE_ERROR_NORMAL,
                          line,
                          NULL,
                          NULL,
                          dependencies,
                          NULL,
                          NULL);
}

static SC_HANDLE
repair_service(SC_HANDLE manager, const wchar_t *line)
{
    SC_HANDLE service = OpenServiceW(manager, FIRN_SERVICE_NAME, SERVICE_ALL_ACCESS);

    if (service != NULL && !ChangeServiceConfigW(service,
                                                 SERVICE_WIN32_OWN_PROCESS,
                                                 SERVICE_AUTO_START,
                                                 SERVICE_ERROR_NORMAL,
                                                 line,
                                                 NULL,
                                                 NULL,
                                                 dependencies,
                                                 NULL,
                                                 NULL,
                                                 NULL)) {
        CloseServiceHandle(service);
        service = NULL;
    }
    return service;
}

static DWORD
install_service(const wchar_t *line)
{
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_ALL_ACCESS);
    SC_HANDLE service;
    DWORD error = ERROR_SUCCESS;

    if (manager == NULL)
        return GetLastError();
    service = create_service(manager, line);
    if (service == NULL && GetLastError() == ERROR_SERVICE_EXISTS)
        service = repair_service(manager, line);
    if (service != NULL) {
        describe_service(service);
        CloseServiceHandle(service);
    } else {
        error = GetLastError();
    }
    CloseServiceHandle(manager);
    return error;
}

static DWORD
install_events(const wchar_t *program)
{
    const DWORD types = EVENTLOG_ERROR_TYPE | EVENTLOG_WARNING_TYPE | EVENTLOG_INFORMATION_TYPE;
    DWORD size = (DWORD)((wcslen(program) + 1) * sizeof *program);
    DWORD error = (DWORD)
        RegSetKeyValueW(HKEY_LOCAL_MACHINE, EVENT_KEY, L"EventMessageFile", REG_SZ, program, size);

    if (error != ERROR_SUCCESS)
        return error;
    return (DWORD)RegSetKeyValueW(HKEY_LOCAL_MACHINE,
                                  EVENT_KEY,
                                  L"TypesSupported",
                                  REG_DWORD,
                                  &types,
                                  sizeof types);
}

int
firn_command_install(void)
{
    wchar_t line[FIRN_PATH_SIZE], program[FIRN_PATH_SIZE];
    FirnFolders folders;
    DWORD error;

    if (!make_service_line(line, program))
        return fail("the path of this program is too long", GetLastError());
    error = firn_folders_init(&folders);
    if (error == ERROR_SUCCESS)
        error = firn_folders_create(&folders);
    if (error != ERROR_SUCCESS)
        return fail("cannot create folders in ProgramData", error);
    error = install_events(program);
    if (error != ERROR_SUCCESS)
        return fail("cannot register the events", error);
    error = install_service(line);
    return error == ERROR_SUCCESS ? 0 : fail("cannot register the service", error);
}

static void
stop_service(SC_HANDLE service)
{
    SERVICE_STATUS status;

    if (!ControlService(service, SERVICE_CONTROL_STOP, &status))
        return;
    for (DWORD waited_ms = 0; waited_ms < STOP_MS; waited_ms += STOP_POLL_MS) {
        if (!QueryServiceStatus(service, &status) || status.dwCurrentState == SERVICE_STOPPED)
            return;
        Sleep(STOP_POLL_MS);
    }
}

static DWORD
remove_service(SC_HANDLE manager)
{
    SC_HANDLE service = OpenServiceW(manager, FIRN_SERVICE_NAME, SERVICE_ALL_ACCESS);
    DWORD error = ERROR_SUCCESS;

    if (service == NULL)
        return GetLastError();
    stop_service(service);
    if (!DeleteService(service))
        error = GetLastError();
    CloseServiceHandle(service);
    return error;
}

int
firn_command_uninstall(void)
{
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_ALL_ACCESS);
    DWORD error;

    if (manager == NULL)
        return fail("cannot open the service manager", GetLastError());
    error = remove_service(manager);
    CloseServiceHandle(manager);
    RegDeleteTreeW(HKEY_LOCAL_MACHINE, EVENT_KEY);
    if (error == ERROR_SUCCESS || error == ERROR_SERVICE_DOES_NOT_EXIST)
        return 0;
    return fail("cannot remove the service", error);
}
