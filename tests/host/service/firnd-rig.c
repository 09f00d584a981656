/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "firnd-rig.h"

#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "clock.h"
#include "disk-image.h"
#include "firn-config.h"
#include "scratch-dir.h"
#include "test-bus.h"

#define PATIENCE_US (10 * G_USEC_PER_SEC)

struct FirnTestFirnd {
    FirnTestScratchDir *dir;     /* (owned) */
    GHashTable *paths;           /* (owned) (element-type utf8 utf8) */
    FirnTestBus *bus;            /* (owned) (nullable) */
    char *address;               /* (owned) */
    GDBusConnection *connection; /* (owned) */
    GSubprocess *process;        /* (owned) (nullable) */
    const char *connect;         /* (unowned) (nullable) */
    gboolean is_system;
    guint filter; /* of the filter that stands in for firnd; 0: none */
};

static void
die_with_parent(gpointer data)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static GSubprocess *
launch(FirnTestFirnd *self, const char *const *words, GSubprocessFlags flags)
{
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(flags);
    g_auto(GStrv) environment = firn_test_clock_setenv(g_get_environ());
    g_autoptr(GError) error = NULL;
    GSubprocess *process;

    g_subprocess_launcher_set_child_setup(launcher, die_with_parent, NULL, NULL);
    if (g_str_equal(words[0], FIRN_TEST_FIRND))
        g_subprocess_launcher_set_environ(launcher, environment);
    g_subprocess_launcher_setenv(launcher, "LC_ALL", "C.UTF-8", TRUE);
    g_subprocess_launcher_setenv(launcher, "TZ", "UTC", TRUE);
    g_subprocess_launcher_unsetenv(launcher, "NO_COLOR");
    /* A GLib critical ends firnd and firn, and with them the test. */
    g_subprocess_launcher_setenv(launcher, "G_DEBUG", "fatal-criticals", TRUE);
    if (self->address != NULL) {
        g_subprocess_launcher_setenv(launcher, "FIRN_BUS", self->address, TRUE);
        g_subprocess_launcher_setenv(launcher, "DBUS_SYSTEM_BUS_ADDRESS", self->address, TRUE);
    }
    process = g_subprocess_launcher_spawnv(launcher, words, &error);
    g_assert_no_error(error);
    return process;
}

static void
start_bus(FirnTestFirnd *self)
{
    g_autoptr(GError) error = NULL;

    self->bus = firn_test_bus_new(firn_test_scratch_dir_get_path(self->dir));
    self->address = g_strdup(firn_test_bus_get_address(self->bus));
    self->connection =
        g_dbus_connection_new_for_address_sync(self->address,
                                               G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                   G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                               NULL,
                                               NULL,
                                               &error);
    g_assert_no_error(error);
}

FirnTestFirnd *
firn_test_firnd_new(void)
{
    FirnTestFirnd *self = g_new0(FirnTestFirnd, 1);

    self->dir = firn_test_scratch_dir_new();
    self->paths = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_assert_cmpint(g_mkdir_with_parents(firn_test_firnd_get_path(self, "etc/machines.d"), 0700),
                    ==,
                    0);
    g_assert_cmpint(g_mkdir_with_parents(firn_test_firnd_get_path(self, "state/vm"), 0700), ==, 0);
    g_assert_cmpint(g_mkdir_with_parents(firn_test_firnd_get_path(self, "state/runs"), 0700),
                    ==,
                    0);
    start_bus(self);
    return self;
}

static void
kill_process(GSubprocess **process)
{
    if (*process == NULL)
        return;
    g_subprocess_force_exit(*process);
    g_subprocess_wait(*process, NULL, NULL);
    g_clear_object(process);
}

void
firn_test_firnd_free(FirnTestFirnd *self)
{
    if (self == NULL)
        return;
    kill_process(&self->process);
    if (self->filter != 0)
        g_dbus_connection_remove_filter(self->connection, self->filter);
    g_dbus_connection_close_sync(self->connection, NULL, NULL);
    g_clear_object(&self->connection);
    g_clear_pointer(&self->bus, firn_test_bus_free);
    g_free(self->address);
    g_hash_table_unref(self->paths);
    firn_test_scratch_dir_free(self->dir);
    g_free(self);
}

