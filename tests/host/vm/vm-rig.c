/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vm-rig.h"

#include "disk-image.h"

#define PATIENCE_MS 10000

static void
make_disk(FirnTestVmRig *self, const char *device)
{
    g_autofree char *path = g_strdup_printf("%s/%s.qcow2", self->folder, device);
    g_autofree char *output =
        firn_test_disk_image_run("qemu-img", "create", "-q", "-f", "qcow2", path, "1M", NULL);

    firn_test_fake_monitor_set_disk(self->monitor, device, "qcow2", path, FALSE);
}

static FirnMachineFile *
make_machine_file(FirnTestVmRig *self)
{
    g_autofree char *path = g_build_filename(self->folder, "web1.conf", NULL);
    g_autofree char *text = g_strdup_printf("[machine]\nuuid=%s\nqmp=%s/qmp\nagent=%s/qga\n"
                                            "[disks]\nvda=%s/vda.qcow2\nvdb=%s/vdb.qcow2\n",
                                            firn_test_fake_monitor_get_uuid(self->monitor),
                                            self->folder,
                                            self->folder,
                                            self->folder,
                                            self->folder);
    g_autoptr(GError) error = NULL;
    FirnMachineFile *file;

    g_file_set_contents(path, text, -1, &error);
    g_assert_no_error(error);
    file = firn_machine_file_read(path, &error);
    g_assert_no_error(error);
    return file;
}

static void
start(gpointer data)
{
    FirnTestVmRig *self = data;

    firn_direct_vm_start(FIRN_DIRECT_VM(self->vm));
}

void
firn_test_vm_rig_set_up(FirnTestVmRig *self)
{
    const FirnPolicy profile = {.max_snapshots = FIRN_POLICY_MAX_SNAPSHOTS_DEFAULT};
    g_autofree char *monitor_path = NULL;
    g_autofree char *agent_path = NULL;
    g_autofree char *catalogue_path = NULL;
    FirnMachineFile *file;

    self->loop = firn_test_loop_thread_start();
    self->dir = firn_test_scratch_dir_new();
    self->folder = firn_test_scratch_dir_get_path(self->dir);
    monitor_path = g_build_filename(self->folder, "qmp", NULL);
    agent_path = g_build_filename(self->folder, "qga", NULL);
    catalogue_path = g_build_filename(self->folder, "catalogue", NULL);
    self->monitor = firn_test_fake_monitor_new(monitor_path, 2);
    self->monitor_peer = firn_test_fake_monitor_get_peer(self->monitor);
    self->agent = firn_test_fake_agent_new(agent_path, 2);
    self->agent_peer = firn_test_fake_agent_get_peer(self->agent);
    make_disk(self, "vda");
    make_disk(self, "vdb");
    file = make_machine_file(self);
    self->catalogue = firn_catalogue_open(catalogue_path, file->uuid, file->name, &profile);
    self->vm = firn_direct_vm_new(file, self->catalogue);
    firn_test_loop_thread_call(start, self);
    firn_test_vm_rig_wait_state(self, FIRN_VM_STATE_RUNNING);
}

static void
let_go(gpointer data)
{
    FirnTestVmRig *self = data;

    firn_direct_vm_stop(FIRN_DIRECT_VM(self->vm));
    g_clear_object(&self->vm);
    g_clear_object(&self->catalogue);
}

void
firn_test_vm_rig_tear_down(FirnTestVmRig *self)
{
    firn_test_loop_thread_call(let_go, self);
    firn_test_fake_monitor_free(self->monitor);
    firn_test_fake_agent_free(self->agent);
    firn_test_loop_thread_stop(self->loop);
    firn_test_scratch_dir_free(self->dir);
}

void
firn_test_vm_rig_end_agent(FirnTestVmRig *self)
{
    g_clear_pointer(&self->agent, firn_test_fake_agent_free);
    self->agent_peer = NULL;
}

void
firn_test_vm_rig_end_qemu(FirnTestVmRig *self)
{
    firn_test_fake_monitor_emit(self->monitor,
                                "SHUTDOWN",
                                "{\"guest\":true,\"reason\":\"guest-shutdown\"}");
    firn_test_vm_rig_kill_qemu(self);
}

void
firn_test_vm_rig_kill_qemu(FirnTestVmRig *self)
{
    g_clear_pointer(&self->monitor, firn_test_fake_monitor_free);
    self->monitor_peer = NULL;
    firn_test_vm_rig_end_agent(self);
    firn_test_vm_rig_wait_state(self, FIRN_VM_STATE_OFF);
}

static void
on_changed(FirnVm *vm, gpointer queue)
{
    g_async_queue_push(queue, GINT_TO_POINTER(1));
}

void
firn_test_vm_rig_wait_state(FirnTestVmRig *self, FirnVmState state)
{
    g_autoptr(GAsyncQueue) queue = g_async_queue_new();
    gulong id = g_signal_connect(self->vm, "changed", G_CALLBACK(on_changed), queue);
    gpointer has_changed = queue;

    while (firn_vm_get_state(self->vm) != state && has_changed != NULL)
        has_changed = g_async_queue_timeout_pop(queue, PATIENCE_MS * 1000);
    g_signal_handler_disconnect(self->vm, id);
    g_assert_cmpint(firn_vm_get_state(self->vm), ==, state);
}

void
firn_test_vm_rig_see_events(FirnTestVmRig *self)
{
    g_autoptr(FirnChannel) monitor = firn_vm_dup_monitor(self->vm);
    g_autoptr(JsonNode) reply =
        firn_channel_call(monitor, "query-version", NULL, PATIENCE_MS, NULL, NULL);

    g_assert_nonnull(reply);
}
