/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "firnd-rig.h"
#include "transcript.h"

/* A VM whose agent or monitor plays a transcript, and beside it one that is well. */
typedef struct {
    FirnTestFirnd *firnd;             /* (owned) */
    FirnTestTranscript *script;       /* (owned) */
    FirnTestFakeMonitor *monitors[2]; /* (owned) */
    FirnTestFakeAgent *agents[2];     /* (owned) */
    FirnTestRun run;                  /* the last one */
    guint64 before_kib;
} Fixture;

/* A line of a monitor may have 4 MiB, its buffer doubles, and two connections may be reading one:
 * seen at most 11104 KiB. What a fault costs here is ten times that. */
#define GROWTH_KIB 16384

/* A line of /proc/PID/status, in KiB. */
static guint64
read_memory(Fixture *self, const char *key)
{
    g_autofree char *path =
        g_strdup_printf("/proc/%d/status", firn_test_firnd_get_pid(self->firnd));
    g_autofree char *text = NULL;
    const char *found;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    found = strstr(text, key);
    g_assert_nonnull(found);
    return g_ascii_strtoull(found + strlen(key), NULL, 10);
}

static void
assert_printable(const char *text)
{
    g_assert_true(g_utf8_validate(text, -1, NULL));
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);

        g_assert_true(c == '\n' || !g_unichar_iscntrl(c));
        g_assert_false(c == 0x2028 || c == 0x2029 || c == 0x061c || c == 0x200e || c == 0x200f);
        g_assert_false((c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069));
    }
}

#define FIRN(self, ...)                                                                            \
    G_STMT_START                                                                                   \
    {                                                                                              \
        firn_test_firnd_run((self)->firnd, &(self)->run, __VA_ARGS__, NULL);                       \
        assert_printable((self)->run.out);                                                         \
        assert_printable((self)->run.err);                                                         \
    }                                                                                              \
    G_STMT_END

static void
begin_to_measure(Fixture *self)
{
    g_autofree char *path =
        g_strdup_printf("/proc/%d/clear_refs", firn_test_firnd_get_pid(self->firnd));
    FILE *file = fopen(path, "w");

    /* Resets the peak. */
    g_assert_nonnull(file);
    fputs("5", file);
    fclose(file);
    self->before_kib = read_memory(self, "VmRSS:");
}

static void
set_up(Fixture *self, gconstpointer path)
{
    FirnTestPeer *peer;

    self->firnd = firn_test_firnd_new();
    self->script = firn_test_transcript_load(path);
    firn_test_firnd_add_running_vm(self->firnd, "web1", &self->monitors[0], &self->agents[0]);
    firn_test_firnd_add_running_vm(self->firnd, "web2", &self->monitors[1], &self->agents[1]);
    firn_test_firnd_start(self->firnd);
    FIRN(self, "create", "web2", "warm");
    g_assert_cmpint(self->run.status, ==, 0);
    begin_to_measure(self);
    if (firn_test_transcript_is_monitor(self->script)) {
        peer = firn_test_fake_monitor_get_peer(self->monitors[0]);
        firn_test_transcript_play(self->script, peer);
        firn_test_peer_hang_up(peer);
    } else {
        firn_test_transcript_prepare(self->script, self->agents[0]);
        firn_test_transcript_play(self->script, firn_test_fake_agent_get_peer(self->agents[0]));
    }
}

static void
tear_down(Fixture *self, gconstpointer path)
{
    firn_test_run_clear(&self->run);
    firn_test_firnd_free(self->firnd);
    firn_test_transcript_free(self->script);
    for (guint i = 0; i < 2; i++) {
        firn_test_fake_monitor_free(self->monitors[i]);
        firn_test_fake_agent_free(self->agents[i]);
    }
}

static void
create_beside(Fixture *self, const char *quiesce, const char *name)
{
    g_autofree char *option = g_strconcat("--quiesce=", quiesce, NULL);
    g_autoptr(GSubprocess) victim =
        firn_test_firnd_run_async(self->firnd, "create", "web1", name, option, NULL);
    g_autofree char *out = NULL, *err = NULL;

    FIRN(self, "create", "web2", name);
    g_assert_cmpstr(self->run.err, ==, "");
    g_assert_cmpint(self->run.status, ==, 0);
    FIRN(self, "delete", "web2", name, "--yes");
    g_assert_true(g_subprocess_communicate_utf8(victim, NULL, NULL, &out, &err, NULL));
    g_test_message("%s: %d\n%s%s", quiesce, g_subprocess_get_exit_status(victim), out, err);
    assert_printable(out);
    assert_printable(err);
    g_assert_cmpint(g_subprocess_get_exit_status(victim),
                    ==,
                    firn_test_transcript_get_status(self->script, quiesce));
}

/* All that firn knows to say about the VM. */
static void
look_round(Fixture *self)
{
    FIRN(self, "list", "web1");
    FIRN(self, "tree", "web1");
    FIRN(self, "status", "web1");
    FIRN(self, "doctor", "web1");
    FIRN(self, "jobs", "--all");
    FIRN(self, "list", "web1", "--json");
}

static void
assert_verdict(Fixture *self)
{
    const char *verdict = firn_test_transcript_get_verdict(self->script);
    g_autofree char *line = g_strdup_printf("\nVerdict       %s", verdict);

    FIRN(self, "show", "web1", "try");
    if (verdict == NULL)
        g_assert_cmpint(self->run.status, !=, 0);
    else
        g_assert_nonnull(strstr(self->run.out, line));
    FIRN(self, "show", "web1", "try", "--json");
}

static void
assert_log_printable(Fixture *self)
{
    g_autofree char *log = NULL;

    firn_test_firnd_send_signal(self->firnd, SIGTERM);
    g_assert_cmpint(firn_test_firnd_wait_end(self->firnd, &log), ==, 0);
    g_test_message("log: %s", log);
    assert_printable(log);
}

static void
test_case(Fixture *self, gconstpointer path)
{
    create_beside(self, "try", "try");
    create_beside(self, "require", "require");
    assert_verdict(self);
    look_round(self);
    g_assert_false(firn_test_fake_agent_is_frozen(self->agents[0]));
#ifndef __SANITIZE_ADDRESS__
    g_test_message("%" G_GUINT64_FORMAT " KiB more at most",
                   read_memory(self, "VmHWM:") - self->before_kib);
    g_assert_cmpuint(read_memory(self, "VmHWM:"), <, self->before_kib + GROWTH_KIB);
#endif
    assert_log_printable(self);
}

static int
compare(gconstpointer one, gconstpointer other)
{
    return g_strcmp0(*(const char *const *)one, *(const char *const *)other);
}

int
main(int argc, char **argv)
{
    g_autoptr(GDir) dir = g_dir_open(FIRN_TEST_HOSTILE_CASES, 0, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *name;
    guint first, step;

    g_test_init(&argc, &argv, NULL);
    /* Which share of the cases, and of how many; without them all. */
    first = argc == 3 ? (guint)atoi(argv[1]) - 1 : 0;
    step = argc == 3 ? (guint)atoi(argv[2]) : 1;
    while ((name = g_dir_read_name(dir)) != NULL)
        g_ptr_array_add(names, g_build_filename(FIRN_TEST_HOSTILE_CASES, name, NULL));
    g_ptr_array_sort(names, compare);
    for (guint i = first; i < names->len; i += step) {
        g_autofree char *base = g_path_get_basename(names->pdata[i]);
        g_autofree char *path = g_strconcat("/hostile/", base, NULL);

        g_test_add(path, Fixture, names->pdata[i], set_up, test_case, tear_down);
    }
    return g_test_run();
}
