/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu-launch.h"

#include <unistd.h>

#include "host-error.h"
#include "launch-environment.h"
#include "qemu-child.h"
#include "qemu-unit.h"

struct _FirnQemuLaunch {
    FirnQemuUnit *unit;   /* (owned) (nullable) exactly one of the two is set */
    FirnQemuChild *child; /* (owned) (nullable) */
};

static GStrv
split(const char *command_line, const char *const *more, GError **error)
{
    g_auto(GStrv) words = NULL;
    g_autoptr(GStrvBuilder) argv = g_strv_builder_new();

    if (!g_shell_parse_argv(command_line, NULL, &words, error))
        return NULL;
    g_strv_builder_addv(argv, (const char **)words);
    g_strv_builder_addv(argv, (const char **)more);
    return g_strv_builder_end(argv);
}

/* Returns FALSE if systemd may have started QEMU, so that firnd must not start a second one. */
static gboolean
try_unit(FirnQemuLaunch *self,
         const FirnQemuLaunchSetup *setup,
         const char *const *argv,
         const char *const *environment,
         GError **error)
{
    g_autoptr(FirnServiceManager) manager = firn_service_manager_new(setup->bus);
    g_autoptr(GError) cause = NULL;

    if (manager == NULL)
        return TRUE;
    self->unit =
        firn_qemu_unit_new(g_steal_pointer(&manager), setup->vm, argv, environment, &cause);
    if (self->unit == NULL &&
        !g_error_matches(cause, FIRN_HOST_ERROR, FIRN_HOST_ERROR_NOT_SUPPORTED)) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    if (self->unit == NULL)
        g_warning("%s: %s; firnd starts its QEMU itself, within the limits of its own unit",
                  setup->vm,
                  cause->message);
    return TRUE;
}

FirnQemuLaunch *
firn_qemu_launch_new(const FirnQemuLaunchSetup *setup, GError **error)
{
    g_autoptr(FirnQemuLaunch) self = g_new0(FirnQemuLaunch, 1);
    g_autoptr(GError) cause = NULL;
    g_auto(GStrv) argv = split(setup->command_line, setup->more, &cause);
    g_auto(GStrv) environment = firn_launch_environment_dup((const char *const *)environ);

    if (argv == NULL) {
        firn_host_error_set(error, FIRN_HOST_ERROR_FAILED, "cannot be started: %s", cause->message);
        return NULL;
    }
    if (!try_unit(self, setup, (const char *const *)argv, (const char *const *)environment, error))
        return NULL;
    if (self->unit == NULL)
        self->child =
            firn_qemu_child_new((const char *const *)argv, (const char *const *)environment, error);
    return self->unit == NULL && self->child == NULL ? NULL : g_steal_pointer(&self);
}

gboolean
firn_qemu_launch_has_failed(FirnQemuLaunch *self, GError **error)
{
    return self->unit != NULL ? firn_qemu_unit_has_failed(self->unit, error)
                              : firn_qemu_child_has_failed(self->child, error);
}

void
firn_qemu_launch_kill(FirnQemuLaunch *self)
{
    if (self->unit != NULL)
        firn_qemu_unit_kill(self->unit);
    else
        firn_qemu_child_kill(self->child);
}

void
firn_qemu_launch_free(FirnQemuLaunch *self)
{
    if (self == NULL)
        return;
    firn_qemu_unit_free(self->unit);
    firn_qemu_child_free(self->child);
    g_free(self);
}
