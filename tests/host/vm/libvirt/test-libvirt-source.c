/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libvirt-source.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "libvirt-connection.h"
#include "loop-thread.h"
#include "scratch-dir.h"

/* libvirt's test driver: one domain, "test", that runs; all connections of a process share it. */
#define URI         "test:///default"
#define PATIENCE_US (10 * G_USEC_PER_SEC)

/* Whether libvirtd has just ended; number of calls that failed, and of checks that noticed it. */
static gint is_gone;
static gint n_refused;
static gint n_found_out;

/* This program calls these instead of virDomainGetState() and virConnectIsAlive(). */
int firn_test_get_state(virDomainPtr domain,
                        int *state,
                        int *reason,
                        unsigned int flags) __asm__("virDomainGetState");
int firn_test_is_alive(virConnectPtr connection) __asm__("virConnectIsAlive");

int
firn_test_get_state(virDomainPtr domain, int *state, int *reason, unsigned int flags)
{
    int (*real)(virDomainPtr, int *, int *, unsigned int) = dlsym(RTLD_NEXT, "virDomainGetState");

    if (!g_atomic_int_get(&is_gone))
        return real(domain, state, reason, flags);
    g_atomic_int_inc(&n_refused);
    return -1;
}

int
firn_test_is_alive(virConnectPtr connection)
{
    int (*real)(virConnectPtr) = dlsym(RTLD_NEXT, "virConnectIsAlive");

    if (!g_atomic_int_get(&is_gone))
        return real(connection);
    if (g_atomic_int_get(&n_refused) > 0)
        g_atomic_int_inc(&n_found_out);
    return 0;
}

typedef struct {
    FirnTestLoopThread *loop;
    FirnTestScratchDir *dir;
    FirnVmSource *source;
    GAsyncQueue *news; /* (element-type utf8) "+name", "-name", "name state", "found" */
    guint busy_job;
    const char *uri;
    FirnVm *vm;               /* (owned) (nullable) the last VM added */
    GPtrArray *heard;         /* (owned) (element-type FirnVm) all that were added */
    virConnectPtr connection; /* the test's own */
    virDomainPtr domain;
    GPtrArray *health; /* (owned) (element-type FirnSourceHealth) */
} Fixture;

static void
on_changed(FirnVm *vm, gpointer data)
{
    g_autofree char *word = firn_vm_dup_run_state(vm);

    g_async_queue_push(((Fixture *)data)->news, g_strconcat(firn_vm_get_name(vm), " ", word, NULL));
}

static void
on_added(FirnVmSource *source, FirnVm *vm, gpointer data)
{
    Fixture *fixture = data;

    g_set_object(&fixture->vm, vm);
    g_signal_connect(vm, "changed", G_CALLBACK(on_changed), fixture);
    g_ptr_array_add(fixture->heard, g_object_ref(vm));
    g_async_queue_push(fixture->news, g_strconcat("+", firn_vm_get_name(vm), NULL));
}

static void
on_removed(FirnVmSource *source, FirnVm *vm, gpointer data)
{
    Fixture *fixture = data;

    g_signal_handlers_disconnect_by_data(vm, fixture);
    g_ptr_array_remove(fixture->heard, vm);
    g_async_queue_push(fixture->news, g_strconcat("-", firn_vm_get_name(vm), NULL));
}

static void
on_found(FirnVmSource *source, gpointer data)
{
    g_async_queue_push(((Fixture *)data)->news, g_strdup("found"));
}

static void
start(gpointer data)
{
    Fixture *fixture = data;
    const FirnPolicy profile = {.max_snapshots = 3};
    g_autoptr(FirnCatalogueStore) store =
        firn_catalogue_store_new(firn_test_scratch_dir_get_path(fixture->dir), &profile);

    fixture->source = firn_libvirt_source_new(fixture->uri, store);
    g_signal_connect(fixture->source, "vm-added", G_CALLBACK(on_added), fixture);
    g_signal_connect(fixture->source, "vm-removed", G_CALLBACK(on_removed), fixture);
    g_signal_connect(fixture->source, "found", G_CALLBACK(on_found), fixture);
    firn_vm_source_start(fixture->source);
}

static void
assert_news(Fixture *fixture, const char *expected)
{
    g_autofree char *news = g_async_queue_timeout_pop(fixture->news, PATIENCE_US);

    g_assert_cmpstr(news, ==, expected);
}

static void
set_up_source(Fixture *fixture, const char *uri)
{
    fixture->loop = firn_test_loop_thread_start();
    fixture->dir = firn_test_scratch_dir_new();
    fixture->news = g_async_queue_new_full(g_free);
    fixture->heard = g_ptr_array_new_with_free_func(g_object_unref);
    fixture->uri = uri;
    firn_test_loop_thread_call(start, fixture);
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    set_up_source(fixture, URI);
    assert_news(fixture, "+test");
    assert_news(fixture, "found");
    fixture->connection = virConnectOpen(URI);
    fixture->domain = virDomainLookupByName(fixture->connection, "test");
    g_assert_nonnull(fixture->domain);
}

