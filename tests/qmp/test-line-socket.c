/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "line-socket.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "qmp-error.h"
#include "scratch-dir.h"
#include "wire.h"

/* These tests run the main loop themselves, in the test's own thread. */
#define PATIENCE_MS    10000
#define LINE_MAX_BYTES (1 << 20)
#define TURN_BYTES     (64 << 10)
#define FLOOD_BYTES    (4 << 20)
#define NOBODY         65534

typedef struct {
    FirnTestScratchDir *dir;
    char *path;
    int listener;
    int other; /* the accepted connection, or -1 */
    FirnLineSocket *socket;
    GString *lines; /* lines received, each followed by "|" */
    guint n_lines;
    guint closed;
    GError *error;       /* why it was closed */
    gboolean is_closing; /* close in the first callback */
} Fixture;

static void
on_line(GBytes *line, gboolean is_delimited, gpointer user_data)
{
    Fixture *fixture = user_data;

    g_string_append_len(fixture->lines, g_bytes_get_data(line, NULL), g_bytes_get_size(line));
    g_string_append_c(fixture->lines, '|');
    fixture->n_lines++;
    if (fixture->is_closing)
        firn_line_socket_close(fixture->socket);
}

static void
on_closed(const GError *error, gpointer user_data)
{
    Fixture *fixture = user_data;

    fixture->closed++;
    g_clear_error(&fixture->error);
    fixture->error = g_error_copy(error);
}

static FirnLineSocket *
connect_as(Fixture *fixture, uid_t user, GError **error)
{
    FirnLineSocketPeer peer = {on_line, on_closed, fixture};

    return firn_line_socket_new(fixture->path, user, LINE_MAX_BYTES, &peer, error);
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->dir = firn_test_scratch_dir_new();
    fixture->path = g_build_filename(firn_test_scratch_dir_get_path(fixture->dir), "s", NULL);
    fixture->lines = g_string_new(NULL);
    fixture->listener = -1;
    fixture->other = -1;
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_clear_object(&fixture->socket);
    if (fixture->other >= 0)
        close(fixture->other);
    if (fixture->listener >= 0)
        close(fixture->listener);
    g_clear_error(&fixture->error);
    g_string_free(fixture->lines, TRUE);
    g_free(fixture->path);
    firn_test_scratch_dir_free(fixture->dir);
}

static void
join(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;

    fixture->listener = firn_test_wire_listen(fixture->path);
    fixture->socket = connect_as(fixture, 0, &error);
    g_assert_no_error(error);
    fixture->other = accept4(fixture->listener, NULL, NULL, SOCK_CLOEXEC);
    g_assert_cmpint(fixture->other, >=, 0);
}

static gboolean
on_too_long(gpointer is_over)
{
    *(gboolean *)is_over = TRUE;
    return G_SOURCE_CONTINUE;
}

static void
turn_until(guint *counter, guint wanted)
{
    gboolean is_over = FALSE;
    guint timer = g_timeout_add(PATIENCE_MS, on_too_long, &is_over);

    while (*counter < wanted && !is_over)
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(timer);
    g_assert_cmpuint(*counter, >=, wanted);
}

static void
put(Fixture *fixture, const char *text)
{
    g_assert_cmpint(write(fixture->other, text, strlen(text)), ==, (gssize)strlen(text));
}

static void
test_lines(Fixture *fixture, gconstpointer data)
{
    join(fixture);
    put(fixture, "one\r\ntw");
    turn_until(&fixture->n_lines, 1);
    put(fixture, "o\nthree\n");
    turn_until(&fixture->n_lines, 3);
    g_assert_cmpstr(fixture->lines->str, ==, "one|two|three|");
}

static void
test_peer_ends(Fixture *fixture, gconstpointer data)
{
    join(fixture);
    put(fixture, "last words\n");
    close(fixture->other);
    fixture->other = -1;
    turn_until(&fixture->closed, 1);
    g_assert_cmpstr(fixture->lines->str, ==, "last words|");
    g_assert_error(fixture->error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_CLOSED);
}

static void
test_silent_after_close(Fixture *fixture, gconstpointer data)
{
    fixture->is_closing = TRUE;
    join(fixture);
    put(fixture, "first\nsecond\n");
    turn_until(&fixture->n_lines, 1);
    while (g_main_context_iteration(NULL, FALSE))
        ;
    g_assert_cmpstr(fixture->lines->str, ==, "first|");
    g_assert_cmpuint(fixture->closed, ==, 0);
}

