/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "saved-guest.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "domain.h"
#include "guest-image.h"
#include "guest-options.h"
#include "patience.h"
#include "wire.h"

#define START_BYTES   512
#define LOOK_AGAIN_MS 20

static void
add_program(GString *text, const char *name)
{
    g_autofree char *path = g_find_program_in_path(name);
    struct stat found = {0};

    if (path != NULL)
        g_assert_no_errno(stat(path, &found));
    g_string_append_printf(text, "%s %ld %ld ", name, (long)found.st_size, (long)found.st_mtime);
}

/* The names of the tests' folders differ each time, so leave them out. */
static void
add_extra(GString *text, const char *const *extra)
{
    g_autoptr(GRegex) folder = g_regex_new("firn-[A-Za-z0-9]{6}", 0, 0, NULL);

    for (guint i = 0; extra != NULL && extra[i] != NULL; i++) {
        g_autofree char *word = g_regex_replace_literal(folder, extra[i], -1, 0, "", 0, NULL);

        g_string_append_printf(text, " %s", word);
    }
}

/* The path of a file that exists once guests like these have been saved. */
static char *
get_mark(const FirnTestGuestOptions *options)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *hash = NULL;
    g_autofree char *name = NULL;

    add_program(text, FIRN_TEST_QEMU);
    if (firn_test_domain_is_wanted())
        add_program(text, "libvirtd");
    g_string_append_printf(text,
                           FIRN_TEST_GUEST_KERNEL_WORDS " %u %u %s %d %d %u %d %s",
                           options->n_disks,
                           options->disk_mib,
                           options->disk_format,
                           options->with_backing,
                           options->without_agent_channel,
                           options->memory_mib,
                           options->on_huge_pages,
                           options->firmware);
    add_extra(text, options->extra);
    hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text->str, -1);
    name = g_strdup_printf("saved/like-%.16s", hash);
    return firn_test_guest_image_file(name);
}

static void
wait_until_it_waits(FirnTestGuest *guest)
{
    const char *path = firn_test_guest_get_path(guest, "console");
    gint64 deadline_us = firn_test_give_up_us();
    g_autofree char *console = NULL;

    while (!g_file_get_contents(path, &console, NULL, NULL) ||
           strstr(console, "firn-save") == NULL) {
        if (g_get_monotonic_time() > deadline_us)
            g_error("a guest that is to be saved does not boot: %s", console);
        g_clear_pointer(&console, g_free);
        poll(NULL, 0, LOOK_AGAIN_MS);
    }
}

static void
call(FirnTestGuest *guest, const char *command, const char *arguments)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) reply = firn_test_guest_qmp(guest, command, arguments, &error);

    g_assert_no_error(error);
}

static GSocketListener *
listen_at(const char *path)
{
    GSocketListener *listener = g_socket_listener_new();
    g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
    g_autoptr(GError) error = NULL;

    g_socket_listener_add_address(listener,
                                  address,
                                  G_SOCKET_TYPE_STREAM,
                                  G_SOCKET_PROTOCOL_DEFAULT,
                                  NULL,
                                  NULL,
                                  &error);
    g_assert_no_error(error);
    return listener;
}

/* Reads until the end. */
static void
receive(GSocketListener *listener, const char *path)
{
    g_autoptr(GFile) file = g_file_new_for_path(path);
    g_autoptr(GSocketConnection) stream = NULL;
    g_autoptr(GFileOutputStream) output = NULL;
    g_autoptr(GError) error = NULL;

    stream = g_socket_listener_accept(listener, NULL, NULL, &error);
    g_assert_no_error(error);
    output = g_file_replace(file, NULL, FALSE, G_FILE_CREATE_NONE, NULL, &error);
    g_assert_no_error(error);
    g_output_stream_splice(G_OUTPUT_STREAM(output),
                           g_io_stream_get_input_stream(G_IO_STREAM(stream)),
                           G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET,
                           NULL,
                           &error);
    g_assert_no_error(error);
}

static void
assert_migrated(FirnTestGuest *guest)
{
    g_autoptr(GError) error = NULL;
    const char *status = "active";

    while (g_str_equal(status, "active") || g_str_equal(status, "device")) {
        g_autoptr(JsonNode) reply = firn_test_guest_qmp(guest, "query-migrate", NULL, &error);

        g_assert_no_error(error);
        status = json_object_get_string_member(json_node_get_object(reply), "status");
        status = g_intern_string(status);
    }
    g_assert_cmpstr(status, ==, "completed");
}

/* QEMU may be confined so that it cannot start programs or open files: it is given a socket. */
static void
save_memory(FirnTestGuest *guest)
{
    const char *socket = firn_test_guest_get_path(guest, "ram");
    g_autofree char *arguments = g_strdup_printf("{\"uri\": \"unix:%s\"}", socket);
    g_autoptr(GSocketListener) listener = listen_at(socket);
    g_autofree char *file = NULL;
    g_autofree char *part = NULL;
    g_autoptr(GError) error = NULL;

    g_file_get_contents(firn_test_guest_get_path(guest, "ram-file"), &file, NULL, &error);
    g_assert_no_error(error);
    part = g_strdup_printf("%s.%d", g_strchomp(file), (int)getpid());
    call(guest,
         "migrate-set-parameters",
         "{\"max-bandwidth\": 100000000000, \"downtime-limit\": 20000}");
    call(guest, "migrate", arguments);
    receive(listener, part);
    assert_migrated(guest);
    g_assert_no_errno(rename(part, file));
}

/* Boots another guest of this kind, which ends once its RAM is saved. */
static void
save(const FirnTestGuestOptions *options)
{
    FirnTestGuestOptions like = *options;
    g_autoptr(FirnTestGuest) guest = NULL;

    like.start = FIRN_TEST_GUEST_SAVES;
    like.name = "to-be-saved";
    guest = firn_test_guest_new(&like);
    wait_until_it_waits(guest);
    save_memory(guest);
}

void
firn_test_saved_guest_prepare(const FirnTestGuestOptions *options)
{
    g_autofree char *mark = get_mark(options);
    g_autofree char *lock = g_strconcat(mark, ".lock", NULL);
    g_autofree char *folder = g_path_get_dirname(mark);
    int file;

    if (g_file_test(mark, G_FILE_TEST_EXISTS))
        return;
    g_assert_cmpint(g_mkdir_with_parents(folder, 0755), ==, 0);
    file = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    g_assert_cmpint(file, >=, 0);
    g_assert_no_errno(flock(file, LOCK_EX));
    if (!g_file_test(mark, G_FILE_TEST_EXISTS)) {
        save(options);
        g_assert_true(g_file_set_contents(mark, "", 0, NULL));
    }
    close(file);
}

void
firn_test_saved_guest_write_start(const char *path, FirnTestGuestStart how, const char *words)
{
    static const char *const names[] = {
        [FIRN_TEST_GUEST_BEGINS] = "begin",
        [FIRN_TEST_GUEST_BOOTS] = "boot",
        [FIRN_TEST_GUEST_SAVES] = "save",
    };
    g_autofree char *text =
        g_strdup_printf("%s %-*s", names[how], START_BYTES, words == NULL ? "" : words);
    g_autoptr(GError) error = NULL;

    text[START_BYTES - 1] = '\n';
    g_file_set_contents(path, text, START_BYTES, &error);
    g_assert_no_error(error);
}
