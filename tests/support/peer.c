/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "peer.h"

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "scratch-dir.h"
#include "wire.h"

#define FLUSH_BYTE '\xff' /* makes an agent discard the incomplete line */

typedef struct {
    char *match;   /* (owned) */
    guint left;    /* uses left; G_MAXUINT: unlimited */
    GArray *steps; /* (owned) (element-type FirnTestStep) texts are owned */
} Rule;

struct FirnTestPeer {
    FirnTestScratchDir *dir; /* (owned) (nullable) only if the path is ours */
    char *path;              /* (owned) */
    FirnTestPeerHandler handler;
    gpointer handler_data;
    GThread *thread;
    int listen_fd;
    int stop_fd;
    GString *in;         /* (owned) bytes read and not yet handled; used by the thread only */
    GMutex sending;      /* held while bytes go out, so that answers do not mix */
    GMutex lock;         /* guards the following; never held while something may block */
    GCond changed;       /* a command was counted */
    int client_fd;       /* -1: no client is connected; changed only with both locks held */
    GPtrArray *rules;    /* (owned) (element-type Rule) */
    GPtrArray *commands; /* (owned) (element-type utf8) received so far */
};

static void
free_step(gpointer data)
{
    g_free((char *)((FirnTestStep *)data)->text);
}

static void
free_rule(gpointer data)
{
    Rule *rule = data;

    g_free(rule->match);
    g_array_unref(rule->steps);
    g_free(rule);
}

static void
note_command(FirnTestPeer *peer, const char *command)
{
    g_mutex_lock(&peer->lock);
    g_ptr_array_add(peer->commands, g_strdup(command));
    g_cond_broadcast(&peer->changed);
    g_mutex_unlock(&peer->lock);
}

/* The steps of the first rule for @line, or NULL. */
static GArray *
take_steps(FirnTestPeer *peer, const char *line)
{
    GArray *steps = NULL;

    g_mutex_lock(&peer->lock);
    for (guint i = 0; steps == NULL && i < peer->rules->len; i++) {
        Rule *rule = peer->rules->pdata[i];
        if (rule->left == 0 || strstr(line, rule->match) == NULL)
            continue;
        if (rule->left != G_MAXUINT)
            rule->left--;
        steps = g_array_ref(rule->steps);
    }
    g_mutex_unlock(&peer->lock);
    return steps;
}

static void
send_bytes(FirnTestPeer *peer, const char *bytes, gsize length)
{
    g_mutex_lock(&peer->sending);
    while (length > 0 && peer->client_fd >= 0) {
        ssize_t sent = send(peer->client_fd, bytes, length, MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR)
            break; /* the client is gone: reading will report it */
        if (sent > 0) {
            bytes += sent;
            length -= (gsize)sent;
        }
    }
    g_mutex_unlock(&peer->sending);
}

/* Returns FALSE if the peer is to end. */
static gboolean
wait_ms(FirnTestPeer *peer, guint ms)
{
    return !firn_test_wire_wait_readable(peer->stop_fd, -1, firn_test_wire_deadline(ms));
}

static gboolean
send_slowly(FirnTestPeer *peer, const char *bytes, gsize length, guint gap_ms)
{
    for (gsize i = 0; i < length; i++) {
        send_bytes(peer, bytes + i, 1);
        if (!wait_ms(peer, gap_ms))
            return FALSE;
    }
    return TRUE;
}

static char *
dup_id(JsonObject *request)
{
    if (request == NULL || !json_object_has_member(request, "id"))
        return NULL;
    return json_to_string(json_object_get_member(request, "id"), FALSE);
}

/* An agent repeats only the id of a synchronisation. */
static char *
dup_sync_id(JsonObject *request)
{
    JsonNode *node = request == NULL ? NULL : json_object_get_member(request, "arguments");

    return node != NULL && JSON_NODE_HOLDS_OBJECT(node) ? dup_id(json_node_get_object(node)) : NULL;
}

static char *
expand(const char *text, JsonObject *request)
{
    g_autofree char *own_id = dup_id(request);
    g_autofree char *id = own_id != NULL ? g_steal_pointer(&own_id) : dup_sync_id(request);
    g_autoptr(GString) expanded = g_string_new(text);

    if (id == NULL)
        g_string_replace(expanded, "\"id\": $id, ", "", 0);
    g_string_replace(expanded, "$id", id != NULL ? id : "null", 0);
    return g_string_free(g_steal_pointer(&expanded), FALSE);
}

