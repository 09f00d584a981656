/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "direct-vm.h"
#include "fake-agent.h"
#include "fake-monitor.h"
#include "loop-thread.h"
#include "scratch-dir.h"

/**
 * FirnTestVmRig:
 * @monitor: (nullable): a monitor with two qcow2 disks; the images are real and empty
 * @agent: (nullable): an agent with two file systems
 * @folder: contains everything: "qmp", "qga", "vda.qcow2", "vdb.qcow2", "catalogue", "web1.conf"
 *
 * A direct VM "web1" with scripted peers. The main loop runs in a thread.
 */
typedef struct {
    FirnTestLoopThread *loop;     /* (owned) */
    FirnTestScratchDir *dir;      /* (owned) */
    const char *folder;           /* (unowned) */
    FirnTestFakeMonitor *monitor; /* (owned) (nullable) */
    FirnTestPeer *monitor_peer;   /* (unowned) */
    FirnTestFakeAgent *agent;     /* (owned) (nullable) */
    FirnTestPeer *agent_peer;     /* (unowned) */
    FirnCatalogue *catalogue;     /* (owned) */
    FirnVm *vm;                   /* (owned) */
} FirnTestVmRig;

/**
 * firn_test_vm_rig_set_up:
 * @self: (out): a rig
 *
 * Sets everything up and waits until the VM is known to run.
 */
void firn_test_vm_rig_set_up(FirnTestVmRig *self);

/**
 * firn_test_vm_rig_tear_down:
 */
void firn_test_vm_rig_tear_down(FirnTestVmRig *self);

/**
 * firn_test_vm_rig_end_agent:
 *
 * Removes the agent's socket.
 */
void firn_test_vm_rig_end_agent(FirnTestVmRig *self);

/**
 * firn_test_vm_rig_end_qemu:
 *
 * The guest shuts down and QEMU exits: the VM is off.
 */
void firn_test_vm_rig_end_qemu(FirnTestVmRig *self);

/**
 * firn_test_vm_rig_kill_qemu:
 *
 * QEMU exits without an event: the VM is off.
 */
void firn_test_vm_rig_kill_qemu(FirnTestVmRig *self);

/**
 * firn_test_vm_rig_wait_state:
 * @state: the expected state; fails the test after 10 s
 */
void firn_test_vm_rig_wait_state(FirnTestVmRig *self, FirnVmState state);

/**
 * firn_test_vm_rig_see_events:
 *
 * Returns once the VM has handled everything that its monitor has sent so far.
 */
void firn_test_vm_rig_see_events(FirnTestVmRig *self);
