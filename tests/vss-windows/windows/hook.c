/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * hook.exe STAGE: a hook for tests, under any name. Notes each call in C:\fakevss\hooks.txt,
 * creates NAME-STAGE.ran there, and does what the file NAME-STAGE there says: "exit N"; "hang":
 * creates "hanging" there and never ends; "spawn": starts itself with "hang", and does not end
 * either; "chatter": prints 400000 bytes. As "hook.exe keep" it waits for the end of its input, and
 * wine's services with it.
 */
#include "transcript.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#define CHATTER_LINES 4000

static void
note(const char *name, const char *stage)
{
    FILE *file = fopen(FIRN_FAKEVSS_FOLDER "\\hooks.txt", "a");
    const char *failed = getenv("FIRN_FAILED"), *type = getenv("FIRN_BACKUP_TYPE");
    const char *set = getenv("FIRN_SNAPSHOT_SET"), *volumes = getenv("FIRN_VOLUMES");

    if (file == NULL)
        return;
    fprintf(file,
            "%s %s failed=%s type=%s set=%.9s volumes=%s\n",
            name,
            stage,
            failed != NULL ? failed : "0",
            type != NULL ? type : "",
            set != NULL ? set : "",
            volumes != NULL ? volumes : "");
    fclose(file);
}

static void
touch(const char *path)
{
    FILE *file = fopen(path, "w");

    if (file != NULL)
        fclose(file);
}

static void
hang(void)
{
    touch(FIRN_FAKEVSS_FOLDER "\\hanging");
    Sleep(INFINITE);
}

static void
spawn(const char *program)
{
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    char line[MAX_PATH];

    snprintf(line, sizeof line, "\"%s\" hang", program);
    if (CreateProcessA(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process))
        Sleep(INFINITE);
}

static void
chatter(void)
{
    for (int i = 0; i < CHATTER_LINES; i++)
        printf("line %04d: %089d\n", i, 0);
}

static int
obey(const char *program, const char *name, const char *stage)
{
    char path[MAX_PATH], order[32] = "";
    int code = 0;
    FILE *file;

    snprintf(path, sizeof path, FIRN_FAKEVSS_FOLDER "\\%s-%s.ran", name, stage);
    touch(path);
    snprintf(path, sizeof path, FIRN_FAKEVSS_FOLDER "\\%s-%s", name, stage);
    file = fopen(path, "r");
    if (file == NULL)
        return 0;
    fgets(order, sizeof order, file);
    fclose(file);
    if (strncmp(order, "hang", 4) == 0)
        hang();
    if (strncmp(order, "spawn", 5) == 0)
        spawn(program);
    if (strncmp(order, "chatter", 7) == 0)
        chatter();
    sscanf(order, "exit %d", &code);
    return code;
}

int
main(int argc, char **argv)
{
    char program[MAX_PATH], *name;

    if (argc != 2)
        return 2;
    if (strcmp(argv[1], "keep") == 0) {
        touch(FIRN_FAKEVSS_FOLDER "\\kept");
        while (getchar() != EOF)
            ;
        return 0;
    }
    if (strcmp(argv[1], "hang") == 0)
        hang();
    GetModuleFileNameA(NULL, program, sizeof program);
    name = strrchr(program, '\\') + 1;
    note(name, argv[1]);
    return obey(program, name, argv[1]);
}
