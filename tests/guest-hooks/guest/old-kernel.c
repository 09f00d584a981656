/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* old-kernel PROGRAM [ARGUMENT...]: runs it as on Linux 3.10. System calls that are younger are not
 * implemented, and a timer cannot have a clock that counts suspend. */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* The last one that 3.10 has. */
#define LAST_CALL      __NR_finit_module

#define LOAD(field)    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define RETURN(action) BPF_STMT(BPF_RET | BPF_K, action)
#define FAIL(error)    RETURN(SECCOMP_RET_ERRNO | (error))

static struct sock_filter rules[] = {
    LOAD(nr),
    BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, LAST_CALL, 0, 1),
    FAIL(ENOSYS),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_timerfd_create, 0, 3),
    LOAD(args[0]),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CLOCK_BOOTTIME, 0, 1),
    FAIL(EINVAL),
    RETURN(SECCOMP_RET_ALLOW),
};

int
main(int argc, char **argv)
{
    struct sock_fprog filter = {.len = sizeof rules / sizeof *rules, .filter = rules};

    if (argc < 2 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) {
        perror("old-kernel");
        return 126;
    }
    execv(argv[1], argv + 1);
    perror(argv[1]);
    return 127;
}
