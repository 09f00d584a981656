/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine-file.h"

#include <string.h>

#include "disk.h"
#include "host-error.h"
#include "scratch-dir.h"

#define UUID "6f1f6b0a-0000-4000-8000-00000000000a"
#define HEAD "[machine]\nuuid=" UUID "\nqmp=/run/q\n"

typedef struct {
    FirnTestScratchDir *dir;
    char *path;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->dir = firn_test_scratch_dir_new();
    fixture->path =
        g_build_filename(firn_test_scratch_dir_get_path(fixture->dir), "web1.conf", NULL);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_free(fixture->path);
    firn_test_scratch_dir_free(fixture->dir);
}

static FirnMachineFile *
read_text(Fixture *fixture, const char *text, GError **error)
{
    g_assert_true(g_file_set_contents(fixture->path, text, -1, NULL));
    return firn_machine_file_read(fixture->path, error);
}

static void
assert_disk(const FirnMachineFile *file,
            guint index,
            const char *target,
            const char *format,
            const char *path)
{
    const FirnDisk *disk = file->disks->pdata[index];

    g_assert_cmpstr(disk->target, ==, target);
    g_assert_cmpstr(disk->format, ==, format);
    g_assert_cmpstr(disk->path, ==, path);
}

static void
test_full(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnMachineFile) file =
        read_text(fixture,
                  "# a comment\n[machine]\nuuid=6F1F6B0A-0000-4000-8000-00000000000A\n"
                  "qmp=/run/q\nagent=/run/a\nuser=64055\n"
                  "[disks]\nvda=/srv/a:b.qcow2\nvdb=raw:/srv/b\nvdc=qcow2:/srv/c\n",
                  &error);

    g_assert_no_error(error);
    g_assert_cmpstr(file->name, ==, "web1");
    g_assert_cmpstr(file->uuid, ==, UUID);
    g_assert_cmpstr(file->monitor_path, ==, "/run/q");
    g_assert_cmpstr(file->agent_path, ==, "/run/a");
    g_assert_cmpuint(file->user, ==, 64055);
    g_assert_cmpuint(file->disks->len, ==, 3);
    assert_disk(file, 0, "vda", "qcow2", "/srv/a:b.qcow2");
    assert_disk(file, 1, "vdb", "raw", "/srv/b");
    assert_disk(file, 2, "vdc", "qcow2", "/srv/c");
}

static void
test_short(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnMachineFile) file = read_text(fixture, HEAD, &error);

    g_assert_no_error(error);
    g_assert_null(file->agent_path);
    g_assert_cmpuint(file->user, ==, 0);
    g_assert_cmpuint(file->disks->len, ==, 0);
}

static void
test_user_name(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnMachineFile) file = read_text(fixture, HEAD "user=nobody\n", NULL);

    g_assert_nonnull(file);
    g_assert_cmpuint(file->user, ==, 65534);
}

static void
test_marks(Fixture *fixture, gconstpointer data)
{
    static const char launch[] = "/usr/bin/qemu -append 'a # b' # and so on";
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnMachineFile) file =
        read_text(fixture,
                  HEAD "  # a remark\n#agent=/run/b # c\nagent=/run/a#1\nlaunch=/usr/bin/qemu "
                       "-append 'a # b' # and so on\n",
                  &error);

    g_assert_no_error(error);
    g_assert_cmpstr(file->agent_path, ==, "/run/a#1");
    g_assert_cmpstr(file->launch, ==, launch);
}

/* Returns the lines from "[machine]" on, as long as they have at least its indentation. */
static char *
cut_sample(const char *path)
{
    g_autofree char *full = g_build_filename(SOURCE_ROOT, path, NULL);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    GString *sample = g_string_new(NULL);
    gboolean is_inside = FALSE;

    g_assert_true(g_file_get_contents(full, &text, NULL, NULL));
    lines = g_strsplit(text, "\n", -1);
    for (GStrv line = lines; *line != NULL; line++) {
        is_inside = is_inside || g_str_equal(*line, "    [machine]");
        if (is_inside && !g_str_has_prefix(*line, "    "))
            break;
        if (is_inside)
            g_string_append_printf(sample, "%s\n", *line + strlen("    "));
    }
    return g_string_free(sample, FALSE);
}

static void
test_printed(Fixture *fixture, gconstpointer data)
{
    g_autofree char *sample = cut_sample(data);
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnMachineFile) file = read_text(fixture, sample, &error);

    g_assert_no_error(error);
    g_assert_true(g_str_has_prefix(file->monitor_path, "/run/"));
    g_assert_null(strpbrk(file->monitor_path, " #"));
    g_assert_nonnull(file->agent_path);
    g_assert_cmpuint(file->disks->len, >, 0);
}

typedef struct {
    const char *name;
    const char *text;
    const char *key; /* what the error must name besides the file */
} Case;

