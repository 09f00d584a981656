/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* test-events.exe PROGRAM: finds the texts of events in PROGRAM, as the event viewer does. Prints
 * TAP. */
#include "events.h"

#include <stdio.h>
#include <windows.h>

static const DWORD ids[] = {
    FIRN_MESSAGE_HOOK_FAILED,
    FIRN_MESSAGE_NOT_CLEAN,
    FIRN_MESSAGE_RUN_CLEAN,
    FIRN_MESSAGE_HOOKS_REFUSED,
    FIRN_MESSAGE_FULL,
    FIRN_MESSAGE_RECOVERED,
};

int
main(int argc, char **argv)
{
    const size_t n_ids = sizeof ids / sizeof ids[0];
    HMODULE program = LoadLibraryExA(argv[1], NULL, LOAD_LIBRARY_AS_DATAFILE);
    const char *inserts[] = {"<1>", "<2>", "<3>"};

    printf("1..%d\n", (int)n_ids);
    for (size_t i = 0; i < n_ids; i++) {
        char text[1024] = "";
        DWORD length = FormatMessageA(FORMAT_MESSAGE_FROM_HMODULE | FORMAT_MESSAGE_ARGUMENT_ARRAY,
                                      program,
                                      ids[i],
                                      0,
                                      text,
                                      sizeof text,
                                      (va_list *)inserts);

        printf("%sok %d %08lx %s\n", length > 0 ? "" : "not ", (int)i + 1, ids[i], text);
    }
    return 0;
}