static gpointer
flood(gpointer data)
{
    Fixture *fixture = data;
    g_autofree char *bytes = g_strnfill(TURN_BYTES, 'x');

    for (gsize i = 127; i < TURN_BYTES; i += 128)
        bytes[i] = '\n';
    for (gsize sent = 0; sent < FLOOD_BYTES;) {
        gssize n = send(fixture->other, bytes, TURN_BYTES - sent % 128, MSG_NOSIGNAL);

        if (n <= 0)
            break;
        sent += (gsize)n;
    }
    return NULL;
}

typedef struct {
    Fixture *fixture;
    guint seen;
    guint most; /* lines between two runs of another source */
} Neighbour;

static gboolean
on_neighbours_turn(gpointer data)
{
    Neighbour *self = data;

    self->most = MAX(self->most, self->fixture->n_lines - self->seen);
    self->seen = self->fixture->n_lines;
    return G_SOURCE_CONTINUE;
}

static void
test_flood_is_fair(Fixture *fixture, gconstpointer data)
{
    Neighbour neighbour = {.fixture = fixture};
    guint source = g_idle_add_full(G_PRIORITY_DEFAULT, on_neighbours_turn, &neighbour, NULL);
    GThread *thread;

    join(fixture);
    thread = g_thread_new("flood", flood, fixture);
    turn_until(&fixture->n_lines, FLOOD_BYTES / 128);
    g_thread_join(thread);
    g_source_remove(source);
    g_assert_cmpuint(neighbour.most, >, 0);
    g_assert_cmpuint(neighbour.most, <=, TURN_BYTES / 128 + 1);
}

static gpointer
pour(gpointer data)
{
    Fixture *fixture = data;
    g_autofree char *bytes = g_strnfill(TURN_BYTES, 'x');

    for (gsize sent = 0; sent < 2 * LINE_MAX_BYTES; sent += TURN_BYTES)
        if (send(fixture->other, bytes, TURN_BYTES, MSG_NOSIGNAL) < 0)
            break;
    return NULL;
}

static void
test_endless_line(Fixture *fixture, gconstpointer data)
{
    GThread *thread;

    join(fixture);
    thread = g_thread_new("pour", pour, fixture);
    turn_until(&fixture->closed, 1);
    g_thread_join(thread);
    g_assert_error(fixture->error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_MALFORMED);
}

static gpointer
swallow(gpointer data)
{
    Fixture *fixture = data;
    g_autofree char *bytes = g_malloc(TURN_BYTES);
    gsize total = 0;

    while (total < FLOOD_BYTES) {
        gssize n = read(fixture->other, bytes, TURN_BYTES);

        if (n <= 0)
            break;
        total += (gsize)n;
    }
    put(fixture, "enough\n");
    return GSIZE_TO_POINTER(total);
}

static void
test_send_never_blocks(Fixture *fixture, gconstpointer data)
{
    g_autofree char *text = g_strnfill(FLOOD_BYTES, 'y');
    g_autoptr(GBytes) bytes = g_bytes_new(text, FLOOD_BYTES);
    GThread *thread;

    join(fixture);
    firn_line_socket_send(fixture->socket, bytes);
    thread = g_thread_new("swallow", swallow, fixture);
    turn_until(&fixture->n_lines, 1);
    g_assert_cmpuint(GPOINTER_TO_SIZE(g_thread_join(thread)), ==, FLOOD_BYTES);
}

/* Reads everything, and returns how many bytes are neither spaces nor 'y'. */
static gpointer
find_others(gpointer data)
{
    Fixture *fixture = data;
    g_autofree char *bytes = g_malloc(TURN_BYTES);
    gsize total = 0, others = 0;

    while (total < FLOOD_BYTES + 6) {
        gssize n = read(fixture->other, bytes, TURN_BYTES);

        if (n <= 0)
            break;
        for (gssize i = 0; i < n; i++)
            others += bytes[i] != 'y' && bytes[i] != ' ';
        total += (gsize)n;
    }
    put(fixture, "enough\n");
    return GSIZE_TO_POINTER(others);
}

/* A queued command behind data that the other side has not read: its caller has given up
 * meanwhile. */
static void
test_take_back(Fixture *fixture, gconstpointer data)
{
    g_autofree char *text = g_strnfill(FLOOD_BYTES, 'y');
    g_autoptr(GBytes) flood = g_bytes_new(text, FLOOD_BYTES);
    g_autoptr(GBytes) command = g_bytes_new_static("{\"x\"}\n", 6);
    guint64 first, begin;
    GThread *thread;

    join(fixture);
    first = firn_line_socket_send(fixture->socket, flood);
    begin = firn_line_socket_send(fixture->socket, command);
    g_assert_true(firn_line_socket_take_back(fixture->socket, begin, 6));
    g_assert_false(firn_line_socket_take_back(fixture->socket, first, FLOOD_BYTES));
    thread = g_thread_new("others", find_others, fixture);
    turn_until(&fixture->n_lines, 1);
    g_assert_cmpuint(GPOINTER_TO_SIZE(g_thread_join(thread)), ==, 0);
}