static const Case refused[] = {
    {"nothing",         "",                                          "uuid="            },
    {"no-uuid",         "[machine]\nqmp=/run/q\n",                   "uuid="            },
    {"odd-uuid",        "[machine]\nuuid=7\nqmp=/run/q\n",           "uuid=7"           },
    {"no-qmp",          "[machine]\nuuid=" UUID "\n",                "qmp="             },
    {"relative-qmp",    "[machine]\nuuid=" UUID "\nqmp=run/q\n",     "qmp=run/q"        },
    {"relative-agent",  HEAD "agent=a\n",                            "agent=a"          },
    {"unknown-key",     HEAD "agnet=/run/a\n",                       "agnet"            },
    {"unknown-group",   HEAD "[disk]\n",                             "[disk]"           },
    {"unknown-user",    HEAD "user=no-such-user\n",                  "user=no-such-user"},
    {"odd-launch",      HEAD "launch=qemu 'x\n",                     "launch="          },
    {"relative-launch", HEAD "launch=qemu -S\n",                     "launch=qemu"      },
    {"negative-user",   HEAD "user=-1\n",                            "user=-1"          },
    {"odd-format",      HEAD "[disks]\nvda=vmdk:/srv/a\n",           "vda=vmdk:/srv/a"  },
    {"relative-disk",   HEAD "[disks]\nvda=a.qcow2\n",               "vda=a.qcow2"      },
    {"empty-disk",      HEAD "[disks]\nvda=\n",                      "vda="             },
    {"remark-in-uuid",  "[machine]\nuuid=" UUID " # mine\n",         "# mine"           },
    {"remark-in-qmp",   HEAD "agent=/run/a  # its agent\n",          "# its agent"      },
    {"remark-in-disk",  HEAD "[disks]\nvda=/srv/a\t# root\n",        "# root"           },
    {"remark-in-group", HEAD "[disks]   # when it is off\n",         "# when it is off" },
    {"no-key-file",     "uuid\n",                                    ""                 },
    {"no-utf-8",        "[machine]\nuuid=" UUID "\nqmp=/run/\xff\n", "qmp"              },
};

static void
test_refused(Fixture *fixture, gconstpointer data)
{
    const Case *example = data;
    g_autoptr(GError) error = NULL;

    g_assert_null(read_text(fixture, example->text, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_INVALID_ARGUMENT);
    g_assert_true(g_str_has_prefix(error->message, fixture->path));
    g_assert_nonnull(strstr(error->message, example->key));
    g_assert_null(strchr(error->message, '\n'));
}

static void
test_missing(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(firn_machine_file_read(fixture->path, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_INVALID_ARGUMENT);
}

static void
test_equal(Fixture *fixture, gconstpointer data)
{
    static const char *const changes[] = {
        HEAD "agent=/run/b\n[disks]\nvda=/srv/a\n",
        HEAD "agent=/run/a\nuser=5\n[disks]\nvda=/srv/a\n",
        HEAD "agent=/run/a\n[disks]\nvda=/srv/b\n",
        HEAD "agent=/run/a\nlaunch=/usr/bin/qemu\n[disks]\nvda=/srv/a\n",
        HEAD "agent=/run/a\n[disks]\nvdb=/srv/a\n",
        HEAD "agent=/run/a\n[disks]\nvda=raw:/srv/a\n",
        HEAD "agent=/run/a\n",
    };
    g_autoptr(FirnMachineFile) file =
        read_text(fixture, HEAD "agent=/run/a\n[disks]\nvda=/srv/a\n", NULL);
    g_autoptr(FirnMachineFile) same =
        read_text(fixture, HEAD "# same\nagent=/run/a\n[disks]\nvda=qcow2:/srv/a\n", NULL);

    g_assert_true(firn_machine_file_equal(file, same));
    for (guint i = 0; i < G_N_ELEMENTS(changes); i++) {
        g_autoptr(FirnMachineFile) other = read_text(fixture, changes[i], NULL);

        g_assert_nonnull(other);
        g_assert_false(firn_machine_file_equal(file, other));
    }
}

static void
add(const char *path, gconstpointer data, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, data, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/vm/machine-file/full", NULL, test_full);
    add("/vm/machine-file/short", NULL, test_short);
    add("/vm/machine-file/user-by-name", NULL, test_user_name);
    add("/vm/machine-file/marks-that-are-no-remarks", NULL, test_marks);
    add("/vm/machine-file/as-printed/readme", "README.md", test_printed);
    add("/vm/machine-file/as-printed/manual", "packaging/man/firnd.8.rst", test_printed);
    add("/vm/machine-file/equal", NULL, test_equal);
    add("/vm/machine-file/refuses/missing-file", NULL, test_missing);
    for (guint i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autofree char *path = g_strconcat("/vm/machine-file/refuses/", refused[i].name, NULL);

        add(path, &refused[i], test_refused);
    }
    return g_test_run();
}
