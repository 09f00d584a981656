/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "clock.h"

#include <sys/mman.h>
#include <unistd.h>

static gint64 *ahead_us; /* (nullable) shared with the programs */
static char *path;       /* (owned) (nullable) while the test runs */

void
firn_test_clock_start(void)
{
    int file;

    if (ahead_us != NULL)
        return;
    /* Has no name in a folder, so that nothing is left of it, however the test ends. */
    file = memfd_create("firn-clock", MFD_CLOEXEC);
    g_assert_cmpint(file, >=, 0);
    path = g_strdup_printf("/proc/%d/fd/%d", getpid(), file);
    g_assert_no_errno(ftruncate(file, sizeof *ahead_us));
    ahead_us = mmap(NULL, sizeof *ahead_us, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    g_assert_true(ahead_us != MAP_FAILED);
}

GStrv
firn_test_clock_setenv(GStrv environment)
{
    const char *options = g_environ_getenv(environment, "ASAN_OPTIONS");
    g_autofree char *all = g_strdup_printf("%s:verify_asan_link_order=0", options ? options : "");

    if (path == NULL)
        return environment;
    environment = g_environ_setenv(environment, "FIRN_TEST_CLOCK", path, TRUE);
    environment = g_environ_setenv(environment, "LD_PRELOAD", FIRN_TEST_SHIFTED_CLOCK, TRUE);
    return g_environ_setenv(environment, "ASAN_OPTIONS", all, TRUE);
}

void
firn_test_clock_advance(guint ms)
{
    g_assert_nonnull(ahead_us);
    __atomic_add_fetch(ahead_us, ms * G_TIME_SPAN_MILLISECOND, __ATOMIC_SEQ_CST);
}

gint64
firn_test_clock_now_us(void)
{
    gint64 now_us = g_get_monotonic_time();

    return ahead_us == NULL ? now_us : now_us + __atomic_load_n(ahead_us, __ATOMIC_SEQ_CST);
}
