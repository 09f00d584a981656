/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "held-watch.h"

#include "transcript.h"

#include <stddef.h>
#include <windows.h>

/* What the product might do in another thread gets that long to be seen. */
#define SETTLE_MS 100

static HANDLE folder = INVALID_HANDLE_VALUE;
static HANDLE changed_key;
static HKEY key;

void
firn_held_watch_begin(void)
{
    folder = FindFirstChangeNotificationW(
        L"C:\\ProgramData\\firn",
        TRUE,
        FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_LAST_WRITE | FILE_NOTIFY_CHANGE_SIZE);
    changed_key = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\firn", 0, KEY_NOTIFY, &key) !=
            ERROR_SUCCESS ||
        RegNotifyChangeKeyValue(key,
                                TRUE,
                                REG_NOTIFY_CHANGE_LAST_SET | REG_NOTIFY_CHANGE_NAME,
                                changed_key,
                                TRUE) != ERROR_SUCCESS)
        firn_transcript_add("fault: the registry cannot be watched");
    if (folder == INVALID_HANDLE_VALUE)
        firn_transcript_add("fault: the folder cannot be watched");
}

void
firn_held_watch_end(void)
{
    if (WaitForSingleObject(folder, SETTLE_MS) == WAIT_OBJECT_0)
        firn_transcript_add("fault: a file was written while writes are held");
    if (WaitForSingleObject(changed_key, 0) == WAIT_OBJECT_0)
        firn_transcript_add("fault: the registry was written while writes are held");
    FindCloseChangeNotification(folder);
    RegCloseKey(key);
    CloseHandle(changed_key);
}