static void
let_go(gpointer data)
{
    Fixture *fixture = data;

    /* A change that was announced may keep a VM longer than the fixture. */
    for (guint i = 0; i < fixture->heard->len; i++)
        g_signal_handlers_disconnect_by_data(fixture->heard->pdata[i], fixture);
    g_clear_object(&fixture->vm);
    g_clear_object(&fixture->source);
    g_ptr_array_unref(fixture->heard);
}

static void
tear_down_source(Fixture *fixture)
{
    firn_test_loop_thread_call(let_go, fixture);
    firn_test_loop_thread_stop(fixture->loop);
    firn_test_scratch_dir_free(fixture->dir);
    g_async_queue_unref(fixture->news);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    virDomainFree(fixture->domain);
    virConnectClose(fixture->connection);
    tear_down_source(fixture);
}

static void
test_state(Fixture *fixture, gconstpointer data)
{
    g_assert_cmpint(firn_vm_get_state(fixture->vm), ==, FIRN_VM_STATE_RUNNING);
    g_assert_cmpstr(firn_vm_get_source(fixture->vm), ==, "libvirt");
    g_assert_cmpint(virDomainSuspend(fixture->domain), ==, 0);
    assert_news(fixture, "test paused");
    g_assert_cmpint(virDomainResume(fixture->domain), ==, 0);
    assert_news(fixture, "test running");
    g_assert_cmpint(virDomainDestroy(fixture->domain), ==, 0);
    assert_news(fixture, "test off");
    g_assert_cmpint(virDomainCreate(fixture->domain), ==, 0);
    assert_news(fixture, "test running");
}

static void
test_undefined_and_defined(Fixture *fixture, gconstpointer data)
{
    char *xml = virDomainGetXMLDesc(fixture->domain, VIR_DOMAIN_XML_INACTIVE);
    FirnCatalogue *before = firn_vm_get_catalogue(fixture->vm);
    virDomainPtr again;

    g_assert_cmpint(virDomainDestroy(fixture->domain), ==, 0);
    assert_news(fixture, "test off");
    g_assert_cmpint(virDomainUndefine(fixture->domain), ==, 0);
    assert_news(fixture, "-test");
    again = virDomainDefineXML(fixture->connection, xml);
    assert_news(fixture, "+test");
    g_assert_true(firn_vm_get_catalogue(fixture->vm) == before);
    g_assert_cmpint(virDomainCreate(again), ==, 0);
    virDomainFree(again);
    free(xml);
}

static void
set_job(gpointer data)
{
    Fixture *fixture = data;

    firn_vm_set_job(fixture->vm, fixture->busy_job);
}

/* A domain is not removed while a job works on it. */
static void
test_undefined_during_a_job(Fixture *fixture, gconstpointer data)
{
    char *xml = virDomainGetXMLDesc(fixture->domain, VIR_DOMAIN_XML_INACTIVE);
    virDomainPtr again;

    fixture->busy_job = 1;
    firn_test_loop_thread_call(set_job, fixture);
    assert_news(fixture, "test running");
    g_assert_cmpint(virDomainDestroy(fixture->domain), ==, 0);
    assert_news(fixture, "test off");
    g_assert_cmpint(virDomainUndefine(fixture->domain), ==, 0);
    g_assert_null(g_async_queue_timeout_pop(fixture->news, G_USEC_PER_SEC / 5));
    fixture->busy_job = 0;
    firn_test_loop_thread_call(set_job, fixture);
    assert_news(fixture, "test off");
    assert_news(fixture, "-test");
    again = virDomainDefineXML(fixture->connection, xml);
    assert_news(fixture, "+test");
    g_assert_cmpint(virDomainCreate(again), ==, 0);
    virDomainFree(again);
    free(xml);
}

/* The test driver has no monitor and no agent: that is reported, and nothing hangs. */
static void
test_no_monitor(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnChannel) monitor = firn_vm_dup_monitor(fixture->vm);
    g_autoptr(GError) error = NULL;

    g_assert_true(firn_vm_look(fixture->vm, NULL, &error));
    g_assert_no_error(error);
    g_assert_nonnull(monitor);
    g_assert_null(firn_channel_call(monitor, "query-status", NULL, 5000, NULL, &error));
    g_assert_nonnull(error);
    g_clear_error(&error);
    g_assert_null(firn_vm_open_agent(fixture->vm, NULL, &error));
    g_assert_nonnull(error);
}

