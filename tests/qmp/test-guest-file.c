/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-file.h"

#include <string.h>

#include "channel-rig.h"
#include "qmp-error.h"

#define PATIENCE_MS 5000
#define FOLDER_FILE "/run/firn/last.json"
#define NEW_FILE    "/run/firn/request"
#define BYTES_MAX   100

typedef struct {
    FirnTestLoopThread *loop;
    FirnTestFakeAgent *fake;
    FirnTestPeer *peer; /* (unowned) */
    FirnChannel *agent;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    fixture->loop = firn_test_loop_thread_start();
    fixture->fake = firn_test_fake_agent_new(NULL, 2);
    fixture->peer = firn_test_fake_agent_get_peer(fixture->fake);
    firn_test_fake_agent_put_file(fixture->fake, FOLDER_FILE, "{}");
    fixture->agent =
        firn_test_open_agent(firn_test_peer_get_path(fixture->peer), PATIENCE_MS, &error);
    g_assert_no_error(error);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    firn_test_close_channel(fixture->agent);
    firn_test_fake_agent_free(fixture->fake);
    firn_test_loop_thread_stop(fixture->loop);
}

static GBytes *
read_file(Fixture *fixture, const char *path, GError **error)
{
    return firn_guest_file_read(fixture->agent, path, BYTES_MAX, PATIENCE_MS, NULL, error);
}

static void
assert_closed(Fixture *fixture, guint times)
{
    g_assert_cmpuint(firn_test_peer_count(fixture->peer, "guest-file-close"), ==, times);
}

static void
test_read(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) found = read_file(fixture, FOLDER_FILE, &error);

    g_assert_no_error(error);
    g_assert_cmpstr(g_bytes_get_data(found, NULL), ==, "{}");
    g_assert_cmpuint(g_bytes_get_size(found), ==, 2);
    assert_closed(fixture, 1);
}

static void
test_missing(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(read_file(fixture, NEW_FILE, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED);
    assert_closed(fixture, 0);
}

static void
test_too_long(Fixture *fixture, gconstpointer data)
{
    g_autofree char *text = g_strnfill(BYTES_MAX + 1, 'x');
    g_autoptr(GError) error = NULL;

    firn_test_fake_agent_put_file(fixture->fake, FOLDER_FILE, text);
    g_assert_null(read_file(fixture, FOLDER_FILE, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED);
    assert_closed(fixture, 1);
}

/* A file that never ends, one byte at a time, ends at the limit. */
static void
test_endless(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    firn_test_answer(fixture->peer,
                     "guest-file-read",
                     "{\"count\": 1, \"buf-b64\": \"eA==\", \"eof\": false}");
    g_assert_null(read_file(fixture, FOLDER_FILE, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED);
    g_assert_cmpuint(firn_test_peer_count(fixture->peer, "guest-file-read"), ==, BYTES_MAX + 1);
    assert_closed(fixture, 1);
}

/* Nothing of these is taken for the contents of a file. */
static void
test_malformed(Fixture *fixture, gconstpointer data)
{
    const char *const *reply = data;
    g_autoptr(GError) error = NULL;

    firn_test_answer(fixture->peer, reply[0], reply[1]);
    g_assert_null(read_file(fixture, FOLDER_FILE, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED);
}

static gboolean
write_file(Fixture *fixture, const char *path, GError **error)
{
    return firn_guest_file_write(fixture->agent, path, "token=1\n", PATIENCE_MS, NULL, error);
}

static void
test_write(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *found = NULL;

    g_assert_true(write_file(fixture, NEW_FILE, &error));
    g_assert_no_error(error);
    found = firn_test_fake_agent_dup_file(fixture->fake, NEW_FILE);
    g_assert_cmpstr(found, ==, "token=1\n");
    assert_closed(fixture, 1);
}

static void
test_write_nowhere(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(write_file(fixture, "/nowhere/request", &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED);
}

static void
test_write_in_part(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    firn_test_answer(fixture->peer, "guest-file-write", "{\"count\": 3, \"eof\": false}");
    g_assert_false(write_file(fixture, NEW_FILE, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED);
    assert_closed(fixture, 1);
}

/* What is buffered is lost if the file cannot be closed. */
static void
test_not_closed(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    firn_test_peer_fail(fixture->peer, "guest-file-close", 1, "No space left on device");
    g_assert_false(write_file(fixture, NEW_FILE, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED);
}

static void
add(const char *path, gconstpointer data, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, data, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    static const char *const no_handle[] = {"guest-file-open", "\"5\""};
    static const char *const no_object[] = {"guest-file-read", "5"};
    static const char *const no_bytes[] = {"guest-file-read", "{\"count\": 2, \"eof\": true}"};
    static const char *const no_count[] = {"guest-file-read",
                                           "{\"buf-b64\": \"eHg=\", \"eof\": true}"};
    static const char *const other_count[] = {
        "guest-file-read",
        "{\"count\": 3, \"buf-b64\": \"eHg=\", \"eof\": true}"};

    g_test_init(&argc, &argv, NULL);
    add("/guest-file/read", NULL, test_read);
    add("/guest-file/missing", NULL, test_missing);
    add("/guest-file/too-long", NULL, test_too_long);
    add("/guest-file/endless", NULL, test_endless);
    add("/guest-file/malformed/no-handle", no_handle, test_malformed);
    add("/guest-file/malformed/no-object", no_object, test_malformed);
    add("/guest-file/malformed/no-bytes", no_bytes, test_malformed);
    add("/guest-file/malformed/no-count", no_count, test_malformed);
    add("/guest-file/malformed/other-count", other_count, test_malformed);
    add("/guest-file/write", NULL, test_write);
    add("/guest-file/write-nowhere", NULL, test_write_nowhere);
    add("/guest-file/write-in-part", NULL, test_write_in_part);
    add("/guest-file/not-closed", NULL, test_not_closed);
    return g_test_run();
}
