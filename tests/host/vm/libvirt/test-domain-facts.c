/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "domain-facts.h"

/* libvirt's test driver has a domain "test" that runs. */
typedef struct {
    virConnectPtr connection; /* (owned) */
    virDomainPtr domain;      /* (owned) */
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->connection = virConnectOpen("test:///default");
    g_assert_nonnull(fixture->connection);
    fixture->domain = virDomainLookupByName(fixture->connection, "test");
    g_assert_nonnull(fixture->domain);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    virDomainFree(fixture->domain);
    virConnectClose(fixture->connection);
}

static void
assert_facts(Fixture *fixture, FirnVmState state, FirnRunEnd end)
{
    g_autoptr(FirnDomainFacts) facts = firn_domain_facts_read(fixture->domain);

    g_assert_nonnull(facts);
    g_assert_cmpstr(facts->name, ==, "test");
    g_assert_cmpint(facts->state, ==, state);
    g_assert_cmpint(facts->end, ==, end);
    g_assert_cmpint(facts->run == 0, ==, state == FIRN_VM_STATE_OFF);
}

static void
test_running(Fixture *fixture, gconstpointer data)
{
    assert_facts(fixture, FIRN_VM_STATE_RUNNING, FIRN_RUN_END_NONE);
}

static void
test_shut_down(Fixture *fixture, gconstpointer data)
{
    g_assert_cmpint(virDomainShutdown(fixture->domain), ==, 0);
    assert_facts(fixture, FIRN_VM_STATE_OFF, FIRN_RUN_END_SHUT_DOWN);
}

static void
test_destroyed(Fixture *fixture, gconstpointer data)
{
    g_assert_cmpint(virDomainDestroy(fixture->domain), ==, 0);
    assert_facts(fixture, FIRN_VM_STATE_OFF, FIRN_RUN_END_UNCLEAN);
}

static void
test_defined(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnDomainFacts) facts = NULL;

    virDomainFree(fixture->domain);
    fixture->domain = virDomainDefineXML(fixture->connection,
                                         "<domain type='test'><name>new</name>"
                                         "<memory>8192</memory><os><type>hvm</type></os>"
                                         "</domain>");
    g_assert_nonnull(fixture->domain);
    facts = firn_domain_facts_read(fixture->domain);
    g_assert_cmpint(facts->end, ==, FIRN_RUN_END_NONE);
}

#define TEST(topic, function)                                                                      \
    g_test_add("/vm/domain-facts/" topic, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("running", test_running);
    TEST("shut-down", test_shut_down);
    TEST("destroyed", test_destroyed);
    TEST("never-run", test_defined);
    return g_test_run();
}
