/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "disk-image.h"
#include "firn-config.h"
#include "firnd-rig.h"

/* The objects on the bus: what clients in other languages rely on. */

#define WEB1 "/vm/_11111111_1111_4222_8333_123456789abc"

static void
assert_remote(const GError *error, const char *word)
{
    g_autofree char *name = error == NULL ? NULL : g_dbus_error_get_remote_error(error);
    g_autofree char *expected = g_strconcat(FIRN_BUS_NAME ".Error.", word, NULL);

    g_assert_cmpstr(name, ==, expected);
}

static GVariant *
options(const char *text)
{
    return g_variant_new_parsed(text);
}

static FirnTestFirnd *
start_with_web1(void)
{
    FirnTestFirnd *firnd = firn_test_firnd_new();

    firn_test_firnd_add_vm(firnd, "web1", '1');
    firn_test_firnd_start(firnd);
    return firnd;
}

typedef struct {
    guint64 since_us; /* the largest value seen */
    gboolean is_back; /* it was not zero, and is zero again */
} Frozen;

static void
on_vm_changed(GDBusConnection *connection,
              const char *sender,
              const char *path,
              const char *interface,
              const char *signal,
              GVariant *parameters,
              gpointer user_data)
{
    Frozen *frozen = user_data;
    g_autoptr(GVariant) changed = g_variant_get_child_value(parameters, 1);
    guint64 since_us;

    if (!g_variant_lookup(changed, "FrozenSince", "t", &since_us))
        return;
    frozen->is_back = frozen->since_us != 0 && since_us == 0;
    frozen->since_us = MAX(frozen->since_us, since_us);
}

static gboolean
is_back(gpointer data)
{
    return ((Frozen *)data)->is_back;
}

static void
test_frozen_since(void)
{
    g_autoptr(FirnTestFirnd) firnd = firn_test_firnd_new();
    g_autoptr(FirnTestFakeMonitor) monitor = NULL;
    g_autoptr(FirnTestFakeAgent) agent = NULL;
    g_autoptr(GVariant) answer = NULL;
    g_autofree char *vm = NULL;
    Frozen frozen = {0};
    guint subscription;

    firn_test_firnd_add_running_vm(firnd, "web1", &monitor, &agent);
    firn_test_firnd_start(firnd);
    vm = g_strconcat("/vm/_", firn_test_fake_monitor_get_uuid(monitor), NULL);
    g_strdelimit(vm, "-", '_');
    subscription = g_dbus_connection_signal_subscribe(firn_test_firnd_get_connection(firnd),
                                                      FIRN_BUS_NAME,
                                                      "org.freedesktop.DBus.Properties",
                                                      "PropertiesChanged",
                                                      NULL,
                                                      FIRN_BUS_NAME ".VM",
                                                      G_DBUS_SIGNAL_FLAGS_NONE,
                                                      on_vm_changed,
                                                      &frozen,
                                                      NULL);
    answer = firn_test_firnd_call(firnd,
                                  vm,
                                  "VM.CreateSnapshot",
                                  g_variant_new("(sa{sv})", "a", NULL),
                                  NULL);
    g_assert_nonnull(answer);
    g_assert_true(firn_test_firnd_wait(is_back, &frozen));
    g_assert_cmpuint(frozen.since_us, >, 0);
    g_dbus_connection_signal_unsubscribe(firn_test_firnd_get_connection(firnd), subscription);
}

static void
assert_create_refused(FirnTestFirnd *firnd, const char *arguments, const char *word)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) answer =
        firn_test_firnd_call(firnd, WEB1, "VM.CreateSnapshot", options(arguments), &error);

    g_assert_null(answer);
    assert_remote(error, "InvalidArgument");
    g_assert_nonnull(strstr(error->message, word));
}

static void
test_bad_options(void)
{
    g_autoptr(FirnTestFirnd) firnd = start_with_web1();

    assert_create_refused(firnd, "('a', @a{sv} {'quisce': <'try'>})", "quisce");
    assert_create_refused(firnd, "('a', @a{sv} {'quiesce': <'maybe'>})", "require, try or never");
    assert_create_refused(firnd, "('a', @a{sv} {'quiesce': <uint32 1>})", "quiesce");
    assert_create_refused(firnd, "('a', @a{sv} {'deadline': <uint64 3600000001>})", "deadline");
    assert_create_refused(firnd, "('a', @a{sv} {'frozen-max': <uint64 0>})", "frozen-max");
    assert_create_refused(firnd, "('a b', @a{sv} {})", "a b");
    assert_create_refused(firnd, "('a', @a{sv} {'x\\u001b': <'y'>})", "\\x1b");
}

