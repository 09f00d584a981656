/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "generation-id.h"

#include <string.h>

#define OLD "12345678-1234-4234-8234-123456789abc"

static void
test_renewed(void)
{
    g_autofree char *first = firn_generation_id_renew("<domain><name>web1</name><genid>" OLD
                                                      "</genid><vcpu>2</vcpu></domain>");
    g_autofree char *second = firn_generation_id_renew(first);

    g_assert_nonnull(strstr(first, "<name>web1</name><genid>"));
    g_assert_nonnull(strstr(first, "</genid><vcpu>2</vcpu></domain>"));
    g_assert_null(strstr(first, OLD));
    g_assert_cmpstr(first, !=, second);
    g_assert_cmpuint(strlen(first), ==, strlen(second));
}

/* libvirt fills it in when the domain is defined. */
static void
test_empty(void)
{
    g_autofree char *text = firn_generation_id_renew("<domain><genid/></domain>");
    const char *at = strstr(text, "<genid>");

    g_assert_nonnull(at);
    g_assert_cmpuint(strcspn(at + strlen("<genid>"), "<"), ==, strlen(OLD));
}

static void
test_none(void)
{
    g_assert_null(firn_generation_id_renew("<domain><name>web1</name></domain>"));
    /* The element belongs to another program's metadata. */
    g_assert_null(firn_generation_id_renew("<domain><metadata><genid/></metadata></domain>"));
    g_assert_null(firn_generation_id_renew("<domain>"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vm/generation-id/renewed", test_renewed);
    g_test_add_func("/vm/generation-id/empty", test_empty);
    g_test_add_func("/vm/generation-id/none", test_none);
    return g_test_run();
}