void
firn_test_firnd_be_system(FirnTestFirnd *self)
{
    self->is_system = TRUE;
}

void
firn_test_firnd_connect_to(FirnTestFirnd *self, const char *uri)
{
    self->connect = uri;
}

const char *
firn_test_firnd_get_path(FirnTestFirnd *self, const char *name)
{
    char *path = g_hash_table_lookup(self->paths, name);

    if (path == NULL) {
        path = g_build_filename(firn_test_scratch_dir_get_path(self->dir), name, NULL);
        g_hash_table_insert(self->paths, g_strdup(name), path);
    }
    return path;
}

const char *
firn_test_firnd_get_bus(FirnTestFirnd *self)
{
    return self->address;
}

GDBusConnection *
firn_test_firnd_get_connection(FirnTestFirnd *self)
{
    return self->connection;
}

void
firn_test_firnd_stand_in(FirnTestFirnd *self, GDBusMessageFilterFunction filter, gpointer data)
{
    g_autoptr(GVariant) reply = NULL;
    g_autoptr(GError) error = NULL;

    self->filter = g_dbus_connection_add_filter(self->connection, filter, data, NULL);
    reply = g_dbus_connection_call_sync(self->connection,
                                        "org.freedesktop.DBus",
                                        "/org/freedesktop/DBus",
                                        "org.freedesktop.DBus",
                                        "RequestName",
                                        g_variant_new("(su)", FIRN_BUS_NAME, 0),
                                        G_VARIANT_TYPE("(u)"),
                                        G_DBUS_CALL_FLAGS_NONE,
                                        -1,
                                        NULL,
                                        &error);
    g_assert_no_error(error);
}

void
firn_test_firnd_write(FirnTestFirnd *self, const char *name, const char *text)
{
    g_autoptr(GError) error = NULL;

    g_file_set_contents(firn_test_firnd_get_path(self, name), text, -1, &error);
    g_assert_no_error(error);
}

static void
write_machine_file(FirnTestFirnd *self, const char *name, const char *uuid)
{
    const char *folder = firn_test_scratch_dir_get_path(self->dir);
    g_autofree char *file = g_strdup_printf("etc/machines.d/%s.conf", name);
    g_autofree char *text = g_strdup_printf("[machine]\nuuid=%s\nqmp=%s/%s.qmp\nagent=%s/%s.qga\n"
                                            "[disks]\nvda=%s/%s.qcow2\n",
                                            uuid,
                                            folder,
                                            name,
                                            folder,
                                            name,
                                            folder,
                                            name);

    firn_test_firnd_write(self, file, text);
}

static const char *
make_image(FirnTestFirnd *self, const char *name)
{
    g_autofree char *base = g_strconcat(name, ".qcow2", NULL);
    const char *path = firn_test_firnd_get_path(self, base);
    g_autofree char *output =
        firn_test_disk_image_run("qemu-img", "create", "-q", "-f", "qcow2", path, "1M", NULL);

    return path;
}

/* Writes the note of an earlier firnd that saw the guest shut down. */
static void
note_shutdown(FirnTestFirnd *self, const char *image, const char *uuid)
{
    g_autofree char *name = g_strdup_printf("state/runs/%s.json", uuid);
    g_autofree char *text = NULL;
    struct stat facts;

    g_assert_no_errno(stat(image, &facts));
    text = g_strdup_printf(
        "{\"end\": \"shut-down\", \"has_gone_back\": false, \"images\": [{\"path\": \"%s\", "
        "\"inode\": %" G_GUINT64_FORMAT ", \"size_bytes\": %" G_GINT64_FORMAT
        ", \"changed_ns\": %" G_GINT64_FORMAT "}]}",
        image,
        (guint64)facts.st_ino,
        (gint64)facts.st_size,
        (gint64)facts.st_mtim.tv_sec * 1000000000 + facts.st_mtim.tv_nsec);
    firn_test_firnd_write(self, name, text);
}