static gboolean
play_step(FirnTestPeer *peer, const FirnTestStep *step, JsonObject *request)
{
    if (step->delay_ms > 0 && !wait_ms(peer, step->delay_ms))
        return FALSE;
    if (step->advance_ms > 0)
        firn_test_clock_advance(step->advance_ms);
    if (step->text != NULL) {
        g_autofree char *expanded = step->length == 0 ? expand(step->text, request) : NULL;
        const char *text = expanded != NULL ? expanded : step->text;
        gsize length = step->length == 0 ? strlen(text) : step->length;

        if (step->byte_gap_ms == 0)
            send_bytes(peer, text, length);
        else if (!send_slowly(peer, text, length, step->byte_gap_ms))
            return FALSE;
    }
    if (step->pass && peer->handler != NULL)
        peer->handler(peer, request, peer->handler_data);
    if (step->hang_up)
        firn_test_peer_hang_up(peer);
    return TRUE;
}

static gboolean
react(FirnTestPeer *peer, const char *line, JsonObject *request)
{
    g_autoptr(GArray) steps = take_steps(peer, line);

    if (steps == NULL) {
        if (peer->handler != NULL)
            peer->handler(peer, request, peer->handler_data);
        return TRUE;
    }
    for (guint i = 0; i < steps->len; i++) {
        if (!play_step(peer, &g_array_index(steps, FirnTestStep, i), request))
            return FALSE;
    }
    return TRUE;
}

static gboolean
handle_line(FirnTestPeer *peer, char *line)
{
    char *flushed = strrchr(line, FLUSH_BYTE);
    const char *text = g_strstrip(flushed != NULL ? flushed + 1 : line);
    g_autoptr(JsonNode) node = NULL;
    g_autoptr(JsonObject) request = NULL;

    if (*text == '\0')
        return TRUE;
    node = json_from_string(text, NULL);
    if (node != NULL && JSON_NODE_HOLDS_OBJECT(node))
        request = json_node_dup_object(node);
    else
        request = json_object_new();
    note_command(peer, json_object_get_string_member_with_default(request, "execute", ""));
    return react(peer, text, request);
}

/* Returns FALSE if the peer is to end or the client is gone. */
static gboolean
serve_lines(FirnTestPeer *peer)
{
    char *end;

    while ((end = memchr(peer->in->str, '\n', peer->in->len)) != NULL) {
        gssize length = end - peer->in->str;
        g_autofree char *line = g_strndup(peer->in->str, (gsize)length);

        g_string_erase(peer->in, 0, length + 1);
        if (!handle_line(peer, line))
            return FALSE;
    }
    return TRUE;
}

