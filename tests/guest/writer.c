/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * writer start [LIMIT] | stop | check: the load inside the test guest.
 *
 * Record N goes to disk a, is made durable, then goes to disk b, is made durable, and only then is
 * acknowledged to the host. So at every instant a holds records 1..N, b holds 1..N or 1..N-1,
 * and no acknowledged record is missing: any cut across both disks can be judged by that.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_A       "/mnt/a/records"
#define FILE_B       "/mnt/b/records"
#define ACK_PORT     "/dev/virtio-ports/firn.ack"
#define PID_FILE     "/run/writer.pid"
#define RECORD_BYTES 16

static void
die(const char *what)
{
    fprintf(stderr, "writer: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* Number of whole records in order from 1; -1 if one is out of order or torn, -2 if no file. */
static long
count_records(const char *path)
{
    char record[RECORD_BYTES];
    char expected[2 * RECORD_BYTES];
    long count = 0;
    size_t got;
    FILE *file = fopen(path, "r");

    if (file == NULL)
        return -2;
    while ((got = fread(record, 1, RECORD_BYTES, file)) == RECORD_BYTES) {
        snprintf(expected, sizeof expected, "record %08ld\n", count + 1);
        if (memcmp(record, expected, RECORD_BYTES) != 0)
            break;
        count++;
    }
    fclose(file);
    return got == 0 ? count : -1;
}

static void
append(int fd, const char *path, long number)
{
    char record[2 * RECORD_BYTES];

    snprintf(record, sizeof record, "record %08ld\n", number);
    if (write(fd, record, RECORD_BYTES) != RECORD_BYTES || fsync(fd) != 0)
        die(path);
}

static int
open_records(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);

    if (fd < 0)
        die(path);
    return fd;
}

static void
write_records(long limit)
{
    int fd_a = open_records(FILE_A);
    int fd_b = access("/mnt/b", F_OK) == 0 ? open_records(FILE_B) : -1;
    int ack = open(ACK_PORT, O_WRONLY | O_CLOEXEC);
    long done_a = count_records(FILE_A);
    long done_b = fd_b >= 0 ? count_records(FILE_B) : done_a;

    /* Of an emulated processor it leaves the agent its turn. */
    (void)!nice(19);
    if (done_a < 0 || (done_b != done_a && done_b != done_a - 1))
        die("records on the two disks do not fit together");
    if (done_b < done_a)
        append(fd_b, FILE_B, done_a);
    for (long number = done_a + 1; limit == 0 || number <= limit; number++) {
        append(fd_a, FILE_A, number);
        if (fd_b >= 0)
            append(fd_b, FILE_B, number);
        if (ack >= 0)
            dprintf(ack, "ack %ld\n", number);
    }
    unlink(PID_FILE);
}

static int
start(long limit)
{
    pid_t pid = fork();

    if (pid < 0)
        die("fork");
    if (pid == 0) {
        setsid();
        write_records(limit);
        exit(0);
    }
    FILE *file = fopen(PID_FILE, "w");
    if (file == NULL)
        die(PID_FILE);
    fprintf(file, "%d\n", (int)pid);
    fclose(file);
    return 0;
}

static int
stop(void)
{
    int pid = 0;
    FILE *file = fopen(PID_FILE, "r");

    if (file == NULL)
        return 0;
    if (fscanf(file, "%d", &pid) == 1 && pid > 0)
        kill(pid, SIGKILL);
    fclose(file);
    unlink(PID_FILE);
    return 0;
}

static int
check(void)
{
    long a = count_records(FILE_A);
    long b = access("/mnt/b", F_OK) == 0 ? count_records(FILE_B) : a;

    printf("a=%ld b=%ld\n", a, b);
    return a >= 0 && (b == a || b == a - 1) ? 0 : 1;
}

int
main(int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "";

    if (strcmp(verb, "start") == 0)
        return start(argc > 2 ? atol(argv[2]) : 0);
    if (strcmp(verb, "stop") == 0)
        return stop();
    if (strcmp(verb, "check") == 0)
        return check();
    fprintf(stderr, "usage: writer start [LIMIT] | stop | check\n");
    return 2;
}
