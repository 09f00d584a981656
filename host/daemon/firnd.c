/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gio/gio.h>
#include <glib-unix.h>
#include <locale.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "auto-recover.h"
#include "auto-settle.h"
#include "daemon-config.h"
#include "direct-source.h"
#include "disk-backends.h"
#include "event-log.h"
#include "firn-config.h"
#include "hook-server.h"
#include "last-run.h"
#include "libvirt-source.h"
#include "log-queue.h"
#include "lvm-thick-backend.h"
#include "lvm-thin-backend.h"
#include "merged-source.h"
#include "notify.h"
#include "orphan-source.h"
#include "qcow2-backend.h"
#include "run-note-sweep.h"
#include "service.h"
#include "space-reserve.h"
#include "state-dir.h"
#include "undo-expiry.h"

#define EXIT_FAILED 1
#define EXIT_USAGE  2

#define NO_LIBVIRT  "none"
#define BUS_GONE    "the connection to the bus was closed; restart firnd"

typedef struct {
    char *bus;         /* (owned) "system", "session" or an address */
    char *config_dir;  /* (owned) */
    char *state_dir;   /* (owned) */
    char *runtime_dir; /* (owned) for leases */
    char *connect;     /* (owned) a libvirt URI, or "none" */
    gboolean wants_version;
} Arguments;

typedef struct {
    GMainLoop *loop;             /* (owned) */
    GDBusConnection *connection; /* (owned) */
    FirnJobs *jobs;              /* (owned) */
    FirnService *service;        /* (owned) */
    gboolean is_stopping;
    int exit_status;
} Daemon;

static void
arguments_clear(Arguments *arguments)
{
    g_free(arguments->bus);
    g_free(arguments->config_dir);
    g_free(arguments->state_dir);
    g_free(arguments->runtime_dir);
    g_free(arguments->connect);
}

static void
daemon_clear(Daemon *self)
{
    g_clear_object(&self->service);
    g_clear_object(&self->jobs);
    g_clear_object(&self->connection);
    g_clear_pointer(&self->loop, g_main_loop_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Arguments, arguments_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Daemon, daemon_clear)

static void
set_default(char **directory, gboolean is_system, const char *system, const char *user)
{
    if (*directory == NULL)
        *directory = is_system ? g_strdup(system) : g_build_filename(user, "firn", NULL);
}

static void
fill_in(Arguments *arguments)
{
    gboolean is_system;

    if (arguments->bus == NULL)
        arguments->bus = g_strdup("system");
    is_system = g_str_equal(arguments->bus, "system");
    if (arguments->connect == NULL)
        arguments->connect = g_strdup(is_system ? "qemu:///system" : NO_LIBVIRT);
    set_default(&arguments->config_dir, is_system, FIRN_SYSCONFDIR, g_get_user_config_dir());
    set_default(&arguments->state_dir, is_system, FIRN_STATEDIR, g_get_user_data_dir());
    set_default(&arguments->runtime_dir, is_system, FIRN_RUNTIMEDIR, g_get_user_runtime_dir());
}

static gboolean
parse_arguments(Arguments *arguments, int *argc, char ***argv, GError **error)
{
    /* clang-format off */
    const GOptionEntry entries[] = {
        {"bus", 0, 0, G_OPTION_ARG_STRING, &arguments->bus,
         "The bus: system (the default), session, or an address", "BUS"},
        {"config-dir", 0, 0, G_OPTION_ARG_FILENAME, &arguments->config_dir,
         "The folder of firn.conf and machines.d", "DIR"},
        {"state-dir", 0, 0, G_OPTION_ARG_FILENAME, &arguments->state_dir,
         "The folder of the catalogues", "DIR"},
        {"runtime-dir", 0, 0, G_OPTION_ARG_FILENAME, &arguments->runtime_dir,
         "The folder of the leases, which name guests that may be frozen", "DIR"},
        {"connect", 'c', 0, G_OPTION_ARG_STRING, &arguments->connect,
         "The libvirt URI to use (qemu:///system on the system bus), or none",
         "URI"},
        {"version", 0, 0, G_OPTION_ARG_NONE, &arguments->wants_version,
         "Print the version", NULL},
        {NULL},
    };
    /* clang-format on */
    g_autoptr(GOptionContext) context = g_option_context_new("- snapshots of virtual machines");

    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, argc, argv, error))
        return FALSE;
    if (*argc > 1) {
        g_set_error(error,
                    G_OPTION_ERROR,
                    G_OPTION_ERROR_UNKNOWN_OPTION,
                    "unexpected argument %s; see firnd --help",
                    (*argv)[1]);
        return FALSE;
    }
    fill_in(arguments);
    return TRUE;
}