void
firn_test_firnd_add_vm(FirnTestFirnd *self, const char *name, char digit)
{
    char uuid[] = "00000000-1111-4222-8333-123456789abc";

    memset(uuid, digit, 8);
    note_shutdown(self, make_image(self, name), uuid);
    write_machine_file(self, name, uuid);
}

void
firn_test_firnd_add_running_vm(FirnTestFirnd *self,
                               const char *name,
                               FirnTestFakeMonitor **out_monitor,
                               FirnTestFakeAgent **out_agent)
{
    g_autofree char *monitor = g_strconcat(name, ".qmp", NULL);
    g_autofree char *agent = g_strconcat(name, ".qga", NULL);
    const char *image = make_image(self, name);

    *out_monitor = firn_test_fake_monitor_new(firn_test_firnd_get_path(self, monitor), 1);
    firn_test_fake_monitor_set_disk(*out_monitor, "vda", "qcow2", image, FALSE);
    if (out_agent != NULL)
        *out_agent = firn_test_fake_agent_new(firn_test_firnd_get_path(self, agent), 1);
    write_machine_file(self, name, firn_test_fake_monitor_get_uuid(*out_monitor));
}

void
firn_test_firnd_spawn(FirnTestFirnd *self)
{
    g_autofree char *bus = g_strconcat("--bus=", self->is_system ? "system" : self->address, NULL);
    g_autofree char *config =
        g_strconcat("--config-dir=", firn_test_firnd_get_path(self, "etc"), NULL);
    g_autofree char *state =
        g_strconcat("--state-dir=", firn_test_firnd_get_path(self, "state"), NULL);
    g_autofree char *run =
        g_strconcat("--runtime-dir=", firn_test_firnd_get_path(self, "run"), NULL);

    g_autofree char *connect =
        self->connect == NULL ? NULL : g_strconcat("--connect=", self->connect, NULL);

    self->process =
        launch(self,
               (const char *[]){FIRN_TEST_FIRND, bus, config, state, run, connect, NULL},
               G_SUBPROCESS_FLAGS_STDERR_PIPE);
}

typedef struct {
    FirnTestFirnd *self;
    gboolean is_there;
} Arrival;

static gboolean
has_arrived(gpointer data)
{
    return ((Arrival *)data)->is_there;
}

static void
on_appeared(GDBusConnection *connection, const char *name, const char *owner, gpointer data)
{
    ((Arrival *)data)->is_there = TRUE;
}

void
firn_test_firnd_start(FirnTestFirnd *self)
{
    Arrival arrival = {self, FALSE};
    guint watch = g_bus_watch_name_on_connection(self->connection,
                                                 FIRN_BUS_NAME,
                                                 G_BUS_NAME_WATCHER_FLAGS_NONE,
                                                 on_appeared,
                                                 NULL,
                                                 &arrival,
                                                 NULL);

    firn_test_firnd_spawn(self);
    g_assert_true(firn_test_firnd_wait(has_arrived, &arrival));
    g_bus_unwatch_name(watch);
}

int
firn_test_firnd_get_pid(FirnTestFirnd *self)
{
    return atoi(g_subprocess_get_identifier(self->process));
}

void
firn_test_firnd_send_signal(FirnTestFirnd *self, int number)
{
    g_subprocess_send_signal(self->process, number);
}

int
firn_test_firnd_wait_end(FirnTestFirnd *self, char **out_errors)
{
    g_autofree char *errors = NULL;
    int status;

    g_assert_true(g_subprocess_communicate_utf8(self->process, NULL, NULL, NULL, &errors, NULL));
    g_assert_true(g_subprocess_get_if_exited(self->process));
    status = g_subprocess_get_exit_status(self->process);
    g_clear_object(&self->process);
    if (out_errors != NULL)
        *out_errors = g_steal_pointer(&errors);
    return status;
}

