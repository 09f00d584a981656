/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "proxy.h"

#include <errno.h>
#include <json-glib/json-glib.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "scratch-dir.h"
#include "wire.h"

#define MAX_FDS       4
#define LOOK_AGAIN_MS 20

typedef struct {
    char *match; /* (owned) */
    guint left;  /* uses left; G_MAXUINT: unlimited */
    gboolean is_request;
    FirnTestProxyHook hook;
    gpointer data;
} Hook;

/* One end: what it has sent and was not forwarded yet. */
typedef struct {
    int fd;
    gboolean is_client;
    GString *in;      /* (owned) */
    int fds[MAX_FDS]; /* descriptors that came along */
    guint n_fds;
} End;

struct FirnTestProxy {
    FirnTestScratchDir *dir; /* (owned) (nullable) only if the path is ours */
    char *path;              /* (owned) */
    char *upstream;          /* (owned) */
    GThread *thread;
    int listen_fd;
    int stop_fd;
    GMutex lock;         /* guards the following */
    GCond changed;       /* a request was noted */
    GPtrArray *hooks;    /* (owned) (element-type Hook) */
    GPtrArray *requests; /* (owned) (element-type utf8) lines from clients */
};

static void
free_hook(gpointer data)
{
    Hook *hook = data;

    g_free(hook->match);
    g_free(hook);
}

static gboolean
take_hook(FirnTestProxy *proxy, const char *line, gboolean is_request, Hook *out_hook)
{
    gboolean found = FALSE;

    g_mutex_lock(&proxy->lock);
    for (guint i = 0; !found && i < proxy->hooks->len; i++) {
        Hook *hook = proxy->hooks->pdata[i];
        if (hook->is_request != is_request || hook->left == 0 || strstr(line, hook->match) == NULL)
            continue;
        if (hook->left != G_MAXUINT)
            hook->left--;
        *out_hook = *hook;
        found = TRUE;
    }
    g_mutex_unlock(&proxy->lock);
    return found;
}

static void
note_request(FirnTestProxy *proxy, const char *line)
{
    g_mutex_lock(&proxy->lock);
    g_ptr_array_add(proxy->requests, g_strdup(line));
    g_cond_broadcast(&proxy->changed);
    g_mutex_unlock(&proxy->lock);
}

static gboolean
receive(End *from)
{
    char buffer[4096];
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int) * MAX_FDS)];
    } control;
    struct iovec part = {.iov_base = buffer, .iov_len = sizeof buffer};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    ssize_t got = recvmsg(from->fd, &message, MSG_CMSG_CLOEXEC);
    struct cmsghdr *header = got > 0 ? CMSG_FIRSTHDR(&message) : NULL;

    if (got < 0 && errno == EINTR)
        return TRUE;
    if (got <= 0)
        return FALSE;
    if (header != NULL && header->cmsg_type == SCM_RIGHTS && from->n_fds == 0) {
        from->n_fds = (guint)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
        memcpy(from->fds, CMSG_DATA(header), from->n_fds * sizeof(int));
    }
    g_string_append_len(from->in, buffer, got);
    return TRUE;
}

/* Sends the first bytes of what @from holds, with its descriptors. */
static void
forward(End *from, int to_fd, gsize length)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int) * MAX_FDS)];
    } control = {0};
    struct iovec part = {.iov_base = from->in->str, .iov_len = length};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

    if (from->n_fds > 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * from->n_fds);
        CMSG_FIRSTHDR(&message)->cmsg_level = SOL_SOCKET;
        CMSG_FIRSTHDR(&message)->cmsg_type = SCM_RIGHTS;
        CMSG_FIRSTHDR(&message)->cmsg_len = CMSG_LEN(sizeof(int) * from->n_fds);
        memcpy(CMSG_DATA(CMSG_FIRSTHDR(&message)), from->fds, from->n_fds * sizeof(int));
    }
    while (part.iov_len > 0) {
        ssize_t sent = sendmsg(to_fd, &message, MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR)
            break; /* that end is gone: reading will report it */
        if (sent > 0) {
            part.iov_base = (char *)part.iov_base + sent;
            part.iov_len -= (size_t)sent;
            message.msg_control = NULL;
            message.msg_controllen = 0;
        }
    }
    while (from->n_fds > 0)
        close(from->fds[--from->n_fds]);
}