static GDBusConnection *
open_bus(const char *bus, GError **error)
{
    if (g_str_equal(bus, "system"))
        return g_bus_get_sync(G_BUS_TYPE_SYSTEM, NULL, error);
    if (g_str_equal(bus, "session"))
        return g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, error);
    return g_dbus_connection_new_for_address_sync(
        bus,
        G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
            G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
        NULL,
        NULL,
        error);
}

static gboolean
on_stopped(gpointer user_data)
{
    Daemon *self = user_data;

    g_main_loop_quit(self->loop);
    return G_SOURCE_REMOVE;
}

static void
stop(Daemon *self)
{
    if (self->is_stopping)
        return;
    self->is_stopping = TRUE;
    firn_notify_stopping();
    /* Cancelled jobs thaw what they have frozen, so firnd waits for them before it exits. */
    firn_jobs_stop(self->jobs, on_stopped, self);
}

static gboolean
on_signal(gpointer user_data)
{
    stop(user_data);
    return G_SOURCE_CONTINUE;
}

static void
fail(Daemon *self, const char *why)
{
    if (self->is_stopping)
        return;
    g_printerr("firnd: %s\n", why);
    self->exit_status = EXIT_FAILED;
    stop(self);
}

/* A closed connection also loses the name, so check that first. */
static void
on_lost(FirnService *service, gpointer user_data)
{
    Daemon *self = user_data;

    if (g_dbus_connection_is_closed(self->connection))
        fail(self, BUS_GONE);
    else
        fail(self,
             "cannot acquire the name " FIRN_BUS_NAME
             " on the bus: another firnd owns it, or the bus's policy forbids it; check with: "
             "busctl status " FIRN_BUS_NAME);
}

static void
on_closed(GDBusConnection *connection, gboolean is_remote_gone, GError *reason, gpointer user_data)
{
    fail(user_data, BUS_GONE);
}

static void
tell_status(Daemon *self)
{
    firn_notify_status("%u virtual machine(s)", firn_service_count_vms(self->service));
}

static void
on_changed(FirnService *service, gpointer user_data)
{
    tell_status(user_data);
}

static void
on_ready(FirnService *service, gpointer user_data)
{
    tell_status(user_data);
    firn_notify_ready();
}

static FirnVmSource *
make_sources(const Arguments *arguments, FirnCatalogueStore *store)
{
    g_autofree char *machines = g_build_filename(arguments->config_dir, "machines.d", NULL);
    g_autoptr(FirnMergedSource) joined = firn_merged_source_new();
    g_autoptr(FirnVmSource) direct = firn_direct_source_new(machines, store);
    g_autoptr(FirnVmSource) libvirt = NULL;

    firn_direct_source_set_service_bus(FIRN_DIRECT_SOURCE(direct), arguments->bus);
    firn_merged_source_add(joined, direct);
    if (!g_str_equal(arguments->connect, NO_LIBVIRT)) {
        libvirt = firn_libvirt_source_new(arguments->connect, store);
        firn_merged_source_add(joined, libvirt);
    }
    return firn_orphan_source_new(FIRN_VM_SOURCE(joined), store);
}

/* Only this firnd writes there, because it holds the lock. */
static FirnStateDir *
open_swept(const char *path, FirnDurability durability)
{
    FirnStateDir *directory = firn_state_dir_new(path, durability);

    firn_state_dir_sweep(directory);
    return directory;
}

