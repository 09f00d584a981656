/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libvirt-call.h"

#include "host-error.h"
#include "loop-thread.h"

#define URI           "test:///default" /* one domain, "test", of this UUID */
#define UUID          "6695eb01-f6a4-8304-79aa-97f2502e193f"
#define UUID_NOBODY   "00000000-0000-4000-8000-000000000000"
#define PATIENCE_US   (10 * G_USEC_PER_SEC)
#define LIMIT_MS      500 /* long enough to be sent */
#define LOOK_AGAIN_US (50 * 1000)

typedef struct {
    FirnTestLoopThread *loop;
    FirnLibvirtConnection *link;
    GAsyncQueue *news; /* "opened" */
} Fixture;

/* Data of a call: must be freed by whichever thread is last. */
typedef struct {
    char *name;          /* (owned) (nullable) */
    GAsyncQueue *leave;  /* (owned) (nullable) the call waits until something is pushed */
    GAsyncQueue *events; /* (owned) "arrived", "freed" */
} Data;

static void
clear_data(gpointer data)
{
    Data *self = data;

    g_async_queue_push(self->events, g_strdup("freed"));
    g_free(self->name);
    g_clear_pointer(&self->leave, g_async_queue_unref);
    g_async_queue_unref(self->events);
}

static Data *
new_data(GAsyncQueue *events)
{
    Data *self = g_atomic_rc_box_new0(Data);

    self->events = g_async_queue_ref(events);
    return self;
}

static void
release(Data *data)
{
    g_atomic_rc_box_release_full(data, clear_data);
}

static gboolean
ask_name(virDomainPtr domain, FirnSendPermit *permit, gpointer data, GError **error)
{
    ((Data *)data)->name = g_strdup(virDomainGetName(domain));
    return TRUE;
}

static gboolean
refuse(virDomainPtr domain, FirnSendPermit *permit, gpointer data, GError **error)
{
    g_set_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_FAILED, "it is like that");
    return FALSE;
}

static gboolean
hang(virDomainPtr domain, FirnSendPermit *permit, gpointer data, GError **error)
{
    Data *self = data;

    gboolean is_sent = firn_send_permit_use(permit);

    g_async_queue_push(self->events, g_strdup("arrived"));
    g_free(g_async_queue_pop(self->leave));
    if (is_sent)
        firn_send_permit_put_back(permit, FIRN_SEND_OUTCOME_ANSWERED);
    return TRUE;
}

/* As if virConnectOpen() or a query took long before the change is sent. */
static gboolean
hang_before(virDomainPtr domain, FirnSendPermit *permit, gpointer data, GError **error)
{
    Data *self = data;

    g_async_queue_push(self->events, g_strdup("arrived"));
    g_free(g_async_queue_pop(self->leave));
    g_async_queue_push(self->events, g_strdup(firn_send_permit_use(permit) ? "sent" : "not sent"));
    return TRUE;
}

static void
on_opened(FirnLibvirtConnection *link, gpointer data)
{
    g_async_queue_push(((Fixture *)data)->news, g_strdup("opened"));
}

static void
make_link(gpointer data)
{
    Fixture *fixture = data;

    fixture->link = firn_libvirt_connection_new(URI);
    g_signal_connect(fixture->link, "opened", G_CALLBACK(on_opened), fixture);
    firn_libvirt_connection_start(fixture->link);
}

static void
assert_event(GAsyncQueue *events, const char *expected)
{
    g_autofree char *event = g_async_queue_timeout_pop(events, PATIENCE_US);

    g_assert_cmpstr(event, ==, expected);
}

static void
set_up(Fixture *fixture, gconstpointer unused)
{
    fixture->loop = firn_test_loop_thread_start();
    fixture->news = g_async_queue_new_full(g_free);
    firn_test_loop_thread_call(make_link, fixture);
    assert_event(fixture->news, "opened");
}

static void
stop_link(gpointer data)
{
    firn_libvirt_connection_stop(((Fixture *)data)->link);
}

static void
drop_link(gpointer data)
{
    g_clear_object(&((Fixture *)data)->link);
}

