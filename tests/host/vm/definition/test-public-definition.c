/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "public-definition.h"

#include <string.h>

static void
test_passwords(void)
{
    g_autofree char *text =
        firn_public_definition("<domain><name>a</name><devices><graphics type='vnc' port='5900' "
                               "passwd='hidden'/></devices></domain>");

    g_assert_null(strstr(text, "passwd"));
    g_assert_null(strstr(text, "hidden"));
    g_assert_nonnull(strstr(text, "port=\"5900\""));
}

static void
test_unreadable(void)
{
    g_assert_null(firn_public_definition("<domain"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vm/public-definition/passwords", test_passwords);
    g_test_add_func("/vm/public-definition/unreadable", test_unreadable);
    return g_test_run();
}
