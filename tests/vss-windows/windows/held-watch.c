/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "held-watch.h"

#include "transcript.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <windows.h>

/* What the product might do in another thread gets that long to be seen. */
#define SETTLE_MS 100
#define PRIME     1099511628211u

static uint64_t files_before;
static HANDLE changed_key;
static HKEY key;
static int is_watching;

static uint64_t
mix(uint64_t digest, const void *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        digest = (digest ^ ((const unsigned char *)bytes)[i]) * PRIME;
    return digest;
}

/* Of names, sizes and times of change: wine's notifications leave out what is in subfolders. */
static uint64_t
digest_folder(const wchar_t *folder)
{
    wchar_t path[MAX_PATH];
    WIN32_FIND_DATAW file;
    uint64_t digest = 0;
    HANDLE search;

    swprintf(path, MAX_PATH, L"%ls\\*", folder);
    search = FindFirstFileW(path, &file);
    if (search == INVALID_HANDLE_VALUE)
        return digest;
    do {
        if (file.cFileName[0] == L'.')
            continue;
        digest = mix(digest, file.cFileName, wcslen(file.cFileName) * sizeof(wchar_t));
        digest = mix(digest, &file.ftLastWriteTime, sizeof file.ftLastWriteTime);
        digest = mix(digest, &file.nFileSizeLow, sizeof file.nFileSizeLow);
        swprintf(path, MAX_PATH, L"%ls\\%ls", folder, file.cFileName);
        if ((file.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0)
            digest ^= digest_folder(path);
    } while (FindNextFileW(search, &file));
    FindClose(search);
    return digest;
}

void
firn_held_watch_begin(void)
{
    is_watching = 1;
    files_before = digest_folder(L"C:\\ProgramData\\firn");
    changed_key = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\firn", 0, KEY_NOTIFY, &key) !=
            ERROR_SUCCESS ||
        RegNotifyChangeKeyValue(key,
                                TRUE,
                                REG_NOTIFY_CHANGE_LAST_SET | REG_NOTIFY_CHANGE_NAME,
                                changed_key,
                                TRUE) != ERROR_SUCCESS)
        firn_transcript_add("fault: the registry cannot be watched");
    if (files_before == 0)
        firn_transcript_add("fault: the folder cannot be watched");
}

void
firn_held_watch_end(void)
{
    if (!is_watching)
        return;
    is_watching = 0;
    if (WaitForSingleObject(changed_key, SETTLE_MS) == WAIT_OBJECT_0)
        firn_transcript_add("fault: the registry was written while writes are held");
    if (digest_folder(L"C:\\ProgramData\\firn") != files_before)
        firn_transcript_add("fault: a file was written while writes are held");
    RegCloseKey(key);
    CloseHandle(changed_key);
}
