/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-folder.h"

#include "checked-path.h"
#include "hook-command.h"
#include "hook-process.h"
#include "hook-stage.h"
#include "vss-code.h"

#include <stdio.h>
#include <strsafe.h>

/* UTF-8 takes at most three bytes for what is one unit of UTF-16. */
#define LINE_SIZE (3 * FIRN_PATH_SIZE)

static void
refuse(FirnRunRecord *record, const char *name, const char *reason)
{
    if (record->refusal[0] == '\0')
        snprintf(record->refusal, sizeof record->refusal, "%.400s: %s", name, reason);
}

static void
check_path(FirnRunRecord *record, const wchar_t *path, const char *name)
{
    const char *reason;

    if (!firn_checked_path_judge(path, &reason))
        refuse(record, name, reason);
}

static void
add_file(const FirnFolders *folders, FirnRunRecord *record, const WIN32_FIND_DATAW *file)
{
    char name[FIRN_RUN_HOOK_NAME_SIZE];
    wchar_t path[FIRN_PATH_SIZE];

    if ((file->dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0 ||
        !firn_text_narrow(file->cFileName, name, sizeof name) || !firn_hook_command_is_hook(name))
        return;
    if (FAILED(StringCchPrintfW(path, FIRN_PATH_SIZE, L"%s\\%s", folders->hooks, file->cFileName)))
        refuse(record, name, "its path is too long");
    else
        check_path(record, path, name);
    if (!firn_run_record_add_hook(record, name))
        refuse(record, name, "there are too many hooks");
}

void
firn_hook_folder_list(const FirnFolders *folders, FirnRunRecord *record)
{
    wchar_t pattern[FIRN_PATH_SIZE];
    WIN32_FIND_DATAW file;
    HANDLE search;

    if (FAILED(StringCchPrintfW(pattern, FIRN_PATH_SIZE, L"%s\\*", folders->hooks)))
        return;
    search = FindFirstFileW(pattern, &file);
    if (search == INVALID_HANDLE_VALUE) {
        if (GetLastError() != ERROR_PATH_NOT_FOUND && GetLastError() != ERROR_FILE_NOT_FOUND)
            refuse(record, "hooks.d", "it cannot be read");
        return;
    }
    check_path(record, folders->data, "the folder above hooks.d");
    check_path(record, folders->hooks, "hooks.d");
    do {
        add_file(folders, record, &file);
    } while (FindNextFileW(search, &file));
    FindClose(search);
    firn_run_record_sort_hooks(record);
}

static void
set_environment(const FirnHookFolder *self, FirnStage stage)
{
    wchar_t text[64];

    firn_text_widen(firn_stage_name(stage), text, 64);
    SetEnvironmentVariableW(L"FIRN_STAGE", text);
    firn_text_widen(firn_backup_type_name(self->backup_type), text, 64);
    SetEnvironmentVariableW(L"FIRN_BACKUP_TYPE", text);
    firn_text_widen(self->snapshot_set, text, 64);
    SetEnvironmentVariableW(L"FIRN_SNAPSHOT_SET", text);
    SetEnvironmentVariableW(L"FIRN_VOLUMES", self->volumes);
    SetEnvironmentVariableW(L"FIRN_FAILED", self->has_failed ? L"1" : NULL);
}

static bool
make_line(const FirnHookFolder *self, const char *name, FirnStage stage, wchar_t *out_line)
{
    char system_folder[LINE_SIZE], hook_folder[LINE_SIZE], line[LINE_SIZE];
    wchar_t wide[FIRN_PATH_SIZE];
    UINT length = GetSystemDirectoryW(wide, FIRN_PATH_SIZE);

    return length > 0 && length < FIRN_PATH_SIZE &&
           firn_text_narrow(wide, system_folder, LINE_SIZE) &&
           firn_text_narrow(self->folders->hooks, hook_folder, LINE_SIZE) &&
           firn_hook_command_write(system_folder, hook_folder, name, stage, line, LINE_SIZE) &&
           firn_text_widen(line, out_line, LINE_SIZE);
}

/* An administrator may have replaced the file since the folder was read, and an attacker too. */
static bool
is_still_trusted(const FirnHookFolder *self, const char *name)
{
    wchar_t wide_name[FIRN_PATH_SIZE], path[FIRN_PATH_SIZE];
    const char *reason;

    return firn_text_widen(name, wide_name, FIRN_PATH_SIZE) &&
           SUCCEEDED(StringCchPrintfW(path,
                                      FIRN_PATH_SIZE,
                                      L"%s\\%s",
                                      self->folders->hooks,
                                      wide_name)) &&
           firn_checked_path_judge(path, &reason);
}

static void
run_hook(void *data, const char *name, FirnStage stage, uint32_t limit_ms, FirnHookRun *out)
{
    FirnHookFolder *self = data;
    wchar_t line[LINE_SIZE], limit[16];

    out->result = FIRN_HOOK_NOT_STARTED;
    out->code = ERROR_ACCESS_DENIED;
    if (!is_still_trusted(self, name) || !make_line(self, name, stage, line))
        return;
    StringCchPrintfW(limit, 16, L"%lu", (unsigned long)limit_ms);
    SetEnvironmentVariableW(L"FIRN_DEADLINE_MS", limit);
    out->code = 0;
    firn_hook_process_run(line, self->folders->hooks, limit_ms, self->cancel, out);
}

static int64_t
get_now_ms(void *data)
{
    return (int64_t)GetTickCount64();
}

static bool
is_cancelled(void *data)
{
    return WaitForSingleObject(((FirnHookFolder *)data)->cancel, 0) == WAIT_OBJECT_0;
}

bool
firn_hook_folder_run_stage(FirnHookFolder *self, FirnRunRecord *record, FirnStage stage)
{
    static const FirnHookRunner runner = {run_hook, get_now_ms, is_cancelled};

    if (record->refusal[0] != '\0') {
        record->failure = record->ignores_failures ? 0 : FIRN_VSS_WRITER_NONRETRYABLE;
        return record->ignores_failures;
    }
    set_environment(self, stage);
    return firn_hook_stage_run(record, stage, &runner, self);
}