typedef struct {
    GVariant *state_at_end; /* (owned) (nullable) the proxy's value when Completed arrived */
    GVariant *result_at_end;
} Completion;

static void
on_job_signal(GDBusProxy *proxy, char *sender, char *name, GVariant *parameters, gpointer data)
{
    Completion *completion = data;

    if (!g_str_equal(name, "Completed"))
        return;
    completion->state_at_end = g_dbus_proxy_get_cached_property(proxy, "State");
    completion->result_at_end = g_dbus_proxy_get_cached_property(proxy, "Result");
}

static gboolean
is_completed(gpointer data)
{
    return ((Completion *)data)->state_at_end != NULL;
}

static GDBusProxy *
follow(FirnTestFirnd *firnd, const char *path, Completion *completion)
{
    g_autoptr(GError) error = NULL;
    GDBusProxy *proxy = g_dbus_proxy_new_sync(firn_test_firnd_get_connection(firnd),
                                              G_DBUS_PROXY_FLAGS_NONE,
                                              NULL,
                                              FIRN_BUS_NAME,
                                              path,
                                              FIRN_BUS_NAME ".Job",
                                              NULL,
                                              &error);

    g_assert_no_error(error);
    g_signal_connect(proxy, "g-signal", G_CALLBACK(on_job_signal), completion);
    return proxy;
}

/* Needs a job that takes time: its guest freezes slowly. */
static void
test_completed_comes_last(void)
{
    g_autoptr(FirnTestFirnd) firnd = firn_test_firnd_new();
    g_autoptr(FirnTestFakeMonitor) monitor = NULL;
    g_autoptr(FirnTestFakeAgent) agent = NULL;
    g_autoptr(GVariant) answer = NULL;
    g_autoptr(GDBusProxy) job = NULL;
    g_autofree char *vm = NULL;
    Completion completion = {NULL, NULL};
    const char *path;
    const char *verdict = NULL;

    firn_test_firnd_add_running_vm(firnd, "web1", &monitor, &agent);
    firn_test_peer_when(firn_test_fake_agent_get_peer(agent),
                        "guest-fsfreeze-freeze",
                        1,
                        (FirnTestStep[]){
                            {.delay_ms = 500, .pass = TRUE},
                            {0              }
    });
    firn_test_firnd_start(firnd);
    vm = g_strconcat("/vm/_", firn_test_fake_monitor_get_uuid(monitor), NULL);
    g_strdelimit(vm, "-", '_');
    answer = firn_test_firnd_call(firnd,
                                  vm,
                                  "VM.CreateSnapshot",
                                  g_variant_new("(sa{sv})", "a", NULL),
                                  NULL);
    g_variant_get(answer, "(&o)", &path);
    job = follow(firnd, path, &completion);
    g_assert_true(firn_test_firnd_wait(is_completed, &completion));
    g_assert_cmpstr(g_variant_get_string(completion.state_at_end, NULL), ==, "completed");
    g_assert_true(g_variant_lookup(completion.result_at_end, "verdict", "&s", &verdict));
    g_assert_cmpstr(verdict, ==, "filesystem");
    g_variant_unref(completion.state_at_end);
    g_variant_unref(completion.result_at_end);
}

