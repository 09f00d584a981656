/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wine.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

/* Wine's services start and stop within a second, on a busy machine within some. */
#define PLAY_S     120
#define POLL_US    20000
#define SERVICE    "firn-vss"
#define TRANSCRIPT "fakevss/transcript.txt"
#define HOOK       "C:\\Program Files\\firn\\hook.exe"
#define TESTS      "tests/vss-windows/windows/"

struct FirnTestWine {
    char *folder;        /* (owned): holds the prefix, and wine's sockets */
    GSubprocess *guard;  /* (owned): ends all of it, when this process ends in any way */
    char *prefix;        /* (owned) */
    GSubprocess *keeper; /* (owned): as long as it runs, wine's services do */
};

static GSubprocessLauncher *
make_launcher(const char *prefix, GSubprocessFlags flags)
{
    GSubprocessLauncher *launcher = g_subprocess_launcher_new(flags);
    g_autofree char *folder = g_path_get_dirname(prefix);

    g_subprocess_launcher_setenv(launcher, "WINEPREFIX", prefix, TRUE);
    g_subprocess_launcher_setenv(launcher, "WINEARCH", "win64", TRUE);
    g_subprocess_launcher_setenv(launcher, "WINEDEBUG", "-all", TRUE);
    g_subprocess_launcher_setenv(launcher,
                                 "WINEDLLOVERRIDES",
                                 "mscoree,mshtml=;winemenubuilder.exe=d;vssapi=n",
                                 TRUE);
    /* Wine keeps its sockets in a folder there, and does not remove it. */
    g_subprocess_launcher_setenv(launcher, "TMPDIR", folder, TRUE);
    g_subprocess_launcher_unsetenv(launcher, "DISPLAY");
    return launcher;
}

static void
run_here(const char *const *arguments)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GSubprocess) process =
        g_subprocess_newv(arguments, G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error);

    g_assert_no_error(error);
    g_subprocess_wait_check(process, NULL, &error);
    g_assert_no_error(error);
}

char *
firn_test_wine_get_path(FirnTestWine *self, const char *name)
{
    return g_build_filename(self->prefix, "drive_c", name, NULL);
}

void
firn_test_wine_write(FirnTestWine *self, const char *name, const char *text)
{
    g_autofree char *path = firn_test_wine_get_path(self, name);
    g_autoptr(GError) error = NULL;

    g_file_set_contents(path, text, -1, &error);
    g_assert_no_error(error);
}

char *
firn_test_wine_read(FirnTestWine *self, const char *name)
{
    g_autofree char *path = firn_test_wine_get_path(self, name);
    char *text = NULL;

    return g_file_get_contents(path, &text, NULL, NULL) ? text : g_strdup("");
}

char *
firn_test_wine_find_built(const char *name)
{
    const char *folder = g_getenv("FIRN_WINDOWS_BUILD");

    return g_build_filename(folder != NULL ? folder : FIRN_TEST_WINDOWS, name, NULL);
}

/* Not a link to the one that was built: each copy has mode bits of its own. */
void
firn_test_wine_copy_built(FirnTestWine *self, const char *built, const char *name)
{
    g_autofree char *path = firn_test_wine_get_path(self, name);
    g_autofree char *from = firn_test_wine_find_built(built);

    g_unlink(path);
    run_here((const char *const[]){"cp", from, path, NULL});
    g_assert_cmpint(g_chmod(path, 0700), ==, 0);
}

void
firn_test_wine_add_hook(FirnTestWine *self, const char *name, const char *order)
{
    g_autofree char *hook = g_build_filename("ProgramData/firn/hooks.d", name, NULL);
    g_auto(GStrv) words = g_strsplit(order != NULL ? order : "", " ", 2);

    firn_test_wine_copy_built(self, TESTS "hook.exe", hook);
    if (order != NULL) {
        g_autofree char *file = g_strdup_printf("fakevss/%s-%s", name, words[0]);

        firn_test_wine_write(self, file, words[1]);
    }
}

static GSubprocess *
start(FirnTestWine *self, const char *const *arguments, GSubprocessFlags flags)
{
    g_autoptr(GSubprocessLauncher) launcher = make_launcher(self->prefix, flags);
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    GSubprocess *process;

    g_ptr_array_add(words, (char *)"wine");
    for (size_t i = 0; arguments[i] != NULL; i++)
        g_ptr_array_add(words, (char *)arguments[i]);
    g_ptr_array_add(words, NULL);
    process = g_subprocess_launcher_spawnv(launcher, (const char *const *)words->pdata, &error);
    g_assert_no_error(error);
    return process;
}

