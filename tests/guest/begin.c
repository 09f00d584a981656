/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * begin: waits while this guest's RAM is being saved (tests/guest/README.md), and mounts its disks
 * then. A guest that is resumed from that RAM is in another QEMU, at another time: its clock is set
 * and its random numbers are stirred first. One program that runs already, since each that a guest
 * has to start takes its emulated processor long.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/rtc.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define START         "/sys/firmware/qemu_fw_cfg/by_name/opt/firn/start/raw"
#define LOOK_AGAIN_US 20000

static void
complain(const char *what)
{
    fprintf(stderr, "begin: %s: %s\n", what, strerror(errno));
}

/* From the start of the file each time: QEMU may be another one since. */
static ssize_t
read_file(const char *path, char *text, size_t room)
{
    int file = open(path, O_RDONLY);
    ssize_t got = file < 0 ? -1 : read(file, text, room - 1);

    if (file >= 0)
        close(file);
    text[got < 0 ? 0 : got] = '\0';
    return got;
}

static int
is_being_saved(char *start, size_t room)
{
    return read_file(START, start, room) > 0 && strncmp(start, "save", strlen("save")) == 0;
}

/* Only now may the RAM be saved: a guest that is resumed from it knows that it was. */
static void
announce_save(void)
{
    int console = open("/dev/console", O_WRONLY | O_NOCTTY);

    if (console < 0 || write(console, "firn-save\n", strlen("firn-save\n")) < 0)
        complain("/dev/console");
    close(console);
}

static void
set_clock(void)
{
    int rtc = open("/dev/rtc0", O_RDONLY);
    struct rtc_time now = {0};
    struct timeval seconds = {0};
    struct tm fields = {0};

    if (rtc < 0 || ioctl(rtc, RTC_RD_TIME, &now) != 0) {
        complain("/dev/rtc0");
        return;
    }
    fields.tm_sec = now.tm_sec;
    fields.tm_min = now.tm_min;
    fields.tm_hour = now.tm_hour;
    fields.tm_mday = now.tm_mday;
    fields.tm_mon = now.tm_mon;
    fields.tm_year = now.tm_year;
    seconds.tv_sec = timegm(&fields);
    if (settimeofday(&seconds, NULL) != 0)
        complain("clock");
    close(rtc);
}

/* All guests that are resumed from one file have the same pool of random numbers until then. */
static void
stir_random_numbers(void)
{
    static const char *const sources[] = {"/proc/uptime",
                                          "/proc/interrupts",
                                          "/proc/driver/rtc",
                                          START};
    int pool = open("/dev/urandom", O_WRONLY);
    char text[4096];
    ssize_t got;

    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        got = read_file(sources[i], text, sizeof text);
        if (got > 0 && write(pool, text, (size_t)got) != got)
            complain("/dev/urandom");
    }
    close(pool);
}

static void
mount_disk(const char *device, const char *folder)
{
    if (access(device, F_OK) == 0 && mount(device, folder, "ext4", 0, "noinit_itable") != 0)
        complain(device);
}

static int
has_word(const char *words, const char *word)
{
    const char *found = strstr(words, word);

    return found != NULL && (found[strlen(word)] == '\0' || strchr(" \n", found[strlen(word)]));
}

int
main(void)
{
    char start[1024];
    char kernel_words[4096];
    int was_saved = 0;

    while (is_being_saved(start, sizeof start)) {
        if (!was_saved) {
            was_saved = 1;
            announce_save();
        }
        usleep(LOOK_AGAIN_US);
    }
    if (was_saved) {
        set_clock();
        stir_random_numbers();
    }
    read_file("/proc/cmdline", kernel_words, sizeof kernel_words);
    if (has_word(start, "firn.nomount") || has_word(kernel_words, "firn.nomount"))
        return 0;
    mount_disk("/dev/vda", "/mnt/a");
    mount_disk("/dev/vdb", "/mnt/b");
    return 0;
}
