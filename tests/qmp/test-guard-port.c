/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guard-port.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>

#include "monitor-rig.h"
#include "qmp-error.h"
#include "scratch-dir.h"

#define BYTES_MAX 1000
#define LONG_MS   20000

static void
answer_once(FirnTestPeer *peer, const char *part, const char *value)
{
    g_autofree char *line = g_strdup_printf("{\"id\": $id, \"return\": %s}\n", value);

    firn_test_peer_when(peer, part, 1, (FirnTestStep[]){{.text = line}, {0}});
}

/* A port of libvirt's: its devices have names. */
static void
test_find(FirnTestMonitorRig *rig, gconstpointer data)
{
    g_autofree char *path = NULL;

    answer_once(rig->peer,
                "qom-list",
                "[{\"name\": \"type\", \"type\": \"string\"},"
                " {\"name\": \"net0\", \"type\": \"child<virtio-net-pci>\"},"
                " {\"name\": \"channel0\", \"type\": \"child<virtserialport>\"},"
                " {\"name\": \"channel1\", \"type\": \"child<virtserialport>\"}]");
    answer_once(rig->peer, "/machine/peripheral/channel0", "\"org.qemu.guest_agent.0\"");
    answer_once(rig->peer, "/machine/peripheral/channel1", "\"org.firn.guard.0\"");
    answer_once(rig->peer, "/machine/peripheral/channel1", "\"charchannel1\"");
    firn_test_answer(
        rig->peer,
        "query-chardev",
        "[{\"label\": \"charchannel0\", \"filename\": \"unix:/run/agent,server=on\"},"
        " {\"label\": \"charchannel1\", \"filename\": \"disconnected:unix:/run/port,server=on\"}]");
    path = firn_guard_port_find(rig->monitor, LONG_MS, NULL);
    g_assert_cmpstr(path, ==, "/run/port");
}

/* One of a command line without ids. */
static void
test_find_anonymous(FirnTestMonitorRig *rig, gconstpointer data)
{
    g_autofree char *path = NULL;

    answer_once(rig->peer, "qom-list", "[]");
    answer_once(rig->peer,
                "qom-list",
                "[{\"name\": \"device[0]\", \"type\": \"child<virtserialport>\"}]");
    answer_once(rig->peer, "peripheral-anon/device[0]", "\"org.firn.guard.0\"");
    answer_once(rig->peer, "peripheral-anon/device[0]", "\"guard\"");
    firn_test_answer(rig->peer,
                     "query-chardev",
                     "[{\"label\": \"guard\", \"filename\": \"unix:/run/port\"}]");
    path = firn_guard_port_find(rig->monitor, LONG_MS, NULL);
    g_assert_cmpstr(path, ==, "/run/port");
}

static void
test_find_none(FirnTestMonitorRig *rig, gconstpointer data)
{
    firn_test_answer(rig->peer, "qom-list", "{\"strange\": []}");
    g_assert_null(firn_guard_port_find(rig->monitor, LONG_MS, NULL));
}

/* @script: what the guest says; "ID" is the question's. */
typedef struct {
    FirnTestScratchDir *dir;
    char *path;
    GSocket *socket;
    const char *script;
    GThread *thread;
    char *question;
    gboolean keeps_open;
} Guest;

static gpointer
play(gpointer data)
{
    Guest *self = data;
    g_autoptr(GSocket) link = g_socket_accept(self->socket, NULL, NULL);
    char bytes[512] = {0};
    g_auto(GStrv) words = NULL;
    g_auto(GStrv) parts = g_strsplit(self->script, "ID", -1);
    g_autofree char *text = NULL;

    g_assert_cmpint(g_socket_receive(link, bytes, sizeof bytes - 1, NULL, NULL), >, 0);
    self->question = g_strdup(g_strstrip(bytes));
    words = g_strsplit(self->question, " ", -1);
    text = g_strjoinv(words[1], parts);
    for (gsize sent = 0; sent < strlen(text);) {
        gssize got = g_socket_send(link, text + sent, strlen(text) - sent, NULL, NULL);

        if (got < 0)
            break;
        sent += (gsize)got;
    }
    /* Until the host has heard enough. */
    while (self->keeps_open && g_socket_receive(link, bytes, sizeof bytes, NULL, NULL) > 0)
        continue;
    return NULL;
}