static void
tear_down(Fixture *fixture, gconstpointer unused)
{
    firn_test_loop_thread_call(stop_link, fixture);
    firn_test_loop_thread_call(drop_link, fixture);
    firn_test_loop_thread_stop(fixture->loop);
    g_async_queue_unref(fixture->news);
}

static void
test_answer(Fixture *fixture, gconstpointer unused)
{
    g_autoptr(GAsyncQueue) events = g_async_queue_new_full(g_free);
    Data *data = new_data(events);
    const FirnLibvirtCall visit = {UUID, ask_name, data, clear_data};
    g_autoptr(GError) error = NULL;

    g_assert_true(firn_libvirt_call(fixture->link, &visit, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(data->name, ==, "test");
    release(data);
    assert_event(events, "freed");
}

static void
test_refusal(Fixture *fixture, gconstpointer unused)
{
    g_autoptr(GAsyncQueue) events = g_async_queue_new_full(g_free);
    Data *data = new_data(events);
    const FirnLibvirtCall visit = {UUID, refuse, data, clear_data};
    g_autoptr(GError) error = NULL;

    g_assert_false(firn_libvirt_call(fixture->link, &visit, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_FAILED);
    release(data);
    assert_event(events, "freed");
}

static void
test_no_such_domain(Fixture *fixture, gconstpointer unused)
{
    g_autoptr(GAsyncQueue) events = g_async_queue_new_full(g_free);
    Data *data = new_data(events);
    const FirnLibvirtCall visit = {UUID_NOBODY, ask_name, data, clear_data};
    g_autoptr(GError) error = NULL;

    g_assert_false(firn_libvirt_call(fixture->link, &visit, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_NOT_FOUND);
    g_assert_null(data->name);
    release(data);
    assert_event(events, "freed");
}

typedef struct {
    Fixture *fixture;
    Data *data;
} Stopper;

static gpointer
stop_when_there(gpointer data)
{
    Stopper *stopper = data;

    assert_event(stopper->data->events, "arrived");
    firn_test_loop_thread_call(stop_link, stopper->fixture);
    return NULL;
}

/* The caller gets an error; a call that hangs keeps its data, and frees it when it returns. */
static void
test_link_ends(Fixture *fixture, gconstpointer unused)
{
    g_autoptr(GAsyncQueue) events = g_async_queue_new_full(g_free);
    g_autoptr(GAsyncQueue) leave = g_async_queue_new_full(g_free);
    Data *data = new_data(events);
    const FirnLibvirtCall visit = {UUID, hang, data, clear_data};
    Stopper stopper = {fixture, data};
    GThread *thread = g_thread_new("stopper", stop_when_there, &stopper);
    g_autoptr(GError) error = NULL;

    data->leave = g_async_queue_ref(leave);
    g_assert_false(firn_libvirt_call(fixture->link, &visit, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_VM_UNREACHABLE);
    g_thread_join(thread);
    release(data);
    g_assert_null(g_async_queue_try_pop(events));
    g_async_queue_push(leave, g_strdup("go"));
    assert_event(events, "freed");
}

/* Long after the limit, by the main loop's clock. */
static gboolean
let_go(gpointer leave)
{
    g_async_queue_push(leave, g_strdup("go"));
    return G_SOURCE_REMOVE;
}

static void
let_go_later(gpointer leave)
{
    g_timeout_add(2 * LIMIT_MS, let_go, leave);
}

/* Returns whether a call that returns after its limit is waited for. */
static gboolean
is_awaited(Fixture *fixture, gboolean is_long)
{
    g_autoptr(GAsyncQueue) events = g_async_queue_new_full(g_free);
    g_autoptr(GAsyncQueue) leave = g_async_queue_new_full(g_free);
    Data *data = new_data(events);
    const FirnLibvirtCall visit = {UUID,
                                   hang,
                                   data,
                                   clear_data,
                                   .limit_ms = LIMIT_MS,
                                   .what = is_long ? "starting the VM" : NULL};
    g_autoptr(GError) error = NULL;
    gboolean ok;

    data->leave = g_async_queue_ref(leave);
    firn_test_loop_thread_call(let_go_later, leave);
    ok = firn_libvirt_call(fixture->link, &visit, &error);
    g_assert_true(ok || g_error_matches(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_VM_UNREACHABLE));
    release(data);
    assert_event(events, "arrived");
    assert_event(events, "freed");
    return ok;
}

/* Starting and stopping have no time limit. */
static void
test_limit(Fixture *fixture, gconstpointer unused)
{
    g_assert_false(is_awaited(fixture, FALSE));
    g_assert_true(is_awaited(fixture, TRUE));
}

/* A start that was abandoned while libvirt was slow is never executed. */
static void
test_given_up(Fixture *fixture, gconstpointer unused)
{
    g_autoptr(GAsyncQueue) events = g_async_queue_new_full(g_free);
    g_autoptr(GAsyncQueue) leave = g_async_queue_new_full(g_free);
    Data *data = new_data(events);
    const FirnLibvirtCall visit =
        {UUID, hang_before, data, clear_data, .limit_ms = 1, .what = "starting the VM"};
    g_autoptr(GError) error = NULL;

    data->leave = g_async_queue_ref(leave);
    g_assert_false(firn_libvirt_call(fixture->link, &visit, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_VM_UNREACHABLE);
    release(data);
    assert_event(events, "arrived");
    g_async_queue_push(leave, g_strdup("go"));
    assert_event(events, "not sent");
    assert_event(events, "freed");
}

static gpointer
visit_and_wait(gpointer data)
{
    Stopper *visitor = data;
    const FirnLibvirtCall visit = {UUID, hang, visitor->data, clear_data};

    g_assert_true(firn_libvirt_call(visitor->fixture->link, &visit, NULL));
    return NULL;
}

/* The callback runs on the loop or not at all: without a loop, the test may be cleaning up. */
static void
test_no_loop(Fixture *fixture, gconstpointer unused)
{
    g_autoptr(GAsyncQueue) events = g_async_queue_new_full(g_free);
    g_autoptr(GAsyncQueue) leave = g_async_queue_new_full(g_free);
    Stopper visitor = {fixture, new_data(events)};
    g_autofree char *event = NULL;
    GThread *thread;

    visitor.data->leave = g_async_queue_ref(leave);
    thread = g_thread_new("visitor", visit_and_wait, &visitor);
    assert_event(events, "arrived");
    firn_test_loop_thread_stop(fixture->loop);
    release(visitor.data);
    g_async_queue_push(leave, g_strdup("go"));
    do
        event = g_async_queue_timeout_pop(events, LOOK_AGAIN_US);
    while (event == NULL && !g_main_context_pending(NULL));
    g_assert_null(event);
    fixture->loop = firn_test_loop_thread_start();
    g_thread_join(thread);
    assert_event(events, "freed");
}

static void
test_not_connected(Fixture *fixture, gconstpointer unused)
{
    g_autoptr(GAsyncQueue) events = g_async_queue_new_full(g_free);
    Data *data = new_data(events);
    const FirnLibvirtCall visit = {UUID, ask_name, data, clear_data};
    g_autoptr(GError) error = NULL;

    firn_test_loop_thread_call(stop_link, fixture);
    g_assert_false(firn_libvirt_call(fixture->link, &visit, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_VM_UNREACHABLE);
    release(data);
    assert_event(events, "freed");
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
    add("/vm/libvirt-visit/answer", test_answer);
    add("/vm/libvirt-visit/refusal", test_refusal);
    add("/vm/libvirt-visit/no-such-domain", test_no_such_domain);
    add("/vm/libvirt-visit/link-ends", test_link_ends);
    add("/vm/libvirt-visit/limit", test_limit);
    add("/vm/libvirt-visit/given-up-is-never-sent", test_given_up);
    add("/vm/libvirt-visit/no-loop", test_no_loop);
    add("/vm/libvirt-visit/not-connected", test_not_connected);
    return g_test_run();
}
