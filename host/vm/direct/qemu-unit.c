/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu-unit.h"

#include <signal.h>
#include <sys/resource.h>

#include "host-error.h"
#include "unit-messages.h"

#define SLICE       "machine.slice"
#define ESCAPED_MAX 160 /* a unit name has 255 bytes at most */
#define UNLIMITED   G_MAXUINT64
#define UMASK       077
#define EXITED      1 /* CLD_EXITED */

struct _FirnQemuUnit {
    FirnServiceManager *manager; /* (owned) its connection keeps the unit loaded */
    char *name;                  /* (owned) */
    char *path;                  /* (owned) (nullable) object path of the unit, once known */
    GError *failure;             /* (owned) (nullable) its exit status as an error */
};

char *
firn_qemu_unit_dup_name(const char *vm)
{
    g_autoptr(GString) name = g_string_new("firn-qemu-");

    for (; *vm != '\0' && name->len < ESCAPED_MAX; vm++)
        if (g_ascii_isalnum(*vm) || *vm == '_' || *vm == '.' || *vm == '-')
            g_string_append_c(name, *vm);
        else
            g_string_append_printf(name, "\\x%02x", (guchar)*vm);
    g_string_append_printf(name, "-%08x.service", g_random_int());
    return g_string_free(g_steal_pointer(&name), FALSE);
}

static void
add(GVariantBuilder *properties, const char *name, GVariant *value)
{
    g_variant_builder_add(properties, "(sv)", name, value);
}

static void
add_text(GVariantBuilder *properties, const char *name, const char *value)
{
    add(properties, name, g_variant_new_string(value));
}

/* no-env-expand: systemd must not expand variables in the words. It quotes the rest itself. */
static void
add_command(GVariantBuilder *properties, const char *const *argv)
{
    static const char *const flags[] = {"no-env-expand", NULL};
    GVariantBuilder commands;

    g_variant_builder_init(&commands, G_VARIANT_TYPE("a(sasas)"));
    g_variant_builder_add(&commands, "(s^as^as)", argv[0], argv, flags);
    add(properties, "ExecStartEx", g_variant_builder_end(&commands));
}

/* firnd's own limits, which are already raised to the maximum. */
static void
add_limits(GVariantBuilder *properties)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        add(properties, "LimitNOFILE", g_variant_new_uint64(files.rlim_max));
        add(properties, "LimitNOFILESoft", g_variant_new_uint64(files.rlim_cur));
    }
    add(properties, "TasksMax", g_variant_new_uint64(UNLIMITED));
}

static GVariant *
make_properties(const char *vm, const char *const *argv, const char *const *environment)
{
    g_autofree char *description = g_strdup_printf("QEMU of %s, started by firnd", vm);
    GVariantBuilder properties;

    g_variant_builder_init(&properties, G_VARIANT_TYPE("a(sv)"));
    add_text(&properties, "Description", description);
    /* The unit stays active as long as one of its processes runs, so it does not matter whether
     * QEMU daemonizes. */
    add_text(&properties, "Type", "exec");
    add_text(&properties, "ExitType", "cgroup");
    add_text(&properties, "Slice", SLICE);
    add_text(&properties, "CollectMode", "inactive-or-failed");
    /* Else systemd would unload the unit, and its exit status, before firnd reads it. */
    add(&properties, "AddRef", g_variant_new_boolean(TRUE));
    /* If one of its processes runs out of memory, the others must keep running. */
    add_text(&properties, "OOMPolicy", "continue");
    /* Standard output may be the guest's console, which must not be logged. */
    add_text(&properties, "StandardInput", "null");
    add_text(&properties, "StandardOutput", "null");
    add_text(&properties, "StandardError", "journal");
    add_text(&properties, "WorkingDirectory", "/");
    add(&properties, "UMask", g_variant_new_uint32(UMASK));
    add(&properties, "Environment", g_variant_new_strv(environment, -1));
    add_limits(&properties);
    add_command(&properties, argv);
    return g_variant_builder_end(&properties);
}