static void
answer_error(int fd, const char *line)
{
    const char *text = strchr(line, '{');
    g_autoptr(JsonNode) node = text != NULL ? json_from_string(text, NULL) : NULL;
    JsonObject *request = node != NULL ? json_node_get_object(node) : NULL;
    g_autofree char *id = NULL;
    g_autofree char *answer = NULL;

    if (request != NULL && json_object_has_member(request, "id"))
        id = json_to_string(json_object_get_member(request, "id"), FALSE);
    answer = g_strdup_printf("{%s%s%s\"error\": {\"class\": \"GenericError\", "
                             "\"desc\": \"refused by the test\"}}\n",
                             id != NULL ? "\"id\": " : "",
                             id != NULL ? id : "",
                             id != NULL ? ", " : "");
    while (send(fd, answer, strlen(answer), MSG_NOSIGNAL) < 0 && errno == EINTR)
        ;
}

/* Returns FALSE if the connections are to be closed. */
static gboolean
pass_line(FirnTestProxy *proxy, End *from, End *to, gsize length)
{
    g_autofree char *line = g_strndup(from->in->str, length - 1);
    FirnTestVerdict verdict = FIRN_TEST_VERDICT_FORWARD;
    Hook hook;

    if (from->is_client)
        note_request(proxy, line);
    if (take_hook(proxy, line, from->is_client, &hook))
        verdict = hook.hook(line, hook.data);
    if (verdict == FIRN_TEST_VERDICT_FORWARD)
        forward(from, to->fd, length);
    else if (verdict == FIRN_TEST_VERDICT_FAIL && from->is_client)
        answer_error(from->fd, line);
    g_string_erase(from->in, 0, (gssize)length);
    return verdict != FIRN_TEST_VERDICT_HANG_UP;
}

/* Returns FALSE if the connections are to be closed. */
static gboolean
pass_lines(FirnTestProxy *proxy, End *from, End *to)
{
    char *end;

    if (!receive(from)) {
        forward(from, to->fd, from->in->len); /* a test may also send incomplete lines */
        return FALSE;
    }
    while ((end = memchr(from->in->str, '\n', from->in->len)) != NULL) {
        if (!pass_line(proxy, from, to, (gsize)(end - from->in->str) + 1))
            return FALSE;
    }
    return TRUE;
}

/* Returns whether the server ended the connection. */
static gboolean
serve(FirnTestProxy *proxy, End *client, End *server)
{
    struct pollfd fds[] = {
        {.fd = client->fd,     .events = POLLIN},
        {.fd = server->fd,     .events = POLLIN},
        {.fd = proxy->stop_fd, .events = POLLIN},
    };

    for (;;) {
        if (poll(fds, G_N_ELEMENTS(fds), -1) < 0 && errno != EINTR)
            return FALSE;
        if (fds[2].revents != 0)
            return FALSE;
        if (fds[0].revents != 0 && !pass_lines(proxy, client, server))
            return FALSE;
        if (fds[1].revents != 0 && !pass_lines(proxy, server, client))
            return TRUE;
    }
}

static int
connect_upstream(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    g_assert_cmpuint(strlen(path), <, sizeof address.sun_path);
    strcpy(address.sun_path, path);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    close(fd);
    return -1;
}

static void
close_end(End *end)
{
    while (end->n_fds > 0)
        close(end->fds[--end->n_fds]);
    g_string_free(end->in, TRUE);
    if (end->fd >= 0)
        close(end->fd);
}

