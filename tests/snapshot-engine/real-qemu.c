/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "real-qemu.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "job-rig.h"
#include "monitor-client.h"

struct FirnTestRealQemu {
    GPid pid;
    FirnChannel *monitor; /* (owned) */
};

static void
die_with_parent(gpointer data)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static void
add(GPtrArray *argv, char *word)
{
    g_ptr_array_add(argv, word);
}

static GPtrArray *
make_argv(const char *socket, const char *const *images)
{
    static const char *const common[] = {"qemu-system-x86_64",
                                         "-accel",
                                         "tcg",
                                         "-M",
                                         "q35",
                                         "-m",
                                         "16",
                                         "-S",
                                         "-nodefaults",
                                         "-display",
                                         "none"};
    GPtrArray *argv = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < G_N_ELEMENTS(common); i++)
        add(argv, g_strdup(common[i]));
    add(argv, g_strdup("-qmp"));
    add(argv, g_strdup_printf("unix:%s,server=on,wait=off", socket));
    for (guint i = 0; images[i] != NULL; i++) {
        add(argv, g_strdup("-blockdev"));
        add(argv,
            g_strdup_printf("driver=qcow2,node-name=n%u,file.driver=file,file.filename=%s",
                            i,
                            images[i]));
        add(argv, g_strdup("-device"));
        add(argv, g_strdup_printf("virtio-blk-pci,drive=n%u,id=d%u", i, i));
    }
    add(argv, NULL);
    return argv;
}

FirnTestRealQemu *
firn_test_real_qemu_new(const char *folder, const char *const *images)
{
    FirnTestRealQemu *self = g_new0(FirnTestRealQemu, 1);
    g_autofree char *socket = g_build_filename(folder, "qmp", NULL);
    g_autoptr(GPtrArray) argv = make_argv(socket, images);
    g_autoptr(GError) error = NULL;

    g_spawn_async(NULL,
                  (char **)argv->pdata,
                  NULL,
                  G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD,
                  die_with_parent,
                  NULL,
                  &self->pid,
                  &error);
    g_assert_no_error(error);
    self->monitor = firn_test_open_monitor(socket);
    return self;
}

FirnChannel *
firn_test_real_qemu_get_monitor(FirnTestRealQemu *self)
{
    return self->monitor;
}

void
firn_test_real_qemu_free(FirnTestRealQemu *self)
{
    if (self == NULL)
        return;
    firn_channel_close(self->monitor);
    g_object_unref(self->monitor);
    kill(self->pid, SIGKILL);
    waitpid(self->pid, NULL, 0);
    g_free(self);
}
