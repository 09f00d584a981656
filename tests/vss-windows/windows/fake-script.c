/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake-script.h"

#include "fake-writer.h"
#include "transcript.h"

#include <stdio.h>
#include <string.h>
#include <tlhelp32.h>

#define AWAIT_MS      100000
#define AWAIT_STEP_MS 20
#define END_MS        5000

static const GUID first_set = {1, 2, 3, {4}};
static const GUID other_set = {9, 9, 9, {9}};

static const struct {
    const char *word;
    FirnBorderCall call;
} calls[] = {
    {"identify",         FIRN_BORDER_IDENTIFY        },
    {"prepare-backup",   FIRN_BORDER_PREPARE_BACKUP  },
    {"prepare-snapshot", FIRN_BORDER_PREPARE_SNAPSHOT},
    {"freeze",           FIRN_BORDER_FREEZE          },
    {"thaw",             FIRN_BORDER_THAW            },
    {"abort",            FIRN_BORDER_ABORT           },
    {"backup-complete",  FIRN_BORDER_BACKUP_COMPLETE },
    {"backup-shutdown",  FIRN_BORDER_BACKUP_SHUTDOWN },
    {"post-snapshot",    FIRN_BORDER_POST_SNAPSHOT   },
};

static const GUID *current = &first_set;
static HANDLE begun;

static DWORD WINAPI
call_writer(void *data)
{
    firn_fake_writer_call((FirnBorderCall)(UINT_PTR)data, current);
    return 0;
}

static FirnBorderCall
find_call(const char *word)
{
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        if (strcmp(calls[i].word, word) == 0)
            return calls[i].call;
    }
    firn_transcript_add("fault: the script says %s", word);
    ExitProcess(1);
}

static void
begin(const char *word)
{
    begun = CreateThread(NULL, 0, call_writer, (void *)(UINT_PTR)find_call(word), 0, NULL);
}

static void
join(void)
{
    WaitForSingleObject(begun, INFINITE);
    CloseHandle(begun);
}

static void
await_file(const char *name)
{
    char path[MAX_PATH];

    snprintf(path, sizeof path, FIRN_FAKEVSS_FOLDER "\\%s", name);
    for (int waited_ms = 0; waited_ms < AWAIT_MS; waited_ms += AWAIT_STEP_MS) {
        if (GetFileAttributesA(path) != INVALID_FILE_ATTRIBUTES)
            return;
        Sleep(AWAIT_STEP_MS);
    }
    firn_transcript_add("fault: %s was awaited in vain", name);
}

static bool
is_running(const char *name)
{
    HANDLE processes = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    PROCESSENTRY32W entry = {.dwSize = sizeof entry};
    bool is_found = false;
    wchar_t wide[MAX_PATH];

    MultiByteToWideChar(CP_UTF8, 0, name, -1, wide, MAX_PATH);
    for (BOOL has_entry = Process32FirstW(processes, &entry); has_entry && !is_found;
         has_entry = Process32NextW(processes, &entry))
        is_found = lstrcmpiW(entry.szExeFile, wide) == 0;
    CloseHandle(processes);
    return is_found;
}

/* A process that was ended is listed until Windows has done so. */
static void
await_end(const char *name)
{
    for (int waited_ms = 0; is_running(name); waited_ms += AWAIT_STEP_MS) {
        if (waited_ms > END_MS) {
            firn_transcript_add("fault: %s still runs", name);
            return;
        }
        Sleep(AWAIT_STEP_MS);
    }
}

static void
play_line(char *line)
{
    char *word = strtok(line, " \r\n");
    char *argument = strtok(NULL, " \r\n");

    if (word == NULL)
        return;
    if (strcmp(word, "begin") == 0) {
        begin(argument);
    } else if (strcmp(word, "join") == 0) {
        join();
    } else if (strcmp(word, "elsewhere") == 0) {
        begin(argument);
        join();
    } else if (strcmp(word, "await") == 0) {
        await_file(argument);
    } else if (strcmp(word, "ended") == 0) {
        await_end(argument);
    } else if (strcmp(word, "set") == 0) {
        current = &first_set;
    } else if (strcmp(word, "other-set") == 0) {
        current = &other_set;
    } else if (strcmp(word, "die") == 0) {
        firn_transcript_add("end");
        TerminateProcess(GetCurrentProcess(), 1);
    } else {
        firn_fake_writer_call(find_call(word), current);
    }
}

static DWORD WINAPI
play(void *data)
{
    FILE *script = fopen(FIRN_FAKEVSS_FOLDER "\\script.txt", "r");
    char line[128];

    while (script != NULL && fgets(line, sizeof line, script) != NULL)
        play_line(line);
    if (script != NULL)
        fclose(script);
    firn_transcript_add("end");
    return 0;
}

void
firn_fake_script_start(void)
{
    CloseHandle(CreateThread(NULL, 0, play, NULL, 0, NULL));
}
