/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run-file.h"

#include <stdlib.h>
#include <strsafe.h>

/* More than the largest record: 32 hooks, four stages, and 4096 characters that are all escaped. */
#define DOCUMENT_MAX (8 * 1024 * 1024)

static DWORD
last_error_unless(bool is_well)
{
    return is_well ? ERROR_SUCCESS : GetLastError();
}

static DWORD
write_file(const wchar_t *path, const char *text)
{
    HANDLE file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    DWORD length = (DWORD)strlen(text), written, error;

    if (file == INVALID_HANDLE_VALUE)
        return GetLastError();
    error =
        last_error_unless(WriteFile(file, text, length, &written, NULL) && FlushFileBuffers(file));
    CloseHandle(file);
    return error;
}

static bool
make_path(const FirnFolders *folders, const wchar_t *name, wchar_t *out_path)
{
    return SUCCEEDED(StringCchPrintfW(out_path, FIRN_PATH_SIZE, L"%s\\%s", folders->state, name));
}

static char *
write_document(const FirnRunRecord *record, FirnCycleOutcome outcome)
{
    FirnJsonText json = {0};

    firn_run_record_write_json(record, &json, NULL, outcome);
    return firn_json_text_finish(&json);
}

DWORD
firn_run_file_save(const FirnFolders *folders,
                   const FirnRunRecord *record,
                   FirnCycleOutcome outcome)
{
    wchar_t path[FIRN_PATH_SIZE], new_path[FIRN_PATH_SIZE];
    char *text;
    DWORD error;

    if (!make_path(folders, L"last-run.json", path) ||
        !make_path(folders, L"last-run.json.new", new_path))
        return ERROR_FILENAME_EXCED_RANGE;
    text = write_document(record, outcome);
    if (text == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    error = write_file(new_path, text);
    free(text);
    if (error != ERROR_SUCCESS)
        return error;
    return last_error_unless(
        MoveFileExW(new_path, path, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH));
}

static char *
read_file(HANDLE file)
{
    DWORD size = GetFileSize(file, NULL), length = 0;
    char *text;

    if (size == 0 || size > DOCUMENT_MAX)
        return NULL;
    text = calloc(1, size + 1);
    if (text != NULL && ReadFile(file, text, size, &length, NULL) && length == size)
        return text;
    free(text);
    return NULL;
}

char *
firn_run_file_load(const FirnFolders *folders)
{
    wchar_t path[FIRN_PATH_SIZE];
    HANDLE file;
    char *text;

    if (!make_path(folders, L"last-run.json", path))
        return NULL;
    file = CreateFileW(path,
                       GENERIC_READ,
                       FILE_SHARE_READ | FILE_SHARE_DELETE,
                       NULL,
                       OPEN_EXISTING,
                       0,
                       NULL);
    if (file == INVALID_HANDLE_VALUE)
        return NULL;
    text = read_file(file);
    CloseHandle(file);
    return text;
}

DWORD
firn_run_file_set_quiesced(const FirnFolders *folders, bool is_quiesced)
{
    wchar_t path[FIRN_PATH_SIZE];

    if (!make_path(folders, L"quiesced", path))
        return ERROR_FILENAME_EXCED_RANGE;
    if (is_quiesced)
        return write_file(path, "thaw hooks must run\r\n");
    return last_error_unless(DeleteFileW(path) || GetLastError() == ERROR_FILE_NOT_FOUND);
}

bool
firn_run_file_is_quiesced(const FirnFolders *folders)
{
    wchar_t path[FIRN_PATH_SIZE];

    return make_path(folders, L"quiesced", path) &&
           GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}