static void
test_tree(void)
{
    g_autoptr(FirnTestFirnd) firnd = start_with_web1();
    const char *image = firn_test_firnd_get_path(firnd, "web1.qcow2");
    g_autoptr(GVariant) found = NULL;
    g_autoptr(GVariant) phase = NULL;
    g_auto(GStrv) tags = NULL;
    g_autofree char *before = NULL;
    g_autofree char *after = NULL;
    const char *path;

    firn_test_firnd_create(firnd, WEB1, "a");
    firn_test_firnd_create(firnd, WEB1, "b");
    tags = firn_test_disk_image_list_snapshots(image);
    g_free(firn_test_disk_image_run("qemu-img", "snapshot", "-c", "alien", image, NULL));
    before = firn_test_firnd_dup_tree(firnd, WEB1);
    g_assert_cmpstr(before, ==, "a=ready b=ready alien=foreign ");
    g_free(firn_test_disk_image_run("qemu-img", "snapshot", "-d", tags[0], image, NULL));
    after = firn_test_firnd_dup_tree(firnd, WEB1);
    g_assert_cmpstr(after, ==, "a=unavailable b=ready alien=foreign ");
    found = firn_test_firnd_call(firnd, WEB1, "VM.LookupSnapshot", g_variant_new("(s)", "a"), NULL);
    g_variant_get(found, "(&o)", &path);
    phase = firn_test_firnd_get(firnd, path + strlen(FIRN_BUS_PATH), "Snapshot.Phase");
    g_assert_cmpstr(g_variant_get_string(phase, NULL), ==, "unavailable");
}

#define CROWD 60

/* Many identical calls at once. */
typedef struct {
    guint n_answers;
    char *answer; /* (owned) (nullable) the reply to all of them */
} Crowd;

static void
on_answered(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Crowd *crowd = user_data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) reply =
        g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);
    g_autofree char *text = NULL;

    g_assert_no_error(error);
    text = g_variant_print(reply, FALSE);
    if (crowd->answer == NULL)
        crowd->answer = g_strdup(text);
    g_assert_cmpstr(text, ==, crowd->answer);
    crowd->n_answers++;
}

static gboolean
has_all(gpointer crowd)
{
    return ((Crowd *)crowd)->n_answers == CROWD;
}

static void
ask_at_once(FirnTestFirnd *firnd, const char *path, const char *interface, const char *method)
{
    g_autofree char *object = g_strconcat(FIRN_BUS_PATH, path, NULL);
    Crowd crowd = {0};

    for (guint i = 0; i < CROWD; i++)
        g_dbus_connection_call(firn_test_firnd_get_connection(firnd),
                               FIRN_BUS_NAME,
                               object,
                               interface,
                               method,
                               NULL,
                               NULL,
                               G_DBUS_CALL_FLAGS_NONE,
                               -1,
                               NULL,
                               on_answered,
                               &crowd);
    g_assert_true(firn_test_firnd_wait(has_all, &crowd));
    g_free(crowd.answer);
}

/* Returns how often the image was opened or closed since the last call; the kernel merges two equal
 * events in a row. */
static guint
count_opened(int watch)
{
    char events[64 * 1024] __attribute__((aligned(8)));
    ssize_t length;
    guint count = 0;

    while ((length = read(watch, events, sizeof events)) > 0)
        for (char *at = events; at < events + length;
             at += sizeof(struct inotify_event) + ((struct inotify_event *)(gpointer)at)->len)
            count++;
    return count;
}

/* A client that may only read must not make firnd start a program for each call. */
static void
test_crowd(void)
{
    FirnTestFirnd *firnd = start_with_web1();
    g_autoptr(GVariant) tree = NULL;
    int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    guint once, many;

    firn_test_firnd_create(firnd, "/vm/_11111111_1111_4222_8333_123456789abc", "a");
    g_assert_cmpint(
        inotify_add_watch(watch, firn_test_firnd_get_path(firnd, "web1.qcow2"), IN_OPEN | IN_CLOSE),
        >=,
        0);
    tree = firn_test_firnd_call(firnd, WEB1, "VM.GetTree", NULL, NULL);
    g_assert_nonnull(tree);
    once = count_opened(watch);
    g_assert_cmpuint(once, >, 0);
    ask_at_once(firnd, WEB1, FIRN_BUS_NAME ".VM", "GetTree");
    many = count_opened(watch);
    g_test_message("%u for one, %u for %u", once, many, CROWD);
    g_assert_cmpuint(many, <, once * CROWD / 4);
    close(watch);
    firn_test_firnd_free(firnd);
}

