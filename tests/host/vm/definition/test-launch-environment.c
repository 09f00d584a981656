/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "launch-environment.h"

/* Variables of the service itself and invalid names are not passed on. */
static void
test_kept(void)
{
    const char *const environment[] = {"PATH=/bin",
                                       "EMPTY=",
                                       "NOTIFY_SOCKET=/run/systemd/notify",
                                       "STATE_DIRECTORY=/var/lib/firn",
                                       "BASH_FUNC_x%%=() { :; }",
                                       "1ST=x",
                                       "TWO=a\nb",
                                       "LATIN=\xe4",
                                       "words",
                                       "QEMU_AUDIO_DRV=a=b",
                                       NULL};
    g_auto(GStrv) kept = firn_launch_environment_dup(environment);
    g_autofree char *joined = g_strjoinv(" ", kept);

    g_assert_cmpstr(joined, ==, "PATH=/bin EMPTY= QEMU_AUDIO_DRV=a=b");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vm/launch-environment/kept", test_kept);
    return g_test_run();
}
