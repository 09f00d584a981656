/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libvirt-thaw.h"

#include "host-error.h"
#include "libvirt-connection.h"
#include "slow-libvirt.h"

#define URI         "test:///default" /* one domain, "test", of this UUID */
#define UUID        "6695eb01-f6a4-8304-79aa-97f2502e193f"
#define UUID_NOBODY "00000000-0000-4000-8000-000000000000"
#define LIMIT_MS    60000

static void
test_frozen(void)
{
    g_autoptr(GError) error = NULL;

    firn_slow_libvirt_reset();
    firn_slow_libvirt_set_frozen(TRUE);
    g_assert_true(firn_libvirt_thaw(URI, UUID, LIMIT_MS, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(firn_slow_libvirt_count("thaw"), ==, 1);
    g_assert_cmpint(firn_slow_libvirt_set_frozen(FALSE), ==, 0);
}

typedef struct {
    gboolean ok;
    GError *error;
} Outcome;

static gpointer
thaw(gpointer data)
{
    Outcome *outcome = data;

    outcome->ok = firn_libvirt_thaw(URI, UUID, LIMIT_MS, &outcome->error);
    return NULL;
}

/* An earlier firnd's freeze waits in libvirtd, and arrives after the first thaw. */
static void
test_frozen_later(void)
{
    Outcome outcome = {FALSE, NULL};
    GThread *thread;

    firn_slow_libvirt_reset();
    thread = g_thread_new("thaw", thaw, &outcome);
    while (firn_slow_libvirt_count("thaw") == 0)
        g_thread_yield();
    firn_slow_libvirt_set_frozen(TRUE);
    g_thread_join(thread);
    g_assert_no_error(outcome.error);
    g_assert_true(outcome.ok);
    g_assert_cmpint(firn_slow_libvirt_set_frozen(FALSE), ==, 0);
}

static void
test_never_after_the_limit(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *log = NULL;

    firn_slow_libvirt_reset();
    firn_slow_libvirt_set_frozen(TRUE);
    g_assert_false(firn_libvirt_thaw(URI, UUID, 0, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_AGENT_UNAVAILABLE);
    log = firn_slow_libvirt_dup_log();
    g_assert_cmpstr(log, ==, "");
}

static void
test_no_domain(void)
{
    g_autoptr(GError) error = NULL;

    firn_slow_libvirt_reset();
    g_assert_true(firn_libvirt_thaw(URI, UUID_NOBODY, LIMIT_MS, &error));
    g_assert_no_error(error);
}

#define ACTIVE(pages) "{\"status\": \"active\", \"ram\": {\"normal\": " pages "}}"

static const char *const protecting[] = {
    "[{\"capability\": \"background-snapshot\", \"state\": true}]",
    "{\"status\": \"setup\"}",
    ACTIVE("0"),
    ACTIVE("1"),
    NULL,
};
/* A migration that has not ended would stop the guest again. */
static const char *const plain[] = {
    "[{\"capability\": \"background-snapshot\", \"state\": false}]",
    "{}",
    ACTIVE("1"),
    "{\"status\": \"cancelled\"}",
    NULL,
};

/* The guest is resumed after QEMU has recorded the instant of its RAM, and before the stream
 * ends. */
static void
test_stopped(gconstpointer answers)
{
    g_autoptr(virConnect) connection = virConnectOpen(URI);
    g_autoptr(virDomain) domain = virDomainLookupByUUIDString(connection, UUID);
    g_autoptr(GError) error = NULL;
    g_autofree char *log = NULL;

    g_assert_cmpint(virDomainSuspend(domain), ==, 0);
    firn_slow_libvirt_reset();
    firn_slow_libvirt_script_monitor(answers);
    g_assert_true(firn_libvirt_resume(URI, UUID, LIMIT_MS, &error));
    g_assert_no_error(error);
    log = firn_slow_libvirt_dup_log();
    g_assert_cmpstr(log, ==, "monitor monitor monitor monitor resume");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vm/libvirt-thaw/thaws-a-frozen-guest-once", test_frozen);
    g_test_add_func("/vm/libvirt-thaw/thaws-what-is-frozen-later", test_frozen_later);
    g_test_add_func("/vm/libvirt-thaw/sends-nothing-after-the-limit", test_never_after_the_limit);
    g_test_add_func("/vm/libvirt-thaw/nothing-is-owed-to-a-domain-that-is-gone", test_no_domain);
    g_test_add_data_func("/vm/libvirt-thaw/resumes-once-ram-is-protected",
                         protecting,
                         test_stopped);
    g_test_add_data_func("/vm/libvirt-thaw/resumes-once-a-plain-stream-is-over",
                         plain,
                         test_stopped);
    return g_test_run();
}
