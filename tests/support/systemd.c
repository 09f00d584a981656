/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "systemd.h"
#include "patience.h"

#include <gio/gio.h>
#include <signal.h>
#include <sys/prctl.h>

#define LOOK_AGAIN_US 5000
#define UNITS         "/usr/lib/systemd/user" /* has the unit that ends it */

struct FirnTestSystemd {
    GSubprocess *manager; /* (owned) */
    char *address;        /* (owned) */
};

static const struct {
    const char *name;
    const char *text;
} files[] = {
    {"basic.target", "[Unit]\nRequires=dbus.socket\nAfter=dbus.socket\n"},
    {"dbus.socket",  "[Socket]\nListenStream=%t/bus\n"                  },
    {"dbus.service",
     "[Unit]\nRequires=dbus.socket\n[Service]\nType=notify\nNotifyAccess=main\n"
     "ExecStart=/usr/bin/dbus-daemon --config-file=%t/units/bus.conf --nofork "
     "--nopidfile --systemd-activation\n"                               },
    {"bus.conf",
     "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN\" "
     "\"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">"
     "<busconfig><type>session</type><listen>systemd:</listen><auth>EXTERNAL</auth><policy "
     "context=\"default\">"
     "<allow send_destination=\"*\"/><allow own=\"*\"/><allow eavesdrop=\"true\"/><allow "
     "user=\"*\"/></policy></busconfig>"                                },
};

gboolean
firn_test_systemd_is_wanted(void)
{
    return g_getenv("FIRN_TEST_SYSTEMD") != NULL;
}

static void
write_files(const char *folder)
{
    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = g_build_filename(folder, files[i].name, NULL);

        g_assert_true(g_file_set_contents(path, files[i].text, -1, NULL));
    }
}

static void
die_with_parent(gpointer data)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static GSubprocess *
start(const char *runtime, const char *units)
{
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(
        G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
    g_autofree char *path = g_strconcat(units, ":" UNITS, NULL);
    g_autoptr(GError) error = NULL;
    GSubprocess *manager;

    g_subprocess_launcher_setenv(launcher, "XDG_RUNTIME_DIR", runtime, TRUE);
    g_subprocess_launcher_setenv(launcher, "HOME", runtime, TRUE);
    g_subprocess_launcher_setenv(launcher, "SYSTEMD_UNIT_PATH", path, TRUE);
    g_subprocess_launcher_set_child_setup(launcher, die_with_parent, NULL, NULL);
    manager = g_subprocess_launcher_spawn(launcher,
                                          &error,
                                          g_getenv("FIRN_TEST_SYSTEMD"),
                                          "--user",
                                          "--unit=basic.target",
                                          NULL);
    g_assert_no_error(error);
    return manager;
}

FirnTestSystemd *
firn_test_systemd_new(const char *folder)
{
    FirnTestSystemd *self = g_new0(FirnTestSystemd, 1);
    gint64 end_us = firn_test_give_up_us();
    g_autofree char *runtime = g_build_filename(folder, "systemd", NULL);
    g_autofree char *units = g_build_filename(runtime, "units", NULL);
    g_autofree char *socket = g_build_filename(runtime, "bus", NULL);

    write_files(units);
    self->manager = start(runtime, units);
    while (!g_file_test(socket, G_FILE_TEST_EXISTS)) {
        g_assert_cmpint(g_get_monotonic_time(), <, end_us);
        g_usleep(LOOK_AGAIN_US);
    }
    self->address = g_strconcat("unix:path=", socket, NULL);
    return self;
}

const char *
firn_test_systemd_get_address(FirnTestSystemd *self)
{
    return self->address;
}

void
firn_test_systemd_free(FirnTestSystemd *self)
{
    if (self == NULL)
        return;
    g_subprocess_send_signal(self->manager, SIGTERM);
    g_subprocess_wait(self->manager, NULL, NULL);
    g_object_unref(self->manager);
    g_free(self->address);
    g_free(self);
}
