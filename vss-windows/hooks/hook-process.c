/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-process.h"

#include "text.h"

#include <strsafe.h>

/* How long the last output of a job that was ended is waited for. */
#define DRAIN_MS 2000
/* What a process of an ended job says of its end. */
#define KILLED 0xdead

typedef struct {
    HANDLE job;
    HANDLE input;       /* NUL, inherited */
    HANDLE output;      /* where the hook writes, inherited */
    HANDLE output_read; /* and where this process reads */
    HANDLE reader;      /* thread */
    PROCESS_INFORMATION process;
    FirnOutputTail *tail;
} HookProcess;

static void
close_handle(HANDLE *handle)
{
    if (*handle != NULL && *handle != INVALID_HANDLE_VALUE)
        CloseHandle(*handle);
    *handle = NULL;
}

static DWORD WINAPI
read_output(void *data)
{
    HookProcess *self = data;
    char bytes[4096];
    DWORD length = 0;

    while (ReadFile(self->output_read, bytes, sizeof bytes, &length, NULL) && length > 0)
        firn_output_tail_append(self->tail, bytes, length);
    return 0;
}

static bool
open_job(HookProcess *self)
{
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0};

    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    self->job = CreateJobObjectW(NULL, NULL);
    return self->job != NULL && SetInformationJobObject(self->job,
                                                        JobObjectExtendedLimitInformation,
                                                        &limits,
                                                        sizeof limits);
}

static bool
open_streams(HookProcess *self)
{
    SECURITY_ATTRIBUTES inherited = {.nLength = sizeof inherited, .bInheritHandle = TRUE};

    self->input = CreateFileW(L"NUL",
                              GENERIC_READ,
                              FILE_SHARE_READ | FILE_SHARE_WRITE,
                              &inherited,
                              OPEN_EXISTING,
                              0,
                              NULL);
    if (self->input == INVALID_HANDLE_VALUE)
        return false;
    return CreatePipe(&self->output_read, &self->output, &inherited, 0) &&
           SetHandleInformation(self->output_read, HANDLE_FLAG_INHERIT, 0);
}

/* Only the two streams are inherited, and not what else this process has open. */
static bool
create_process(HookProcess *self,
               wchar_t *line,
               const wchar_t *folder,
               LPPROC_THREAD_ATTRIBUTE_LIST list)
{
    STARTUPINFOEXW startup = {.lpAttributeList = list};
    HANDLE inherited[] = {self->input, self->output};

    startup.StartupInfo.cb = sizeof startup;
    startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
    startup.StartupInfo.hStdInput = self->input;
    startup.StartupInfo.hStdOutput = self->output;
    startup.StartupInfo.hStdError = self->output;
    return UpdateProcThreadAttribute(list,
                                     0,
                                     PROC_THREAD_ATTRIBUTE_HANDLE_LIST,
                                     inherited,
                                     sizeof inherited,
                                     NULL,
                                     NULL) &&
           CreateProcessW(NULL,
                          line,
                          NULL,
                          NULL,
                          TRUE,
                          CREATE_SUSPENDED | CREATE_NO_WINDOW | EXTENDED_STARTUPINFO_PRESENT,
                          NULL,
                          folder,
                          &startup.StartupInfo,
                          &self->process);
}

static bool
start_process(HookProcess *self, const wchar_t *line, const wchar_t *folder)
{
    BYTE buffer[256];
    LPPROC_THREAD_ATTRIBUTE_LIST list = (LPPROC_THREAD_ATTRIBUTE_LIST)buffer;
    SIZE_T size = sizeof buffer;
    wchar_t own_line[3 * FIRN_PATH_SIZE];
    bool is_started;

    /* CreateProcessW may write into the line. */
    if (FAILED(StringCchCopyW(own_line, 3 * FIRN_PATH_SIZE, line)))
        return false;
    if (!InitializeProcThreadAttributeList(list, 1, 0, &size))
        return false;
    is_started = create_process(self, own_line, folder, list);
    DeleteProcThreadAttributeList(list);
    return is_started;
}

/* It is in the job before it runs its first instruction, so that no child of it can be outside. */
static bool
release_process(HookProcess *self)
{
    if (!AssignProcessToJobObject(self->job, self->process.hProcess))
        return false;
    self->reader = CreateThread(NULL, 0, read_output, self, 0, NULL);
    return self->reader != NULL && ResumeThread(self->process.hThread) != (DWORD)-1;
}

static bool
start(HookProcess *self, const wchar_t *line, const wchar_t *folder, DWORD *out_error)
{
    bool is_started = open_job(self) && open_streams(self) && start_process(self, line, folder) &&
                      release_process(self);

    *out_error = is_started ? ERROR_SUCCESS : GetLastError();
    if (!is_started && self->process.hProcess != NULL)
        TerminateProcess(self->process.hProcess, KILLED);
    /* The reader sees the end when the last process of the job has closed its copy. */
    close_handle(&self->output);
    return is_started;
}

static void
wait_for_end(HookProcess *self, DWORD limit_ms, HANDLE cancel, FirnHookRun *out)
{
    HANDLE waited[] = {self->process.hProcess, cancel};
    DWORD code = 0;

    switch (WaitForMultipleObjects(2, waited, FALSE, limit_ms)) {
    case WAIT_OBJECT_0:
        GetExitCodeProcess(self->process.hProcess, &code);
        out->result = code == 0 ? FIRN_HOOK_OK : FIRN_HOOK_FAILED;
        out->code = code;
        break;
    case WAIT_OBJECT_0 + 1:
        out->result = FIRN_HOOK_CANCELLED;
        break;
    default:
        out->result = FIRN_HOOK_TIMED_OUT;
    }
    TerminateJobObject(self->job, KILLED);
}

static void
finish_reading(HookProcess *self)
{
    if (self->reader == NULL)
        return;
    while (WaitForSingleObject(self->reader, DRAIN_MS) == WAIT_TIMEOUT)
        CancelSynchronousIo(self->reader);
    firn_text_convert_output(self->tail);
}

void
firn_hook_process_run(const wchar_t *line,
                      const wchar_t *folder,
                      DWORD limit_ms,
                      HANDLE cancel,
                      FirnHookRun *out)
{
    HookProcess self = {.tail = &out->output};
    DWORD error;

    if (start(&self, line, folder, &error)) {
        wait_for_end(&self, limit_ms, cancel, out);
    } else {
        out->result = FIRN_HOOK_NOT_STARTED;
        out->code = error;
    }
    finish_reading(&self);
    close_handle(&self.reader);
    close_handle(&self.output_read);
    close_handle(&self.input);
    close_handle(&self.process.hThread);
    close_handle(&self.process.hProcess);
    close_handle(&self.job);
}