static void
test_nobody_there(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) missing = NULL;
    g_autoptr(GError) dead = NULL;

    g_assert_null(connect_as(fixture, 0, &missing));
    g_assert_error(missing, FIRN_QMP_ERROR, FIRN_QMP_ERROR_CLOSED);
    close(firn_test_wire_listen(fixture->path));
    g_assert_null(connect_as(fixture, 0, &dead));
    g_assert_error(dead, FIRN_QMP_ERROR, FIRN_QMP_ERROR_CLOSED);
}

/* A refused connection does not mean that no process listens: QEMU may run. */
static void
test_not_let_in(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    g_assert_no_errno(symlink(fixture->path, fixture->path));
    g_assert_null(connect_as(fixture, 0, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_UNTRUSTED);
}

static void
fill_address(const char *path, struct sockaddr_un *address)
{
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    g_strlcpy(address->sun_path, path, sizeof address->sun_path);
}

/* QEMU listens with a short backlog: when it is full, connecting would block. */
static void
test_full_queue(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GArray) clients = g_array_new(FALSE, FALSE, sizeof(int));
    g_autoptr(GError) error = NULL;
    struct sockaddr_un address;
    int result;

    fill_address(fixture->path, &address);
    fixture->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_assert_no_errno(bind(fixture->listener, (struct sockaddr *)&address, sizeof address));
    g_assert_no_errno(listen(fixture->listener, 0));
    do {
        int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

        result = connect(client, (struct sockaddr *)&address, sizeof address);
        g_array_append_val(clients, client);
    } while (result == 0 && clients->len < 100);
    g_assert_null(connect_as(fixture, 0, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_BUSY);
    for (guint i = 0; i < clients->len; i++)
        close(g_array_index(clients, int, i));
}

/* A child that listens as another user until @lifeline ends; only async-signal-safe calls. */
static void
listen_as_nobody(const struct sockaddr_un *address, int ready, int lifeline)
{
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    char byte = '!';

    if (setgid(NOBODY) != 0 || setuid(NOBODY) != 0 ||
        bind(fd, (const struct sockaddr *)address, sizeof *address) != 0 || listen(fd, 5) != 0)
        byte = '?';
    if (write(ready, &byte, 1) != 1 || read(lifeline, &byte, 1) < 0)
        _exit(1);
    _exit(0);
}

static void
test_owner_is_checked(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnLineSocket) named = NULL;
    struct sockaddr_un address;
    int ready[2], lifeline[2];
    char byte = 0;
    pid_t child;

    if (geteuid() != 0) {
        g_test_skip("only root can listen as another user");
        return;
    }
    fill_address(fixture->path, &address);
    g_assert_no_errno(chmod(firn_test_scratch_dir_get_path(fixture->dir), 0777));
    g_assert_no_errno(pipe2(ready, O_CLOEXEC));
    g_assert_no_errno(pipe2(lifeline, O_CLOEXEC));
    child = fork();
    if (child == 0) {
        close(lifeline[1]);
        listen_as_nobody(&address, ready[1], lifeline[0]);
    }
    close(ready[1]);
    close(lifeline[0]);
    g_assert_cmpint(read(ready[0], &byte, 1), ==, 1);
    g_assert_cmpint(byte, ==, '!');
    g_assert_null(connect_as(fixture, 0, &error));
    g_assert_error(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_UNTRUSTED);
    named = connect_as(fixture, NOBODY, NULL);
    g_assert_nonnull(named);
    close(lifeline[1]);
    close(ready[0]);
    g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
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
    add("/qmp/line-socket/open/owner-is-checked", test_owner_is_checked);
    add("/qmp/line-socket/open/nobody-there", test_nobody_there);
    add("/qmp/line-socket/open/not-let-in", test_not_let_in);
    add("/qmp/line-socket/open/full-queue-is-busy", test_full_queue);
    add("/qmp/line-socket/read/lines", test_lines);
    add("/qmp/line-socket/read/peer-ends", test_peer_ends);
    add("/qmp/line-socket/read/silent-after-close", test_silent_after_close);
    add("/qmp/line-socket/read/flood-leaves-others-their-turn", test_flood_is_fair);
    add("/qmp/line-socket/read/endless-line-ends-it", test_endless_line);
    add("/qmp/line-socket/send/never-blocks", test_send_never_blocks);
    add("/qmp/line-socket/send/takes-back-what-was-not-sent", test_take_back);
    return g_test_run();
}