static gboolean
has_upstream(FirnTestProxy *proxy)
{
    int fd = connect_upstream(proxy->upstream);

    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

/* Waits while the socket has no listener, as QEMU leaves it until QEMU is started again. Returns
 * FALSE if the proxy is to end. */
static gboolean
wait_for_upstream(FirnTestProxy *proxy)
{
    struct pollfd stop = {.fd = proxy->stop_fd, .events = POLLIN};

    while (!has_upstream(proxy))
        if (poll(&stop, 1, LOOK_AGAIN_MS) > 0)
            return FALSE;
    proxy->listen_fd = firn_test_wire_listen(proxy->path);
    return TRUE;
}

static void
serve_one(FirnTestProxy *proxy)
{
    End client = {.is_client = TRUE, .in = g_string_new(NULL)};
    End server = {.in = g_string_new(NULL)};
    gboolean has_ended = TRUE;

    client.fd = accept4(proxy->listen_fd, NULL, NULL, SOCK_CLOEXEC);
    server.fd = connect_upstream(proxy->upstream);
    if (client.fd >= 0 && server.fd >= 0)
        has_ended = serve(proxy, &client, &server);
    close_end(&server);
    /* Closed before the client is disconnected: so the client finds no listener, as when QEMU
     * ends. */
    if (has_ended && !has_upstream(proxy)) {
        close(proxy->listen_fd);
        proxy->listen_fd = -1;
    }
    close_end(&client);
}

static gpointer
run_proxy(gpointer data)
{
    FirnTestProxy *proxy = data;

    while (proxy->listen_fd >= 0 || wait_for_upstream(proxy)) {
        if (!firn_test_wire_wait_readable(proxy->listen_fd, proxy->stop_fd, -1))
            break;
        serve_one(proxy);
    }
    return NULL;
}

FirnTestProxy *
firn_test_proxy_new(const char *path, const char *upstream)
{
    FirnTestProxy *proxy = g_new0(FirnTestProxy, 1);

    if (path == NULL) {
        proxy->dir = firn_test_scratch_dir_new();
        proxy->path = g_build_filename(firn_test_scratch_dir_get_path(proxy->dir), "proxy", NULL);
    } else {
        proxy->path = g_strdup(path);
    }
    proxy->upstream = g_strdup(upstream);
    proxy->hooks = g_ptr_array_new_with_free_func(free_hook);
    proxy->requests = g_ptr_array_new_with_free_func(g_free);
    proxy->stop_fd = eventfd(0, EFD_CLOEXEC);
    proxy->listen_fd = firn_test_wire_listen(proxy->path);
    g_mutex_init(&proxy->lock);
    g_cond_init(&proxy->changed);
    proxy->thread = g_thread_new("test-proxy", run_proxy, proxy);
    return proxy;
}

const char *
firn_test_proxy_get_path(FirnTestProxy *proxy)
{
    return proxy->path;
}

static void
add_hook(FirnTestProxy *proxy, const Hook *hook)
{
    Hook *copy = g_memdup2(hook, sizeof *hook);

    copy->match = g_strdup(hook->match);
    copy->left = hook->left > 0 ? hook->left : G_MAXUINT;
    g_mutex_lock(&proxy->lock);
    g_ptr_array_add(proxy->hooks, copy);
    g_mutex_unlock(&proxy->lock);
}

void
firn_test_proxy_on_request(FirnTestProxy *proxy,
                           const char *match,
                           guint times,
                           FirnTestProxyHook hook,
                           gpointer data)
{
    add_hook(proxy, &(Hook){(char *)match, times, TRUE, hook, data});
}

void
firn_test_proxy_on_reply(FirnTestProxy *proxy,
                         const char *match,
                         guint times,
                         FirnTestProxyHook hook,
                         gpointer data)
{
    add_hook(proxy, &(Hook){(char *)match, times, FALSE, hook, data});
}

static guint
count_locked(FirnTestProxy *proxy, const char *match)
{
    guint count = 0;

    for (guint i = 0; i < proxy->requests->len; i++)
        count += strstr(proxy->requests->pdata[i], match) != NULL;
    return count;
}

guint
firn_test_proxy_count(FirnTestProxy *proxy, const char *match)
{
    guint count;

    g_mutex_lock(&proxy->lock);
    count = count_locked(proxy, match);
    g_mutex_unlock(&proxy->lock);
    return count;
}

gboolean
firn_test_proxy_wait_count(FirnTestProxy *proxy, const char *match, guint count, guint deadline_ms)
{
    gint64 deadline_us = firn_test_wire_deadline(deadline_ms);
    gboolean in_time = TRUE;
    gboolean reached;

    g_mutex_lock(&proxy->lock);
    while (!(reached = count_locked(proxy, match) >= count) && in_time)
        in_time = g_cond_wait_until(&proxy->changed, &proxy->lock, deadline_us);
    g_mutex_unlock(&proxy->lock);
    return reached;
}

void
firn_test_proxy_free(FirnTestProxy *proxy)
{
    if (proxy == NULL)
        return;
    g_assert_no_errno(eventfd_write(proxy->stop_fd, 1));
    g_thread_join(proxy->thread);
    if (proxy->listen_fd >= 0)
        close(proxy->listen_fd);
    close(proxy->stop_fd);
    unlink(proxy->path);
    g_ptr_array_unref(proxy->hooks);
    g_ptr_array_unref(proxy->requests);
    g_cond_clear(&proxy->changed);
    g_mutex_clear(&proxy->lock);
    firn_test_scratch_dir_free(proxy->dir);
    g_free(proxy->path);
    g_free(proxy->upstream);
    g_free(proxy);
}
