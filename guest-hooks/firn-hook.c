/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* firn-hook: what qemu-ga starts, and the command for administrators. README.md says how. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "guard-client.h"
#include "guard-settings.h"
#include "hook-check.h"
#include "hook-install.h"
#include "report.h"
#include "run-command.h"

#define ROOT "--root="

static const FirnPaths paths = {"", 0};

static const char usage[] = "usage: firn-hook freeze | thaw          (for qemu-ga)\n"
                            "       firn-hook prepare | abort | status | list | check\n"
                            "       firn-hook install | uninstall [--root=FOLDER]\n";

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

static bool
find_own_folder(char *folder, size_t room)
{
    ssize_t length = readlink("/proc/self/exe", folder, room - 1);

    folder[length < 0 ? 0 : length] = '\0';
    if (strrchr(folder, '/') != NULL)
        *strrchr(folder, '/') = '\0';
    return length > 0 && (size_t)length < room - 1;
}

/* @root: "", or another system's. */
static unsigned
change_system(bool is_removal, const char *root)
{
    char folder[FIRN_PATH_BYTES];
    FirnPaths other = {root, 0};
    FirnInstall install = {
        .paths = &other,
        .source = folder,
        .hook = FIRN_HOOK_PROGRAM,
        .guard = FIRN_GUARD_PROGRAM,
        .port = FIRN_PORT_PROGRAM,
        .run = *root == '\0' ? firn_run_command : NULL,
    };

    if (geteuid() != 0 || !find_own_folder(folder, sizeof folder)) {
        fputs("firn-hook: only root can do that\n", stderr);
        return FIRN_EXIT_CONFIG;
    }
    return is_removal ? firn_uninstall(&install, stdout) : firn_install(&install, stdout);
}

static bool
is_change(int argc, char **argv)
{
    bool is_known =
        argc >= 2 && (strcmp(argv[1], "install") == 0 || strcmp(argv[1], "uninstall") == 0);

    return is_known &&
           (argc == 2 || (argc == 3 && strncmp(argv[2], ROOT "/", strlen(ROOT "/")) == 0));
}

int
main(int argc, char **argv)
{
    const char *verb = argc == 2 ? argv[1] : "";
    FirnVerb known;

    if (is_change(argc, argv))
        return (int)change_system(*argv[1] == 'u', argc == 3 ? argv[2] + strlen(ROOT) : "");
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