/* Without the hook firnd works, but no start of a domain is refused. */
static FirnHookServer *
open_hook(const char *runtime_dir, const FirnHookServerSetup *setup)
{
    g_autofree char *path = g_build_filename(runtime_dir, "hook.sock", NULL);
    FirnHookServer *hook = firn_hook_server_new(setup);
    g_autoptr(GError) error = NULL;

    g_mkdir_with_parents(runtime_dir, 0755);
    if (!firn_hook_server_listen(hook, path, &error))
        g_warning("libvirt's hook cannot reach firnd (%s: %s), so no start of a domain is refused",
                  path,
                  error->message);
    return hook;
}

static void
release_directory(gpointer directory, GClosure *closure)
{
    firn_state_dir_unref(directory);
}

static void
on_vm_added(FirnVmSource *source, FirnVm *vm, gpointer runs)
{
    firn_last_run_keep(vm, runs);
}

static FirnBackend *
make_backend(void)
{
    FirnDiskBackends *backends = firn_disk_backends_new();

    firn_disk_backends_add(backends, firn_qcow2_backend_new());
    firn_disk_backends_add(backends, firn_lvm_thin_backend_new());
    firn_disk_backends_add(backends, firn_lvm_thick_backend_new());
    return FIRN_BACKEND(backends);
}

static FirnHostHooks *
open_hooks(const Arguments *arguments, const char *folder)
{
    g_autofree char *path = g_build_filename(arguments->state_dir, "hooks", NULL);
    g_autoptr(FirnStateDir) notes = open_swept(path, FIRN_DURABILITY_FLUSHED);

    return firn_host_hooks_new(folder, notes, arguments->bus);
}

static void
build(Daemon *self, const Arguments *arguments, const FirnDaemonConfig *config)
{
    g_autofree char *catalogues = g_build_filename(arguments->state_dir, "vm", NULL);
    g_autofree char *intents = g_build_filename(arguments->state_dir, "journal", NULL);
    g_autofree char *images = g_build_filename(arguments->state_dir, "memory", NULL);
    g_autoptr(FirnStateDir) memory = firn_state_dir_new(images, FIRN_DURABILITY_FLUSHED);
    g_autofree char *variables = g_build_filename(arguments->state_dir, "nvram", NULL);
    g_autoptr(FirnStateDir) nvram = open_swept(variables, FIRN_DURABILITY_FLUSHED);
    g_autofree char *runs_dir = g_build_filename(arguments->state_dir, "runs", NULL);
    g_autoptr(FirnStateDir) runs = open_swept(runs_dir, FIRN_DURABILITY_FLUSHED);
    g_autofree char *leases_dir = g_build_filename(arguments->runtime_dir, "leases", NULL);
    g_autoptr(FirnStateDir) leases = open_swept(leases_dir, FIRN_DURABILITY_WHOLE);
    g_autoptr(FirnStateDir) documents = open_swept(catalogues, FIRN_DURABILITY_FLUSHED);
    g_autoptr(FirnStateDir) notes = open_swept(intents, FIRN_DURABILITY_FLUSHED);
    g_autoptr(FirnJournal) journal = firn_journal_open(intents);
    g_autoptr(FirnCatalogueStore) store = firn_catalogue_store_new(catalogues, &config->profile);
    g_autoptr(FirnVmSource) source = make_sources(arguments, store);
    g_autoptr(FirnBackend) backend = make_backend();
    FirnHookServerSetup hook_setup = {source, self->jobs, store};
    g_autoptr(FirnHookServer) hook = open_hook(arguments->runtime_dir, &hook_setup);
    g_autofree char *hooks_dir = g_build_filename(arguments->config_dir, "hooks.d", NULL);
    g_autoptr(FirnHostHooks) hooks = open_hooks(arguments, hooks_dir);
    FirnServiceSetup setup = {
        .connection = self->connection,
        .is_system_bus = g_str_equal(arguments->bus, "system"),
        .source = source,
        .jobs = self->jobs,
        .backend = backend,
        .state_dir = arguments->state_dir,
        .hooks_dir = hooks_dir,
        .hook = hook,
    };
    FirnAutoRecoverSetup recovery = {self->jobs, backend, leases, journal, memory, nvram, hooks};

    /* Without libvirt firnd does not learn that a domain was undefined. */
    if (!g_str_equal(arguments->connect, NO_LIBVIRT))
        firn_run_note_sweep_watch(source, runs, documents);
    /* Connected before a job can ask for it. */
    g_signal_connect_data(source,
                          "vm-added",
                          G_CALLBACK(on_vm_added),
                          firn_state_dir_ref(runs),
                          release_directory,
                          0);
    firn_jobs_set_hooks(self->jobs, hooks);
    firn_event_log_watch_jobs(self->jobs);
    firn_event_log_watch_vms(source);
    self->service = firn_service_new(&setup);
    firn_auto_recover_watch(source, &recovery);
    /* After recovery, which must come first if a VM needs both. */
    firn_auto_settle_watch(source, self->jobs);
    firn_undo_expiry_watch(source, self->jobs, backend);
}

