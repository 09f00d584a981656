/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "log-queue.h"

#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PATIENCE_MS 10000

/* Replaces standard error by a pipe that is full; returns its read end. */
static int
block_stderr(void)
{
    int ends[2];

    g_assert_cmpint(pipe2(ends, O_NONBLOCK), ==, 0);
    while (write(ends[1], "x", 1) == 1)
        continue;
    g_assert_cmpint(fcntl(ends[1], F_SETFL, 0), ==, 0);
    g_assert_cmpint(dup2(ends[1], STDERR_FILENO), ==, STDERR_FILENO);
    return ends[0];
}

static void
test_blocked(void)
{
    if (g_test_subprocess()) {
        firn_log_queue_install();
        block_stderr();
        for (guint i = 0; i < 5000; i++)
            g_warning("%u", i);
        firn_log_queue_flush();
        /* Not _exit(): ThreadSanitizer's version flushes, which would block. */
        syscall(SYS_exit_group, 0);
    }
    g_test_trap_subprocess(NULL, 30 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed();
}

/* Prints to standard output, because standard error is what is read here. */
static void
read_until(int end, const char *words)
{
    g_autoptr(GString) text = g_string_new(NULL);
    struct pollfd wanted = {.fd = end, .events = POLLIN};
    char some[4096];

    while (strstr(text->str, words) == NULL) {
        gssize n = poll(&wanted, 1, PATIENCE_MS) == 1 ? read(end, some, sizeof some) : 0;

        if (n <= 0) {
            g_print("not \"%s\"", words);
            syscall(SYS_exit_group, 1);
        }
        g_string_append_len(text, some, n);
    }
}

/* A reader of the log must learn that it is incomplete. */
static void
test_lost(void)
{
    if (g_test_subprocess()) {
        int end;

        firn_log_queue_install();
        end = block_stderr();
        for (guint i = 0; i < 5000; i++)
            g_warning("%u", i);
        read_until(end, "messages were lost");
        syscall(SYS_exit_group, 0);
    }
    g_test_trap_subprocess(NULL, 30 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed();
}

static void
test_last_words(void)
{
    if (g_test_subprocess()) {
        firn_log_queue_install();
        g_error("why it aborts");
    }
    g_test_trap_subprocess(NULL, 30 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*why it aborts*");
}

static void
test_written(void)
{
    if (g_test_subprocess()) {
        firn_log_queue_install();
        g_message("one");
        g_message("two");
        firn_log_queue_flush();
        _exit(0);
    }
    g_test_trap_subprocess(NULL, 30 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr("*one*two*");
}

/* What a guest says cannot look like another line of the log. */
static void
test_printable(void)
{
    if (g_test_subprocess()) {
        firn_log_queue_install();
        g_message("web1: %s", "a\nweb2: \u202eb\u200b\xff\xc2\x9b");
        firn_log_queue_flush();
        _exit(0);
    }
    g_test_trap_subprocess(NULL, 30 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr("*web1: a\\x0aweb2: \\u202eb\\u200b\\xff\\x9b*");
}

/* Logs in a process that runs with this value of G_DEBUG. */
static void
complain(const char *debug, const char *domain, GLogLevelFlags level)
{
    g_setenv("G_DEBUG", debug, TRUE);
    firn_log_queue_install();
    g_log(domain, level, "a complaint");
    firn_log_queue_flush();
    _exit(0);
}

/* A warning of a test's firnd ends it, and can be read. */
static void
test_fatal(void)
{
    if (g_test_subprocess())
        complain("fatal-criticals", "GLib-GObject", G_LOG_LEVEL_WARNING);
    g_test_trap_subprocess(NULL, 30 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*a complaint*");
}

/* Outside of tests it does not end firnd; and a warning of firn's own is for administrators. */
static void
test_harmless(gconstpointer debug)
{
    if (g_test_subprocess())
        complain(debug, *(const char *)debug == 'f' ? "firn-vm" : "GLib", G_LOG_LEVEL_WARNING);
    g_test_trap_subprocess(NULL, 30 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr("*a complaint*");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_log_set_always_fatal(G_LOG_FATAL_MASK);
    g_test_add_func("/host/log-queue/a-blocked-log-stops-nobody", test_blocked);
    g_test_add_func("/host/log-queue/what-is-lost-is-counted", test_lost);
    g_test_add_func("/host/log-queue/last-words", test_last_words);
    g_test_add_func("/host/log-queue/written-in-order", test_written);
    g_test_add_func("/host/log-queue/printable", test_printable);
    g_test_add_func("/host/log-queue/a-complaint-of-glib-ends-a-test", test_fatal);
    g_test_add_data_func("/host/log-queue/a-complaint-of-glib-ends-nobody-else", "", test_harmless);
    g_test_add_data_func("/host/log-queue/a-warning-ends-nobody", "fatal-criticals", test_harmless);
    return g_test_run();
}
