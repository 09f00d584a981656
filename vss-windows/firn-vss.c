/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* firn-vss.exe: one verb, one file in commands/. */
#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <string.h>

#include "command-backup-type.h"
#include "command-check.h"
#include "command-install.h"
#include "command-run-stage.h"
#include "command-status.h"
#include "command-writers.h"
#include "service.h"
#include "text.h"

static const char usage[] =
    "Usage: firn-vss VERB\n"
    "  status --json               what the writer did for the last snapshot\n"
    "  writers --json              all VSS writers and their states\n"
    "  check --json                what may have to be corrected\n"
    "  backup-type get             which backup type qemu-ga asks for\n"
    "  backup-type set copy|full\n"
    "  run-stage prepare|freeze|thaw|post\n"
    "  install, uninstall          the service\n"
    "  service                     started by Windows only\n"
    "  --version\n";

/* Verbs, and the word that must follow. */
static const struct {
    const char *verb;
    const char *word;
    int (*run)(void);
} plain_verbs[] = {
    {"status",      "--json", firn_command_status         },
    {"writers",     "--json", firn_command_writers        },
    {"check",       "--json", firn_command_check          },
    {"backup-type", "get",    firn_command_get_backup_type},
    {"install",     NULL,     firn_command_install        },
    {"uninstall",   NULL,     firn_command_uninstall      },
    {"service",     NULL,     firn_service_run            },
};

static int
print_version(void)
{
    printf("firn-vss %s\n", FIRN_VERSION);
    return 0;
}

static int
run_plain_verb(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof plain_verbs / sizeof plain_verbs[0]; i++) {
        const char *word = plain_verbs[i].word;

        if (strcmp(plain_verbs[i].verb, argv[1]) == 0 && argc == (word != NULL ? 3 : 2) &&
            (word == NULL || strcmp(word, argv[2]) == 0))
            return plain_verbs[i].run();
    }
    fputs(usage, stderr);
    return 2;
}

int
main(int argc, char **argv)
{
    /* No carriage returns in JSON. */
    _setmode(_fileno(stdout), _O_BINARY);
    if (argc == 2 && strcmp(argv[1], "--version") == 0)
        return print_version();
    if (argc == 3 && strcmp(argv[1], "run-stage") == 0)
        return firn_command_run_stage(argv[2]);
    if (argc == 4 && strcmp(argv[1], "backup-type") == 0 && strcmp(argv[2], "set") == 0)
        return firn_command_set_backup_type(argv[3]);
    if (argc < 2) {
        fputs(usage, stderr);
        return 2;
    }
    return run_plain_verb(argc, argv);
}