static FirnJobs *
open_jobs(const Arguments *arguments)
{
    g_autofree char *path = g_build_filename(arguments->state_dir, "failed", NULL);
    g_autoptr(FirnFailedJobs) failed = firn_failed_jobs_open(path, firn_host_clock_real());

    return firn_jobs_new(failed);
}

/* On a full disk firnd works with what it kept before. */
static void
open_reserve(const Arguments *arguments)
{
    g_autofree char *path = g_build_filename(arguments->state_dir, "reserve", NULL);
    g_autoptr(GError) error = NULL;

    firn_space_reserve_set_place(path);
    if (!firn_space_reserve_fill(&error))
        g_message("%s", error->message);
}

static int
serve(const Arguments *arguments, const FirnDaemonConfig *config)
{
    /* Declared here to outlive every part that writes to it. */
    g_autoptr(FirnStateDir) state =
        firn_state_dir_new(arguments->state_dir, FIRN_DURABILITY_FLUSHED);
    g_auto(Daemon) self = {NULL};
    g_autoptr(GError) error = NULL;

    if (!firn_state_dir_lock(state, &error)) {
        g_printerr("firnd: %s\n", error->message);
        return EXIT_FAILED;
    }
    open_reserve(arguments);
    self.connection = open_bus(arguments->bus, &error);
    if (self.connection == NULL) {
        g_printerr("firnd: cannot reach the bus %s: %s\n", arguments->bus, error->message);
        return EXIT_FAILED;
    }
    g_dbus_connection_set_exit_on_close(self.connection, FALSE);
    self.loop = g_main_loop_new(NULL, FALSE);
    self.jobs = open_jobs(arguments);
    build(&self, arguments, config);
    g_signal_connect(self.service, "ready", G_CALLBACK(on_ready), &self);
    g_signal_connect(self.service, "lost", G_CALLBACK(on_lost), &self);
    g_signal_connect(self.service, "changed", G_CALLBACK(on_changed), &self);
    g_signal_connect(self.connection, "closed", G_CALLBACK(on_closed), &self);
    g_unix_signal_add(SIGTERM, on_signal, &self);
    g_unix_signal_add(SIGINT, on_signal, &self);
    firn_service_start(self.service);
    g_main_loop_run(self.loop);
    return self.exit_status;
}

/* Hundreds of VMs need more descriptors for sockets, images and leases than the usual limit of
 * 1024. */
static void
raise_descriptor_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

int
main(int argc, char **argv)
{
    g_auto(Arguments) arguments = {NULL};
    g_autofree char *config_path = NULL;
    g_autoptr(GError) error = NULL;
    FirnDaemonConfig config;
    int status;

    setlocale(LC_ALL, "");
    firn_log_queue_install();
    raise_descriptor_limit();
    umask(077);
    if (!parse_arguments(&arguments, &argc, &argv, &error)) {
        g_printerr("firnd: %s\n", error->message);
        return EXIT_USAGE;
    }
    if (arguments.wants_version) {
        g_print("firnd " FIRN_VERSION "\n");
        return 0;
    }
    config_path = g_build_filename(arguments.config_dir, "firn.conf", NULL);
    if (!firn_daemon_config_read(&config, config_path, &error)) {
        g_printerr("firnd: %s\n", error->message);
        return EXIT_USAGE;
    }
    status = serve(&arguments, &config);
    firn_log_queue_flush();
    return status;
}