/* Refresh reads the disks for one snapshot, without GetTree. */
static void
test_refresh(void)
{
    g_autoptr(FirnTestFirnd) firnd = start_with_web1();
    const char *image = firn_test_firnd_get_path(firnd, "web1.qcow2");
    g_autoptr(GVariant) found = NULL;
    g_autoptr(GVariant) before = NULL;
    g_autoptr(GVariant) after = NULL;
    g_autoptr(GVariant) answer = NULL;
    g_auto(GStrv) tags = NULL;
    const char *path;

    firn_test_firnd_create(firnd, WEB1, "a");
    found = firn_test_firnd_call(firnd, WEB1, "VM.LookupSnapshot", g_variant_new("(s)", "a"), NULL);
    g_variant_get(found, "(&o)", &path);
    path += strlen(FIRN_BUS_PATH);
    tags = firn_test_disk_image_list_snapshots(image);
    g_free(firn_test_disk_image_run("qemu-img", "snapshot", "-d", tags[0], image, NULL));
    before = firn_test_firnd_get(firnd, path, "Snapshot.Phase");
    g_assert_cmpstr(g_variant_get_string(before, NULL), ==, "ready");
    answer = firn_test_firnd_call(firnd, path, "Snapshot.Refresh", NULL, NULL);
    g_assert_nonnull(answer);
    after = firn_test_firnd_get(firnd, path, "Snapshot.Phase");
    g_assert_cmpstr(g_variant_get_string(after, NULL), ==, "unavailable");
}

static void
test_edit(void)
{
    g_autoptr(FirnTestFirnd) firnd = start_with_web1();
    g_autoptr(GVariant) found = NULL;
    g_autoptr(GVariant) answer = NULL;
    g_autoptr(GVariant) refused = NULL;
    g_autoptr(GVariant) name = NULL;
    g_autoptr(GError) error = NULL;
    const char *path;

    firn_test_firnd_create(firnd, WEB1, "a");
    found = firn_test_firnd_call(firnd,
                                 WEB1,
                                 "VM.LookupSnapshot",
                                 g_variant_new("(s)", "@current"),
                                 NULL);
    g_variant_get(found, "(&o)", &path);
    path += strlen(FIRN_BUS_PATH);
    answer = firn_test_firnd_call(firnd,
                                  path,
                                  "Snapshot.Update",
                                  options("(@a{sv} {'name': <'b'>},)"),
                                  &error);
    g_assert_no_error(error);
    name = firn_test_firnd_get(firnd, path, "Snapshot.Name");
    g_assert_cmpstr(g_variant_get_string(name, NULL), ==, "b");
    refused = firn_test_firnd_call(firnd, path, "Snapshot.Update", options("(@a{sv} {},)"), &error);
    g_assert_null(refused);
    assert_remote(error, "InvalidArgument");
}

static void
test_policy_all_or_none(void)
{
    g_autoptr(FirnTestFirnd) firnd = start_with_web1();
    g_autoptr(GVariant) refused = NULL;
    g_autoptr(GVariant) set = NULL;
    g_autoptr(GVariant) before = NULL;
    g_autoptr(GVariant) after = NULL;
    g_autoptr(GError) error = NULL;

    refused = firn_test_firnd_call(firnd,
                                   WEB1,
                                   "Policy.Set",
                                   options("({'max-snapshots': '9', 'allow-memory': 'maybe'},)"),
                                   &error);
    g_assert_null(refused);
    assert_remote(error, "InvalidArgument");
    before = firn_test_firnd_get(firnd, WEB1, "Policy.MaxSnapshots");
    g_assert_cmpuint(g_variant_get_uint32(before), ==, 3);
    set =
        firn_test_firnd_call(firnd, WEB1, "Policy.Set", options("({'max-snapshots': '9'},)"), NULL);
    g_assert_nonnull(set);
    after = firn_test_firnd_get(firnd, WEB1, "Policy.MaxSnapshots");
    g_assert_cmpuint(g_variant_get_uint32(after), ==, 9);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/service/objects/frozen-since", test_frozen_since);
    g_test_add_func("/service/objects/bad-options", test_bad_options);
    g_test_add_func("/service/objects/completed-comes-last", test_completed_comes_last);
    g_test_add_func("/service/objects/tree", test_tree);
    g_test_add_func("/service/objects/refresh", test_refresh);
    g_test_add_func("/service/objects/crowd", test_crowd);
    g_test_add_func("/service/objects/edit", test_edit);
    g_test_add_func("/service/objects/policy/all-or-none", test_policy_all_or_none);
    return g_test_run();
}