static void
serve_client(FirnTestPeer *peer, int fd)
{
    char buffer[4096];
    ssize_t got;

    g_string_truncate(peer->in, 0);
    note_command(peer, FIRN_TEST_PEER_CONNECTED);
    if (!react(peer, FIRN_TEST_PEER_CONNECTED, NULL))
        return;
    while (firn_test_wire_wait_readable(fd, peer->stop_fd, -1)) {
        got = read(fd, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return;
        g_string_append_len(peer->in, buffer, got);
        if (!serve_lines(peer))
            return;
    }
}

static void
set_client(FirnTestPeer *peer, int fd)
{
    g_mutex_lock(&peer->sending);
    g_mutex_lock(&peer->lock);
    peer->client_fd = fd;
    g_mutex_unlock(&peer->lock);
    g_mutex_unlock(&peer->sending);
}

static gpointer
run_peer(gpointer data)
{
    FirnTestPeer *peer = data;

    while (firn_test_wire_wait_readable(peer->listen_fd, peer->stop_fd, -1)) {
        int fd = accept4(peer->listen_fd, NULL, NULL, SOCK_CLOEXEC);

        if (fd < 0)
            continue;
        set_client(peer, fd);
        serve_client(peer, fd);
        set_client(peer, -1);
        close(fd);
    }
    return NULL;
}

FirnTestPeer *
firn_test_peer_new(const char *path, FirnTestPeerHandler handler, gpointer data)
{
    FirnTestPeer *peer = g_new0(FirnTestPeer, 1);

    if (path == NULL) {
        peer->dir = firn_test_scratch_dir_new();
        peer->path = g_build_filename(firn_test_scratch_dir_get_path(peer->dir), "peer", NULL);
    } else {
        peer->path = g_strdup(path);
    }
    peer->handler = handler;
    peer->handler_data = data;
    peer->in = g_string_new(NULL);
    peer->client_fd = -1;
    peer->rules = g_ptr_array_new_with_free_func(free_rule);
    peer->commands = g_ptr_array_new_with_free_func(g_free);
    peer->stop_fd = eventfd(0, EFD_CLOEXEC);
    peer->listen_fd = firn_test_wire_listen(peer->path);
    g_mutex_init(&peer->sending);
    g_mutex_init(&peer->lock);
    g_cond_init(&peer->changed);
    peer->thread = g_thread_new("test-peer", run_peer, peer);
    return peer;
}

const char *
firn_test_peer_get_path(FirnTestPeer *peer)
{
    return peer->path;
}

static gboolean
is_end(const FirnTestStep *step)
{
    return step->delay_ms == 0 && step->advance_ms == 0 && step->text == NULL && !step->pass &&
           !step->hang_up;
}

void
firn_test_peer_when(FirnTestPeer *peer, const char *match, guint times, const FirnTestStep *steps)
{
    Rule *rule = g_new0(Rule, 1);

    rule->match = g_strdup(match);
    rule->left = times > 0 ? times : G_MAXUINT;
    rule->steps = g_array_new(FALSE, FALSE, sizeof(FirnTestStep));
    g_array_set_clear_func(rule->steps, free_step);
    for (; steps != NULL && !is_end(steps); steps++) {
        FirnTestStep step = *steps;
        step.text = step.length > 0 ? g_memdup2(step.text, step.length) : g_strdup(step.text);
        g_array_append_val(rule->steps, step);
    }
    g_mutex_lock(&peer->lock);
    g_ptr_array_add(peer->rules, rule);
    g_mutex_unlock(&peer->lock);
}

void
firn_test_peer_fail(FirnTestPeer *peer, const char *match, guint times, const char *description)
{
    g_autofree char *text = g_strdup_printf(
        "{\"id\": $id, \"error\": {\"class\": \"GenericError\", \"desc\": \"%s\"}}\n",
        description);

    firn_test_peer_when(peer, match, times, (FirnTestStep[]){{.text = text}, {0}});
}

void
firn_test_peer_forget_rules(FirnTestPeer *peer)
{
    g_mutex_lock(&peer->lock);
    g_ptr_array_set_size(peer->rules, 0);
    g_mutex_unlock(&peer->lock);
}

void
firn_test_peer_send(FirnTestPeer *peer, const char *text)
{
    send_bytes(peer, text, strlen(text));
}

void
firn_test_peer_reply(FirnTestPeer *peer, JsonObject *request, const char *member, const char *value)
{
    g_autofree char *id = dup_id(request);
    g_autofree char *line = NULL;

    if (id != NULL)
        line = g_strdup_printf("{\"%s\": %s, \"id\": %s}\n", member, value, id);
    else
        line = g_strdup_printf("{\"%s\": %s}\n", member, value);
    firn_test_peer_send(peer, line);
}

void
firn_test_peer_hang_up(FirnTestPeer *peer)
{
    g_mutex_lock(&peer->lock);
    if (peer->client_fd >= 0)
        shutdown(peer->client_fd, SHUT_RDWR); /* the thread reads the end and closes */
    g_mutex_unlock(&peer->lock);
}

static guint
count_locked(FirnTestPeer *peer, const char *command)
{
    guint count = 0;

    for (guint i = 0; i < peer->commands->len; i++)
        count += g_str_equal(peer->commands->pdata[i], command);
    return count;
}

guint
firn_test_peer_count(FirnTestPeer *peer, const char *command)
{
    guint count;

    g_mutex_lock(&peer->lock);
    count = count_locked(peer, command);
    g_mutex_unlock(&peer->lock);
    return count;
}

gboolean
firn_test_peer_wait_count(FirnTestPeer *peer, const char *command, guint count, guint deadline_ms)
{
    gint64 deadline_us = firn_test_wire_deadline(deadline_ms);
    gboolean in_time = TRUE;
    gboolean reached;

    g_mutex_lock(&peer->lock);
    while (!(reached = count_locked(peer, command) >= count) && in_time)
        in_time = g_cond_wait_until(&peer->changed, &peer->lock, deadline_us);
    g_mutex_unlock(&peer->lock);
    return reached;
}

char *
firn_test_peer_dup_commands(FirnTestPeer *peer)
{
    GString *text = g_string_new(NULL);

    g_mutex_lock(&peer->lock);
    for (guint i = 0; i < peer->commands->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? " " : "", (char *)peer->commands->pdata[i]);
    g_mutex_unlock(&peer->lock);
    return g_string_free(text, FALSE);
}

void
firn_test_peer_free(FirnTestPeer *peer)
{
    if (peer == NULL)
        return;
    g_assert_no_errno(eventfd_write(peer->stop_fd, 1));
    firn_test_peer_hang_up(peer); /* ends a blocked send */
    g_thread_join(peer->thread);
    close(peer->listen_fd);
    close(peer->stop_fd);
    unlink(peer->path);
    g_string_free(peer->in, TRUE);
    g_ptr_array_unref(peer->rules);
    g_ptr_array_unref(peer->commands);
    g_cond_clear(&peer->changed);
    g_mutex_clear(&peer->lock);
    g_mutex_clear(&peer->sending);
    firn_test_scratch_dir_free(peer->dir);
    g_free(peer->path);
    g_free(peer);
}