static void
begin(Guest *self, const char *script, gboolean keeps_open)
{
    g_autoptr(GSocketAddress) address = NULL;

    self->dir = firn_test_scratch_dir_new();
    self->path = g_build_filename(firn_test_scratch_dir_get_path(self->dir), "port", NULL);
    self->script = script;
    self->keeps_open = keeps_open;
    address = g_unix_socket_address_new(self->path);
    self->socket = g_socket_new(G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, 0, NULL);
    g_assert_true(g_socket_bind(self->socket, address, FALSE, NULL));
    g_assert_true(g_socket_listen(self->socket, NULL));
    self->thread = g_thread_new("guest", play, self);
}

static void
end(Guest *self)
{
    g_thread_join(self->thread);
    g_object_unref(self->socket);
    g_free(self->question);
    g_free(self->path);
    firn_test_scratch_dir_free(self->dir);
}

static void
test_request(void)
{
    Guest guest = {0};
    g_autoptr(GError) error = NULL;

    begin(&guest, "\nok ID 0\n", TRUE);
    firn_guard_port_request(guest.path, "token=t deadman-sec=7", LONG_MS, NULL, &error);
    g_assert_no_error(error);
    end(&guest);
}

static void
assert_report(const char *script, const char *expected)
{
    Guest guest = {0};
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) report = NULL;

    begin(&guest, script, TRUE);
    report = firn_guard_port_read_report(guest.path, BYTES_MAX, LONG_MS, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(g_bytes_get_data(report, NULL), ==, expected);
    g_assert_cmpuint(g_bytes_get_size(report), ==, strlen(expected));
    end(&guest);
}

/* What an earlier question was answered is skipped. */
static void
test_report(void)
{
    assert_report("\nreport ID 3\n{}\n", "{}\n");
    assert_report("\nreport ID 0\n", "");
    assert_report("half of it\nreport 1-2-3 5\nabcde\nreport ID 2\n{}more", "{}");
}

static void
assert_fails(const char *script, gboolean keeps_open, guint deadline_ms, int code)
{
    Guest guest = {0};
    g_autoptr(GError) error = NULL;

    begin(&guest, script, keeps_open);
    g_assert_null(firn_guard_port_read_report(guest.path, BYTES_MAX, deadline_ms, NULL, &error));
    g_assert_error(error, FIRN_QMP_ERROR, code);
    end(&guest);
}

static void
test_wrong_answers(void)
{
    assert_fails("\nfailed ID 0\n", TRUE, LONG_MS, FIRN_QMP_ERROR_REFUSED);
    assert_fails("ID 3\n", TRUE, LONG_MS, FIRN_QMP_ERROR_REFUSED);
    assert_fails("\nreport ID 3x\n", TRUE, LONG_MS, FIRN_QMP_ERROR_MALFORMED);
    assert_fails("\nreport ID -1\n", TRUE, LONG_MS, FIRN_QMP_ERROR_MALFORMED);
    assert_fails("\nreport ID 1001\n", TRUE, LONG_MS, FIRN_QMP_ERROR_MALFORMED);
    assert_fails("\nreport ID 10\nabc", FALSE, LONG_MS, FIRN_QMP_ERROR_CLOSED);
    assert_fails("\nreport ID 10\nabc", TRUE, 100, FIRN_QMP_ERROR_DEADLINE);
    assert_fails("", TRUE, 100, FIRN_QMP_ERROR_DEADLINE);
}

/* A guest that never ends does not fill the host's memory. */
static void
test_flood(void)
{
    g_autofree char *noise = g_strnfill(2 * 1024 * 1024, 'x');

    assert_fails(noise, FALSE, LONG_MS, FIRN_QMP_ERROR_MALFORMED);
}

static void
test_no_socket(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(firn_guard_port_request("/nonexistent/port", "", LONG_MS, NULL, &error));
    g_assert_nonnull(error);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    firn_test_monitor_rig_add("/qmp/guard-port/find", NULL, test_find);
    firn_test_monitor_rig_add("/qmp/guard-port/find-anonymous", NULL, test_find_anonymous);
    firn_test_monitor_rig_add("/qmp/guard-port/find-none", NULL, test_find_none);
    g_test_add_func("/qmp/guard-port/request", test_request);
    g_test_add_func("/qmp/guard-port/report", test_report);
    g_test_add_func("/qmp/guard-port/wrong-answers", test_wrong_answers);
    g_test_add_func("/qmp/guard-port/flood", test_flood);
    g_test_add_func("/qmp/guard-port/no-socket", test_no_socket);
    return g_test_run();
}