char *
firn_test_wine_run(FirnTestWine *self, const char *const *arguments, int *out_status)
{
    g_autoptr(GSubprocess) process = start(self, arguments, G_SUBPROCESS_FLAGS_STDOUT_PIPE);
    g_autoptr(GError) error = NULL;
    char *output = NULL;

    g_subprocess_communicate_utf8(process, NULL, NULL, &output, NULL, &error);
    g_assert_no_error(error);
    if (out_status != NULL)
        *out_status =
            g_subprocess_get_if_exited(process) ? g_subprocess_get_exit_status(process) : -1;
    return output;
}

JsonNode *
firn_test_wine_run_firn(FirnTestWine *self, const char *const *arguments, int *out_status)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *output = NULL;
    JsonNode *node;

    g_ptr_array_add(words, (char *)FIRN_TEST_PROGRAM);
    for (size_t i = 0; arguments[i] != NULL; i++)
        g_ptr_array_add(words, (char *)arguments[i]);
    g_ptr_array_add(words, NULL);
    output = firn_test_wine_run(self, (const char *const *)words->pdata, out_status);
    node = json_from_string(output, &error);
    g_assert_no_error(error);
    return node;
}

JsonObject *
firn_test_wine_get_last_run(FirnTestWine *self)
{
    g_autoptr(JsonNode) status =
        firn_test_wine_run_firn(self, (const char *const[]){"status", "--json", NULL}, NULL);
    JsonObject *object = json_node_get_object(status);

    if (json_object_get_null_member(object, "last_run"))
        return NULL;
    return json_object_ref(json_object_get_object_member(object, "last_run"));
}

/* Returns the text of a file, when it is there and contains what it must. */
static char *
await_text(FirnTestWine *self, const char *name, const char *part)
{
    g_autofree char *path = firn_test_wine_get_path(self, name);
    gint64 end_us = g_get_monotonic_time() + PLAY_S * G_USEC_PER_SEC;

    while (g_get_monotonic_time() < end_us) {
        g_autofree char *text = NULL;

        if (g_file_get_contents(path, &text, NULL, NULL) && strstr(text, part) != NULL)
            return g_steal_pointer(&text);
        g_usleep(POLL_US);
    }
    g_error("%s did not come to contain \"%s\"", name, part);
}

/* The one that was stopped may not have ended yet: until then, it cannot be started again. */
static void
start_service(FirnTestWine *self)
{
    static const char *const net_start[] = {"net", "start", SERVICE, NULL};
    gint64 end_us = g_get_monotonic_time() + PLAY_S * G_USEC_PER_SEC;
    int status = -1;

    while (status != 0) {
        g_autofree char *said = firn_test_wine_run(self, net_start, &status);

        if (status == 0)
            return;
        g_test_message("net start: %d: %s", status, said);
        if (g_get_monotonic_time() > end_us)
            g_error("the service does not start: %s", said);
        g_usleep(POLL_US);
    }
}

char *
firn_test_wine_play(FirnTestWine *self, const char *script)
{
    g_autofree char *transcript_path = firn_test_wine_get_path(self, TRANSCRIPT);
    g_autofree char *transcript = NULL;
    const char *first;

    g_unlink(transcript_path);
    firn_test_wine_write(self, "fakevss/script.txt", script);
    start_service(self);
    transcript = await_text(self, TRANSCRIPT, "\nend\n");
    if (!g_str_has_suffix(script, "die\n")) {
        g_free(firn_test_wine_run(self, (const char *const[]){"net", "stop", SERVICE, NULL}, NULL));
        g_free(transcript);
        transcript = await_text(self, TRANSCRIPT, "\nreleased\n");
    }
    if (strstr(transcript, "fault:") != NULL) {
        g_test_message("%s", transcript);
        g_error("fakevss found faults");
    }
    first = strstr(transcript, "\nsubscribe");
    g_assert_nonnull(first);
    return g_strdup(strchr(first + 1, '\n') + 1);
}

/* Reads until this process has ended or closes the pipe. A service keeps running without it. */
static void
start_guard(FirnTestWine *self)
{
    static const char script[] =
        "read -r line; wineserver -k; wineserver -w; exec rm -rf -- \"$1\"";
    g_autoptr(GSubprocessLauncher) launcher =
        make_launcher(self->prefix,
                      G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                          G_SUBPROCESS_FLAGS_STDERR_SILENCE);
    g_autoptr(GError) error = NULL;

    self->guard =
        g_subprocess_launcher_spawn(launcher, &error, "sh", "-c", script, "sh", self->folder, NULL);
    g_assert_no_error(error);
}

