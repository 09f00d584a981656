/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "direct-power.h"

#include "crash-point.h"
#include "direct-vm.h"
#include "file-descriptor.h"
#include "host-error.h"
#include "json-read.h"
#include "launch-files.h"
#include "launch-needs.h"
#include "memory-load.h"
#include "qemu-launch.h"
#include "save-image.h"
#include "service-manager.h"
#include "vm-wait.h"

#define QUERY_MS  10000
#define QUIT_MS   20000
#define START_MS  60000
#define RESUME_MS 10000

static gboolean
fail(GError **error, const char *what)
{
    return firn_host_error_set(error, FIRN_HOST_ERROR_FAILED, "%s", what);
}

static const char *
get_launch(FirnPower *power)
{
    return firn_direct_vm_get_file(FIRN_DIRECT_VM(power))->launch;
}

static gboolean
can_start(FirnPower *power, GError **error)
{
    if (get_launch(power) != NULL)
        return TRUE;
    return firn_host_error_set(
        error,
        FIRN_HOST_ERROR_NOT_SUPPORTED,
        "firn does not know how to start QEMU for this VM: add launch= to its machine file");
}

/* A QEMU that systemd starts is not restricted by firnd's own unit. */
static void
check_needs(FirnPower *power, const char *command_line, GPtrArray *blockers)
{
    guint64 capabilities = firn_launch_needs_read_capabilities();
    g_autoptr(GPtrArray) lacking = firn_blockers_new();
    g_autoptr(FirnServiceManager) manager = NULL;

    firn_launch_needs_check(command_line, capabilities, lacking);
    if (lacking->len == 0)
        return;
    manager = firn_service_manager_new(firn_direct_vm_get_service_bus(FIRN_DIRECT_VM(power)));
    if (manager == NULL)
        firn_launch_needs_check(command_line, capabilities, blockers);
}

static void
check_start(FirnPower *power, const FirnPowerOn *how, GPtrArray *disks, GPtrArray *blockers)
{
    const char *command_line = how->definition != NULL ? how->definition : get_launch(power);

    firn_launch_files_check(command_line, disks, blockers);
    check_needs(power, command_line, blockers);
}

static void
check_own_needs(FirnPower *power, GPtrArray *blockers)
{
    const char *launch = get_launch(power);

    if (launch != NULL)
        firn_launch_files_check(launch, NULL, blockers);
}

/* Ignores the reply: QEMU may exit before it sends one. */
static void
tell(FirnVm *vm, const char *command)
{
    g_autoptr(FirnChannel) monitor = firn_vm_dup_monitor(vm);
    g_autoptr(JsonNode) reply = NULL;

    if (monitor != NULL)
        reply = firn_channel_call(monitor, command, NULL, QUERY_MS, NULL, NULL);
}

static gboolean
off(FirnPower *power, guint grace_ms, gboolean *out_is_clean, GError **error)
{
    FirnVm *vm = FIRN_VM(power);

    *out_is_clean = FALSE;
    if (grace_ms > 0 && firn_vm_get_state(vm) == FIRN_VM_STATE_RUNNING) {
        tell(vm, "system_powerdown");
        FIRN_CRASH_POINT("power: asked to shut down");
        *out_is_clean = firn_vm_wait_off(vm, grace_ms);
        if (*out_is_clean)
            return TRUE;
    }
    tell(vm, "quit");
    return firn_vm_wait_off(vm, QUIT_MS) || fail(error, "its QEMU does not exit");
}

static gboolean
has_come(FirnVm *vm, gpointer launch)
{
    FirnVmState state = firn_vm_get_state(vm);

    return state == FIRN_VM_STATE_PAUSED || state == FIRN_VM_STATE_RUNNING ||
           firn_qemu_launch_has_failed(launch, NULL);
}

/* If QEMU cannot load the stream, the guest stays paused in a state that only quitting QEMU
 * ends. */