static void
on_reconfigured(FirnVm *vm, gpointer data)
{
    g_async_queue_push(((Fixture *)data)->news, g_strdup("reconfigured"));
}

static void
test_defined_anew(Fixture *fixture, gconstpointer data)
{
    char *xml = virDomainGetXMLDesc(fixture->domain, VIR_DOMAIN_XML_INACTIVE);
    virDomainPtr again;

    g_signal_connect(fixture->vm, "reconfigured", G_CALLBACK(on_reconfigured), fixture);
    again = virDomainDefineXML(fixture->connection, xml);
    assert_news(fixture, "reconfigured");
    virDomainFree(again);
    free(xml);
}

/* libvirtd ends between the list and the first query: the list says nothing about what is
 * defined. */
static void
test_gone_in_between(Fixture *fixture, gconstpointer data)
{
    gint64 end_us = g_get_monotonic_time() + PATIENCE_US;
    char *xml = virDomainGetXMLDesc(fixture->domain, VIR_DOMAIN_XML_INACTIVE);
    virDomainPtr again;

    g_atomic_int_set(&is_gone, TRUE);
    virDomainFree(virDomainDefineXML(fixture->connection, xml));
    while (g_atomic_int_get(&n_found_out) == 0)
        g_assert_cmpint(g_get_monotonic_time(), <, end_us);
    g_atomic_int_set(&is_gone, FALSE);
    again = virDomainDefineXML(fixture->connection,
                               "<domain type='test'><name>last</name><memory>1024</memory>"
                               "<os><type>hvm</type></os></domain>");
    g_assert_nonnull(again);
    assert_news(fixture, "+last");
    g_assert_cmpint(virDomainUndefine(again), ==, 0);
    assert_news(fixture, "-last");
    virDomainFree(again);
    free(xml);
}

/* No later event would trigger another listing. */
static void
test_looks_again(Fixture *fixture, gconstpointer data)
{
    gint64 end_us = g_get_monotonic_time() + PATIENCE_US;
    virDomainPtr late;

    g_atomic_int_set(&n_refused, 0);
    g_atomic_int_set(&is_gone, TRUE);
    late = virDomainDefineXML(fixture->connection,
                              "<domain type='test'><name>late</name><memory>1024</memory>"
                              "<os><type>hvm</type></os></domain>");
    g_assert_nonnull(late);
    while (g_atomic_int_get(&n_refused) == 0)
        g_assert_cmpint(g_get_monotonic_time(), <, end_us);
    g_atomic_int_set(&is_gone, FALSE);
    assert_news(fixture, "+late");
    g_assert_cmpint(virDomainUndefine(late), ==, 0);
    assert_news(fixture, "-late");
    virDomainFree(late);
}

static void
list_health(gpointer data)
{
    Fixture *fixture = data;

    fixture->health = firn_vm_source_list_health(fixture->source);
}

static const FirnSourceHealth *
get_health(Fixture *fixture)
{
    firn_test_loop_thread_call(list_health, fixture);
    g_assert_cmpuint(fixture->health->len, ==, 1);
    return fixture->health->pdata[0];
}

static void
test_health(Fixture *fixture, gconstpointer data)
{
    const FirnSourceHealth *health = get_health(fixture);

    g_assert_cmpstr(health->name, ==, "libvirt (" URI ")");
    g_assert_true(health->is_reached);
    g_assert_true(g_str_has_prefix(health->detail, "libvirt "));
    g_assert_false(health->has_hook);
    g_ptr_array_unref(fixture->health);
}

/* Without libvirt there are no domains: "found" is emitted too. */
static void
test_away(void)
{
    Fixture fixture = {NULL};
    const FirnSourceHealth *health;

    set_up_source(&fixture, "qemu+unix:///system?socket=/nonexistent/libvirt-sock");
    assert_news(&fixture, "found");
    health = get_health(&fixture);
    g_assert_false(health->is_reached);
    g_assert_nonnull(strstr(health->detail, "/nonexistent/libvirt-sock"));
    g_ptr_array_unref(fixture.health);
    tear_down_source(&fixture);
}

static void
add(const char *path, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/vm/libvirt-source/state", test_state);
    add("/vm/libvirt-source/undefined-and-defined", test_undefined_and_defined);
    add("/vm/libvirt-source/undefined-during-a-job", test_undefined_during_a_job);
    add("/vm/libvirt-source/no-monitor", test_no_monitor);
    add("/vm/libvirt-source/defined-anew", test_defined_anew);
    add("/vm/libvirt-source/gone-in-between", test_gone_in_between);
    add("/vm/libvirt-source/looks-again", test_looks_again);
    add("/vm/libvirt-source/health", test_health);
    g_test_add_func("/vm/libvirt-source/away", test_away);
    return g_test_run();
}
