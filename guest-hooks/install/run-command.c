/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run-command.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

int
firn_run_command(const char *const *words)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        execvp(words[0], (char *const *)words);
        _exit(127);
    }
    if (child < 0)
        return 127;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return 127;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
