/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * is-frozen DIR...: what the kernel says, not what the agent believes. Prints "frozen" if one of
 * them is, or "thawed". A write into each DIR has a process of its own: it either ends, or the
 * kernel shows it asleep in the lock that only a frozen file system holds. Neither within 10 s:
 * prints "unknown", exit status 1.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define FOLDERS_MAX   16
#define LOOKS         2000
#define LOOK_AGAIN_US 5000

static const char *const locks[] = {
    "percpu_rwsem_wait",
    "__sb_start_write",
    "__percpu_down_read",
};

static void
write_into(const char *folder)
{
    char path[512];
    int file;

    snprintf(path, sizeof path, "%s/.firn-probe", folder);
    file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    _exit(file < 0);
}

static int
waits_for_thaw(pid_t writer)
{
    char path[64];
    char place[64] = "";
    FILE *file;

    snprintf(path, sizeof path, "/proc/%d/wchan", writer);
    file = fopen(path, "r");
    if (file == NULL)
        return 0;
    if (fgets(place, sizeof place, file) == NULL)
        place[0] = '\0';
    fclose(file);
    for (size_t i = 0; i < sizeof locks / sizeof *locks; i++)
        if (strncmp(place, locks[i], strlen(locks[i])) == 0)
            return 1;
    return 0;
}

static int
say(const char *word)
{
    puts(word);
    return strcmp(word, "unknown") == 0;
}

/* Whether one of them waits; those that have ended become 0. */
static int
look(pid_t *writers, int count, int *out_left)
{
    int status;

    *out_left = 0;
    for (int i = 0; i < count; i++) {
        if (writers[i] == 0)
            continue;
        if (waitpid(writers[i], &status, WNOHANG) == writers[i]) {
            if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
                exit(say("unknown"));
            writers[i] = 0;
        } else if (waits_for_thaw(writers[i])) {
            return 1;
        } else {
            ++*out_left;
        }
    }
    return 0;
}

int
main(int argc, char **argv)
{
    pid_t writers[FOLDERS_MAX];
    int count = argc - 1;
    int left = count;

    if (count < 1 || count > FOLDERS_MAX)
        return 2;
    for (int i = 0; i < count; i++)
        if ((writers[i] = fork()) == 0)
            write_into(argv[i + 1]);
    for (int i = 0; i < LOOKS; i++) {
        if (look(writers, count, &left))
            return say("frozen");
        if (left == 0)
            return say("thawed");
        usleep(LOOK_AGAIN_US);
    }
    return say("unknown");
}