void
firn_test_firnd_kill(FirnTestFirnd *self)
{
    kill_process(&self->process);
}

void
firn_test_firnd_end_bus(FirnTestFirnd *self)
{
    g_clear_pointer(&self->bus, firn_test_bus_free);
}

GVariant *
firn_test_firnd_call(FirnTestFirnd *self,
                     const char *path,
                     const char *method,
                     GVariant *parameters,
                     GError **error)
{
    g_autofree char *object = g_strconcat(FIRN_BUS_PATH, path, NULL);
    g_auto(GStrv) words = g_strsplit(method, ".", 2);
    g_autofree char *interface = g_strconcat(FIRN_BUS_NAME ".", words[0], NULL);

    return g_dbus_connection_call_sync(self->connection,
                                       FIRN_BUS_NAME,
                                       object,
                                       interface,
                                       words[1],
                                       parameters,
                                       NULL,
                                       G_DBUS_CALL_FLAGS_NONE,
                                       30000,
                                       NULL,
                                       error);
}

GVariant *
firn_test_firnd_try_get(FirnTestFirnd *self, const char *path, const char *property, GError **error)
{
    g_autofree char *object = g_strconcat(FIRN_BUS_PATH, path, NULL);
    g_auto(GStrv) words = g_strsplit(property, ".", 2);
    g_autofree char *interface = g_strconcat(FIRN_BUS_NAME ".", words[0], NULL);
    g_autoptr(GVariant) answer = NULL;
    GVariant *value = NULL;

    answer = g_dbus_connection_call_sync(self->connection,
                                         FIRN_BUS_NAME,
                                         object,
                                         "org.freedesktop.DBus.Properties",
                                         "Get",
                                         g_variant_new("(ss)", interface, words[1]),
                                         G_VARIANT_TYPE("(v)"),
                                         G_DBUS_CALL_FLAGS_NONE,
                                         30000,
                                         NULL,
                                         error);
    if (answer != NULL)
        g_variant_get(answer, "(v)", &value);
    return value;
}

GVariant *
firn_test_firnd_get(FirnTestFirnd *self, const char *path, const char *property)
{
    g_autoptr(GError) error = NULL;
    GVariant *value = firn_test_firnd_try_get(self, path, property, &error);

    g_assert_no_error(error);
    return value;
}

/* Runs a job to its end and returns its state. */
typedef struct {
    FirnTestFirnd *firnd;
    const char *job;
    char *state; /* (owned) (nullable) */
} Ending;

static gboolean
has_ended(gpointer data)
{
    Ending *ending = data;
    g_autoptr(GVariant) state =
        firn_test_firnd_get(ending->firnd, ending->job + strlen(FIRN_BUS_PATH), "Job.State");

    g_free(ending->state);
    ending->state = g_variant_dup_string(state, NULL);
    return !g_str_equal(ending->state, "pending") && !g_str_equal(ending->state, "in-progress");
}

char *
firn_test_firnd_wait_job(FirnTestFirnd *self, GVariant *answer)
{
    Ending ending = {self, NULL, NULL};

    g_variant_get(answer, "(&o)", &ending.job);
    g_assert_true(firn_test_firnd_wait(has_ended, &ending));
    return ending.state;
}

/* Returns the error of a job. */
static char *
dup_job_error(FirnTestFirnd *self, GVariant *answer)
{
    g_autoptr(GVariant) message = NULL;
    const char *job;

    g_variant_get(answer, "(&o)", &job);
    message = firn_test_firnd_get(self, job + strlen(FIRN_BUS_PATH), "Job.ErrorMessage");
    return g_variant_dup_string(message, NULL);
}

void
firn_test_firnd_create(FirnTestFirnd *self, const char *vm, const char *name)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) answer = firn_test_firnd_call(self,
                                                      vm,
                                                      "VM.CreateSnapshot",
                                                      g_variant_new("(sa{sv})", name, NULL),
                                                      &error);
    g_autofree char *state = NULL;
    g_autofree char *why = NULL;

    g_assert_no_error(error);
    state = firn_test_firnd_wait_job(self, answer);
    why = dup_job_error(self, answer);
    if (!g_str_equal(state, "completed"))
        g_error("snapshot %s: %s: %s", name, state, why);
}

