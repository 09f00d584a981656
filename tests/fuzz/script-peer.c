/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "script-peer.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define SEPARATOR "%%"

struct FirnScriptPeer {
    int client;
    GString *heard; /* (owned) */
    guint quoted;
};

static char *folder; /* (owned) */
static char *path;   /* (owned) */
static int listener = -1;

static void
remove_socket(void)
{
    unlink(path);
    g_rmdir(folder);
}

static void
listen_once(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    if (listener >= 0)
        return;
    folder = g_dir_make_tmp("firn-fuzz-XXXXXX", NULL);
    path = g_build_filename(folder, "peer", NULL);
    atexit(remove_socket);
    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    g_assert_cmpint(bind(listener, (struct sockaddr *)&address, sizeof address), ==, 0);
    g_assert_cmpint(listen(listener, 16), ==, 0);
}

void
firn_script_drain(void)
{
    while (g_main_context_iteration(NULL, FALSE))
        continue;
}

FirnScriptPeer *
firn_script_peer_new(void)
{
    FirnScriptPeer *self = g_new0(FirnScriptPeer, 1);

    listen_once();
    self->client = -1;
    self->heard = g_string_new(NULL);
    return self;
}

const char *
firn_script_peer_get_path(FirnScriptPeer *self)
{
    return path;
}

static void
listen_to(FirnScriptPeer *self)
{
    char bytes[4096];
    ssize_t got;

    while ((got = recv(self->client, bytes, sizeof bytes, MSG_DONTWAIT)) > 0)
        g_string_append_len(self->heard, bytes, got);
}

/* The digits after the last "id". */
static char *
dup_last_id(FirnScriptPeer *self)
{
    const char *found = NULL;
    gsize digits;

    for (gsize i = 0; i + 5 < self->heard->len; i++)
        if (memcmp(self->heard->str + i, "\"id\":", 5) == 0)
            found = self->heard->str + i + 5;
    digits = found == NULL ? 0 : strspn(found, "0123456789");
    return digits == 0 ? g_strdup("0") : g_strndup(found, digits);
}

static void
send_piece(FirnScriptPeer *self, const guint8 *bytes, gsize length)
{
    g_autofree char *id = dup_last_id(self);
    g_autoptr(GString) text = g_string_new_len((const char *)bytes, (gssize)length);

    self->quoted += g_string_replace(text, "$id", id, 0);
    /* What does not fit is lost, as when a guest is reset. */
    send(self->client, text->str, text->len, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void
firn_script_peer_play(FirnScriptPeer *self,
                      const guint8 *bytes,
                      gsize length,
                      FirnScriptPieceFunc between,
                      gpointer user_data)
{
    const guint8 *end = bytes + length;

    self->client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    g_assert_cmpint(self->client, >=, 0);
    while (bytes <= end) {
        const guint8 *found = memmem(bytes, (gsize)(end - bytes), SEPARATOR, strlen(SEPARATOR));

        firn_script_drain();
        listen_to(self);
        send_piece(self, bytes, (gsize)((found == NULL ? end : found) - bytes));
        firn_script_drain();
        listen_to(self);
        between(self->heard, user_data);
        bytes = found == NULL ? end + 1 : found + strlen(SEPARATOR);
    }
    close(self->client);
    self->client = -1;
    firn_script_drain();
}

guint
firn_script_peer_count_quoted(FirnScriptPeer *self)
{
    return self->quoted;
}

void
firn_script_peer_free(FirnScriptPeer *self)
{
    if (self == NULL)
        return;
    if (self->client >= 0)
        close(self->client);
    g_string_free(self->heard, TRUE);
    g_free(self);
}
