/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libvirtd.h"

#include <signal.h>

#include "domain.h"
#include "patience.h"
#include "wire.h"

#define PID_FILE      "/run/libvirtd.pid" /* as in with-libvirtd */
#define LOOK_AGAIN_US (20 * 1000)

/* Read while it runs: libvirtd removes the file at a clean exit. */
static GPid latest;

static GPid
get_pid(void)
{
    g_autofree char *text = NULL;

    g_assert_true(firn_test_domain_is_wanted());
    if (g_file_get_contents(PID_FILE, &text, NULL, NULL))
        latest = (GPid)g_ascii_strtoll(text, NULL, 10);
    g_assert_cmpint(latest, >, 1);
    return latest;
}

void
firn_test_libvirtd_signal(int number)
{
    g_assert_no_errno(kill(get_pid(), number));
}

/* It is no child of this process: with-libvirtd reaps it. */
void
firn_test_libvirtd_wait_end(void)
{
    gint64 deadline_us = firn_test_give_up_us();

    while (kill(latest, 0) == 0) {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline_us);
        g_usleep(LOOK_AGAIN_US);
    }
}

void
firn_test_libvirtd_start(void)
{
    gint64 deadline_us = firn_test_give_up_us();
    g_autoptr(GError) error = NULL;

    g_spawn_command_line_sync("libvirtd --daemon --pid-file " PID_FILE, NULL, NULL, NULL, &error);
    g_assert_no_error(error);
    while (firn_test_domain_virsh(NULL, "uri", NULL) != 0) {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline_us);
        g_usleep(LOOK_AGAIN_US);
    }
}
