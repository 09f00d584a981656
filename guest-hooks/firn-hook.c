/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* firn-hook: what qemu-ga starts, and the command for administrators. README.md says how. */
#include <stdio.h>
#include <string.h>

#include "guard-client.h"
#include "guard-settings.h"
#include "hook-check.h"
#include "report.h"

static const FirnPaths paths = {"", 0};

static const char usage[] = "usage: firn-hook freeze | thaw          (for qemu-ga)\n"
                            "       firn-hook prepare | abort | status | list | check\n";

static unsigned
tell_unreachable(const FirnReason *reason)
{
    FirnFailure failure = {.code = FIRN_EXIT_UNREACHABLE, .phase = "", .reason = *reason};

    firn_failure_write(stdout, &failure, sizeof reason->text);
    fputc('\n', stdout);
    return failure.code;
}

static unsigned
ask(const char *verb, bool is_strict)
{
    static FirnClientReply reply;
    FirnReason reason = {""};

    if (!firn_client_ask(&paths, verb, FIRN_GUARD_PROGRAM, &reply, &reason))
        return is_strict ? tell_unreachable(&reason) : FIRN_EXIT_OK;
    if (*reply.text != '\0')
        puts(reply.text);
    return reply.status;
}

/* Without readable settings it is strict. */
static unsigned
freeze(void)
{
    FirnSettings settings;

    return ask("freeze", !firn_settings_load(&settings, &paths, NULL) || settings.is_strict);
}

/* qemu-ga would report an error instead of the number of file systems that it has thawed. */
static unsigned
thaw(void)
{
    static FirnClientReply reply;

    firn_client_ask(&paths, "thaw", NULL, &reply, NULL);
    return FIRN_EXIT_OK;
}

int
main(int argc, char **argv)
{
    const char *verb = argc == 2 ? argv[1] : "";
    FirnVerb known;

    if (strcmp(verb, "freeze") == 0)
        return (int)freeze();
    if (strcmp(verb, "thaw") == 0)
        return (int)thaw();
    if (strcmp(verb, "list") == 0)
        return (int)firn_hook_list(&paths, stdout);
    if (strcmp(verb, "check") == 0)
        return (int)firn_hook_check(&paths, stdout);
    if (firn_verb_parse(verb, &known))
        return (int)ask(verb, true);
    fputs(usage, stderr);
    return FIRN_EXIT_USAGE;
}