static gboolean
start(FirnQemuUnit *self, GVariant *properties, GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autoptr(GVariant) reply = firn_service_manager_call(
        self->manager,
        "StartTransientUnit",
        g_variant_new("(ss@a(sv)a(sa(sv)))", self->name, "fail", properties, NULL),
        "(o)",
        &cause);
    gboolean is_refused;

    if (reply != NULL)
        return TRUE;
    is_refused = firn_service_manager_is_refusal(cause);
    g_dbus_error_strip_remote_error(cause);
    return firn_host_error_set(error,
                               is_refused ? FIRN_HOST_ERROR_NOT_SUPPORTED : FIRN_HOST_ERROR_FAILED,
                               "systemd cannot start %s: %s",
                               self->name,
                               cause->message);
}

FirnQemuUnit *
firn_qemu_unit_new(FirnServiceManager *manager,
                   const char *vm,
                   const char *const *argv,
                   const char *const *environment,
                   GError **error)
{
    g_autoptr(FirnQemuUnit) self = g_new0(FirnQemuUnit, 1);
    g_autoptr(GError) cause = NULL;

    self->manager = manager;
    self->name = firn_qemu_unit_dup_name(vm);
    if (start(self, make_properties(vm, argv, environment), &cause))
        return g_steal_pointer(&self);
    /* No reply: stops the unit in case systemd still starts it. */
    if (!g_error_matches(cause, FIRN_HOST_ERROR, FIRN_HOST_ERROR_NOT_SUPPORTED))
        firn_qemu_unit_kill(self);
    g_propagate_error(error, g_steal_pointer(&cause));
    return NULL;
}

static const char *
find_path(FirnQemuUnit *self)
{
    g_autoptr(GVariant) reply = NULL;

    if (self->path != NULL)
        return self->path;
    reply = firn_service_manager_call(self->manager,
                                      "GetUnit",
                                      g_variant_new("(s)", self->name),
                                      "(o)",
                                      NULL);
    if (reply != NULL)
        g_variant_get(reply, "(o)", &self->path);
    return self->path;
}

static gint32
get_number(FirnQemuUnit *self, const char *property)
{
    g_autoptr(GVariant) value =
        firn_service_manager_get(self->manager, self->path, "Service", property, "i");

    return value == NULL ? 0 : g_variant_get_int32(value);
}

static gboolean
is_in_failed_state(FirnQemuUnit *self)
{
    g_autoptr(GVariant) value =
        firn_service_manager_get(self->manager, self->path, "Unit", "ActiveState", "s");

    return value != NULL && g_str_equal(g_variant_get_string(value, NULL), "failed");
}

static void
describe_failure(FirnQemuUnit *self, gint32 code, gint32 status)
{
    g_autofree char *complaints = firn_unit_messages_read(self->name);
    g_autofree char *end = code == 0 || code == EXITED ? g_strdup_printf("exit status %d", status)
                                                       : g_strdup_printf("signal %d", status);

    if (*complaints != '\0')
        g_set_error(&self->failure,
                    FIRN_HOST_ERROR,
                    FIRN_HOST_ERROR_FAILED,
                    "QEMU exited at start: %s",
                    complaints);
    else
        g_set_error(
            &self->failure,
            FIRN_HOST_ERROR,
            FIRN_HOST_ERROR_FAILED,
            "QEMU exited at start (%s) without a message in the journal; see: journalctl -u %s",
            end,
            self->name);
}

gboolean
firn_qemu_unit_has_failed(FirnQemuUnit *self, GError **error)
{
    if (self->failure == NULL && find_path(self) != NULL) {
        gint32 code = get_number(self, "ExecMainCode");
        gint32 status = get_number(self, "ExecMainStatus");

        if ((code != 0 && (code != EXITED || status != 0)) || is_in_failed_state(self))
            describe_failure(self, code, status);
    }
    if (self->failure != NULL && error != NULL)
        *error = g_error_copy(self->failure);
    return self->failure != NULL;
}

void
firn_qemu_unit_kill(FirnQemuUnit *self)
{
    g_autoptr(GVariant) reply =
        firn_service_manager_call(self->manager,
                                  "KillUnit",
                                  g_variant_new("(ssi)", self->name, "all", SIGKILL),
                                  "()",
                                  NULL);
}

void
firn_qemu_unit_free(FirnQemuUnit *self)
{
    if (self == NULL)
        return;
    firn_service_manager_free(self->manager);
    g_clear_error(&self->failure);
    g_free(self->path);
    g_free(self->name);
    g_free(self);
}
