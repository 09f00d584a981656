/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-command.h"

#include <stdio.h>
#include <string.h>

/* Each takes the system folder, the hook's folder, its name, and the stage; %1$s is not in C. */
static const char by_itself[] = "%.0s\"%s\\%s\" %s";
/* With /s cmd.exe removes the outer quotes and leaves the inner ones. */
static const char by_cmd[] = "\"%s\\cmd.exe\" /d /s /c \"\"%s\\%s\" %s\"";
static const char by_powershell[] =
    "\"%s\\WindowsPowerShell\\v1.0\\powershell.exe\" -NoProfile -NonInteractive"
    " -ExecutionPolicy Bypass -File \"%s\\%s\" %s";

static const struct {
    const char *ending;
    const char *format;
} kinds[] = {
    {".exe", by_itself    },
    {".cmd", by_cmd       },
    {".bat", by_cmd       },
    {".ps1", by_powershell},
};

static int
fold_case(char character)
{
    unsigned char byte = (unsigned char)character;

    return byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte;
}

int
firn_hook_command_compare(const char *name, const char *other)
{
    while (*name != '\0' && fold_case(*name) == fold_case(*other)) {
        name++;
        other++;
    }
    return fold_case(*name) - fold_case(*other);
}

static const char *
find_format(const char *name)
{
    size_t length = strlen(name);

    if (length <= 4 || strpbrk(name, "%\"") != NULL)
        return NULL;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (firn_hook_command_compare(name + length - 4, kinds[i].ending) == 0)
            return kinds[i].format;
    }
    return NULL;
}

bool
firn_hook_command_is_hook(const char *name)
{
    return find_format(name) != NULL;
}

bool
firn_hook_command_write(const char *system_folder,
                        const char *hook_folder,
                        const char *name,
                        FirnStage stage,
                        char *out_line,
                        size_t size)
{
    const char *format = find_format(name);
    int length;

    if (format == NULL)
        return false;
    length =
        snprintf(out_line, size, format, system_folder, hook_folder, name, firn_stage_name(stage));
    return length > 0 && (size_t)length < size;
}