static gboolean
is_loaded(FirnVm *vm, gpointer outcome)
{
    g_autoptr(FirnChannel) monitor = firn_vm_dup_monitor(vm);
    g_autoptr(JsonNode) reply =
        monitor == NULL ? NULL
                        : firn_channel_call(monitor, "query-migrate", NULL, QUERY_MS, NULL, NULL);
    const char *status = reply == NULL || !JSON_NODE_HOLDS_OBJECT(reply)
                             ? NULL
                             : firn_json_read_string(json_node_get_object(reply), "status");

    *(gboolean *)outcome = g_strcmp0(status, "completed") == 0;
    return monitor == NULL || *(gboolean *)outcome || g_strcmp0(status, "failed") == 0;
}

static gboolean
load_memory(FirnVm *vm, const char *path, GError **error)
{
    g_auto(FirnFileDescriptor) file = firn_save_image_open(path, error);
    g_autoptr(FirnChannel) monitor = firn_vm_dup_monitor(vm);
    gboolean is_complete = FALSE;

    if (file < 0 || monitor == NULL)
        return file >= 0 && fail(error, "its QEMU has exited");
    if (!firn_memory_load_begin(monitor, file, error))
        return FALSE;
    /* Loading ends at the latest with its QEMU. */
    firn_vm_wait(vm, is_loaded, &is_complete, FIRN_CHANNEL_NO_DEADLINE_MS);
    return is_complete || fail(error, "its QEMU cannot load the snapshot's RAM");
}

static gboolean
wait_for_monitor(FirnVm *vm, FirnQemuLaunch *launch, GError **error)
{
    if (!firn_vm_wait(vm, has_come, launch, START_MS))
        return fail(error, "its QEMU's monitor does not answer");
    return !firn_qemu_launch_has_failed(launch, error);
}

static gboolean
on(FirnPower *power, const FirnPowerOn *how, GError **error)
{
    static const char *const paused[] = {"-S", NULL};
    static const char *const waiting[] = {"-S", "-incoming", "defer", NULL};
    FirnVm *vm = FIRN_VM(power);
    FirnQemuLaunchSetup setup = {
        .vm = firn_vm_get_name(vm),
        .bus = firn_direct_vm_get_service_bus(FIRN_DIRECT_VM(power)),
    };
    g_autoptr(FirnQemuLaunch) launch = NULL;

    if (!can_start(power, error))
        return FALSE;
    setup.command_line = how->definition != NULL ? how->definition : get_launch(power);
    setup.more = how->memory_path == NULL ? paused : waiting;
    launch = firn_qemu_launch_new(&setup, error);
    if (launch == NULL)
        return FALSE;
    if (wait_for_monitor(vm, launch, error) &&
        (how->memory_path == NULL || load_memory(vm, how->memory_path, error)))
        return TRUE;
    /* A QEMU that has daemonized is no child of firnd any more: only its monitor reaches it. */
    tell(vm, "quit");
    firn_qemu_launch_kill(launch);
    firn_vm_wait_off(vm, QUIT_MS);
    return FALSE;
}

static gboolean
is_running(FirnVm *vm, gpointer data)
{
    return firn_vm_get_state(vm) == FIRN_VM_STATE_RUNNING;
}

static gboolean
resume(FirnPower *power, GError **error)
{
    FirnVm *vm = FIRN_VM(power);
    g_autoptr(FirnChannel) monitor = firn_vm_dup_monitor(vm);
    g_autoptr(JsonNode) reply = NULL;

    if (monitor == NULL)
        return fail(error, "its QEMU has exited");
    reply = firn_channel_call(monitor, "cont", NULL, QUERY_MS, NULL, error);
    if (reply == NULL)
        return FALSE;
    return firn_vm_wait(vm, is_running, NULL, RESUME_MS) ||
           fail(error, "its QEMU was told to resume the guest, but the guest does not run");
}

void
firn_direct_power_init_interface(FirnPowerInterface *interface)
{
    interface->can_start = can_start;
    interface->check_start = check_start;
    interface->check_needs = check_own_needs;
    interface->get_machine = get_launch;
    interface->off = off;
    interface->on = on;
    interface->resume = resume;
}