static void
start_keeper(FirnTestWine *self)
{
    /* What wine starts in the background inherits these streams, and would keep a test's open. */
    self->keeper = start(self,
                         (const char *const[]){HOOK, "keep", NULL},
                         G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                             G_SUBPROCESS_FLAGS_STDERR_SILENCE);
    /* Two programs of wine that start at once both create its folder for sockets. */
    g_free(await_text(self, "fakevss/kept", ""));
}

static void
create_prefix(FirnTestWine *self)
{
    g_autofree char *folder = NULL;
    g_autoptr(GError) error = NULL;

    self->folder = g_dir_make_tmp("firn-wine-XXXXXX", &error);
    g_assert_no_error(error);
    self->prefix = g_build_filename(self->folder, "prefix", NULL);
    run_here((const char *const[]){FIRN_TEST_MAKE_PREFIX,
                                   FIRN_TEST_WINDOWS "/prefix",
                                   self->prefix,
                                   NULL});
    folder = firn_test_wine_get_path(self, "fakevss");
    g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
    g_clear_pointer(&folder, g_free);
    folder = firn_test_wine_get_path(self, "Program Files/firn");
    g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
    firn_test_wine_copy_built(self, TESTS "vssapi.dll", "windows/system32/vssapi.dll");
    firn_test_wine_copy_built(self, TESTS "hook.exe", "Program Files/firn/hook.exe");
    firn_test_wine_copy_built(self, TESTS "test-abi.exe", "Program Files/firn/test-abi.exe");
    firn_test_wine_copy_built(self, TESTS "test-events.exe", "Program Files/firn/test-events.exe");
    firn_test_wine_copy_built(self, "vss-windows/firn-vss.exe", "Program Files/firn/firn-vss.exe");
}

static gboolean
is_built(void)
{
    g_autofree char *wine = g_find_program_in_path("wine");
    g_autofree char *program = firn_test_wine_find_built("vss-windows/firn-vss.exe");
    gboolean has_program = g_file_test(program, G_FILE_TEST_EXISTS);

    if (wine == NULL)
        g_test_skip("there is no wine");
    else if (!has_program)
        g_test_skip("nothing was built for Windows: tests/run windows");
    return wine != NULL && has_program;
}

FirnTestWine *
firn_test_wine_new(void)
{
    FirnTestWine *self;
    int status;

    if (!is_built())
        return NULL;
    self = g_new0(FirnTestWine, 1);
    create_prefix(self);
    start_guard(self);
    start_keeper(self);
    g_free(firn_test_wine_run(self,
                              (const char *const[]){FIRN_TEST_PROGRAM, "install", NULL},
                              &status));
    g_assert_cmpint(status, ==, 0);
    return self;
}

static void
empty_folder(FirnTestWine *self, const char *name)
{
    g_autofree char *path = firn_test_wine_get_path(self, name);
    g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
    const char *file;

    g_assert_nonnull(folder);
    g_assert_cmpint(g_chmod(path, 0700), ==, 0);
    while ((file = g_dir_read_name(folder)) != NULL) {
        g_autofree char *file_path = g_build_filename(path, file, NULL);

        g_assert_cmpint(g_unlink(file_path), ==, 0);
    }
}

void
firn_test_wine_reset(FirnTestWine *self)
{
    static const char *const delete[] = {"reg", "delete", "HKLM\\SOFTWARE\\firn", "/f", NULL};

    empty_folder(self, "fakevss");
    empty_folder(self, "ProgramData/firn/hooks.d");
    empty_folder(self, "ProgramData/firn/state");
    g_free(firn_test_wine_run(self, delete, NULL));
}

void
firn_test_wine_free(FirnTestWine *self)
{
    if (self == NULL)
        return;
    g_output_stream_close(g_subprocess_get_stdin_pipe(self->keeper), NULL, NULL);
    g_subprocess_wait(self->keeper, NULL, NULL);
    g_clear_object(&self->keeper);
    g_output_stream_close(g_subprocess_get_stdin_pipe(self->guard), NULL, NULL);
    g_subprocess_wait(self->guard, NULL, NULL);
    g_clear_object(&self->guard);
    g_free(self->prefix);
    g_free(self->folder);
    g_free(self);
}