char *
firn_test_firnd_dup_tree(FirnTestFirnd *self, const char *vm)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) answer = firn_test_firnd_call(self, vm, "VM.GetTree", NULL, &error);
    g_autoptr(GVariantIter) foreign = NULL;
    g_autofree const char **uuids = NULL;
    g_autofree const char **names = NULL;
    g_autofree const char **unavailable = NULL;
    GString *text = g_string_new(NULL);
    const char *tag;

    g_assert_no_error(error);
    g_variant_get_child(answer, 0, "^a&s", &uuids);
    g_variant_get_child(answer, 2, "^a&s", &names);
    g_variant_get_child(answer, 10, "^a&s", &unavailable);
    g_variant_get_child(answer, 11, "a(stsass)", &foreign);
    for (guint i = 0; names[i] != NULL; i++)
        g_string_append_printf(text,
                               "%s=%s ",
                               names[i],
                               g_strv_contains(unavailable, uuids[i]) ? "unavailable" : "ready");
    while (g_variant_iter_next(foreign, "(&stsass)", &tag, NULL, NULL, NULL, NULL))
        g_string_append_printf(text, "%s=foreign ", tag);
    return g_string_free(text, FALSE);
}

void
firn_test_run_clear(FirnTestRun *self)
{
    g_clear_pointer(&self->out, g_free);
    g_clear_pointer(&self->err, g_free);
}

static void
mask(char **text, const char *pattern, const char *word)
{
    g_autoptr(GRegex) regex = g_regex_new(pattern, 0, 0, NULL);
    char *masked = g_regex_replace_literal(regex, *text, -1, 0, word, 0, NULL);

    g_free(*text);
    *text = masked;
}

static GSubprocess *
launch_firn(FirnTestFirnd *self, va_list arguments)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    const char *word;

    g_ptr_array_add(words, (gpointer)FIRN_TEST_FIRN);
    while ((word = va_arg(arguments, const char *)) != NULL)
        g_ptr_array_add(words, (gpointer)word);
    g_ptr_array_add(words, NULL);
    return launch(self,
                  (const char *const *)words->pdata,
                  G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                      G_SUBPROCESS_FLAGS_STDERR_PIPE);
}

GSubprocess *
firn_test_firnd_run_async(FirnTestFirnd *self, ...)
{
    GSubprocess *process;
    va_list arguments;

    va_start(arguments, self);
    process = launch_firn(self, arguments);
    va_end(arguments);
    return process;
}

void
firn_test_firnd_run(FirnTestFirnd *self, FirnTestRun *out_run, ...)
{
    g_autoptr(GSubprocess) process = NULL;
    va_list arguments;

    va_start(arguments, out_run);
    process = launch_firn(self, arguments);
    va_end(arguments);
    firn_test_run_clear(out_run);
    g_assert_true(
        g_subprocess_communicate_utf8(process, NULL, NULL, &out_run->out, &out_run->err, NULL));
    out_run->status = g_subprocess_get_exit_status(process);
    mask(&out_run->out, "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d UTC", "YYYY-MM-DD hh:mm:ss UTC");
    mask(&out_run->out, "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d", "YYYY-MM-DD hh:mm");
    mask(&out_run->out, "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UUID");
}

static gboolean
on_tick(gpointer data)
{
    return G_SOURCE_CONTINUE;
}

gboolean
firn_test_firnd_wait(gboolean (*is_so)(gpointer data), gpointer data)
{
    gint64 end_us = g_get_monotonic_time() + PATIENCE_US;
    guint tick = g_timeout_add(20, on_tick, NULL);

    while (!is_so(data) && g_get_monotonic_time() < end_us)
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(tick);
    return is_so(data);
}
