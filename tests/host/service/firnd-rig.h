/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "fake-agent.h"
#include "fake-monitor.h"

/**
 * FirnTestFirnd:
 *
 * The real firnd on a bus of its own, with folders of its own. Both end with the test program.
 * Functions without @error fail the test on errors.
 */
typedef struct FirnTestFirnd FirnTestFirnd;

/**
 * firn_test_firnd_new:
 *
 * Returns: (transfer full): a bus and empty folders; firnd does not run yet
 */
FirnTestFirnd *firn_test_firnd_new(void);

/**
 * firn_test_firnd_free:
 * @self: (nullable): a firnd
 *
 * Stops firnd, if it runs, and its bus.
 */
void firn_test_firnd_free(FirnTestFirnd *self);

/**
 * firn_test_firnd_be_system:
 * @self: a firnd that does not run
 *
 * Makes firnd treat the bus as the system bus: it asks polkit about callers other than root.
 */
void firn_test_firnd_be_system(FirnTestFirnd *self);

/**
 * firn_test_firnd_connect_to:
 * @self: a firnd that does not run
 * @uri: a constant: a libvirt URI
 *
 * Makes firnd use that libvirt; by default it uses none.
 */
void firn_test_firnd_connect_to(FirnTestFirnd *self, const char *uri);

/**
 * firn_test_firnd_get_path:
 * @name: "etc/firn.conf", "etc/machines.d/web1.conf", "state/vm", "web1.qcow2" ...
 *
 * Returns: (transfer none): the path in its folder; valid as long as @self
 */
const char *firn_test_firnd_get_path(FirnTestFirnd *self, const char *name);

/**
 * firn_test_firnd_get_bus:
 *
 * Returns: (transfer none): the address of its bus
 */
const char *firn_test_firnd_get_bus(FirnTestFirnd *self);

/**
 * firn_test_firnd_get_connection:
 *
 * Returns: (transfer none): the test's connection to that bus
 */
GDBusConnection *firn_test_firnd_get_connection(FirnTestFirnd *self);

/**
 * firn_test_firnd_write:
 * @name: as for firn_test_firnd_get_path()
 * @text: content of the file
 */
void firn_test_firnd_write(FirnTestFirnd *self, const char *name, const char *text);

/**
 * firn_test_firnd_add_vm:
 * @name: name of the VM
 * @digit: gives its UUID: eight times this digit, then -1111-4222-8333-123456789abc
 *
 * Adds a VM that is off after a clean shutdown of its guest, with a real image NAME.qcow2 as vda.
 */
void firn_test_firnd_add_vm(FirnTestFirnd *self, const char *name, char digit);

/**
 * firn_test_firnd_add_running_vm:
 * @name: name of the VM
 * @out_monitor: (out) (transfer full): its monitor, with one disk
 * @out_agent: (out) (optional) (transfer full): its agent; %NULL: none replies
 */
void firn_test_firnd_add_running_vm(FirnTestFirnd *self,
                                    const char *name,
                                    FirnTestFakeMonitor **out_monitor,
                                    FirnTestFakeAgent **out_agent);

/**
 * firn_test_firnd_start:
 *
 * Starts it and waits until it serves.
 */
void firn_test_firnd_start(FirnTestFirnd *self);

/**
 * firn_test_firnd_spawn:
 *
 * Starts firnd, which is expected to exit; see firn_test_firnd_wait_end().
 */
void firn_test_firnd_spawn(FirnTestFirnd *self);

/**
 * firn_test_firnd_send_signal:
 * @self: a firnd that runs
 * @number: SIGTERM ...
 */
void firn_test_firnd_send_signal(FirnTestFirnd *self, int number);

/**
 * firn_test_firnd_get_pid:
 * @self: a firnd that runs
 *
 * Returns: its process id
 */
int firn_test_firnd_get_pid(FirnTestFirnd *self);

/**
 * firn_test_firnd_wait_end:
 * @self: a firnd that will end
 * @out_errors: (out) (optional) (transfer full): what it wrote to stderr
 *
 * Returns: its exit status
 */
int firn_test_firnd_wait_end(FirnTestFirnd *self, char **out_errors);

/**
 * firn_test_firnd_stand_in:
 * @self: a firnd that was not started
 * @filter: gets all messages to the test, in a thread of its connection
 * @data: for @filter; must outlive the bus
 *
 * Gives firnd's bus name to the test, which answers instead.
 */
void firn_test_firnd_stand_in(FirnTestFirnd *self,
                              GDBusMessageFilterFunction filter,
                              gpointer data);

/**
 * firn_test_firnd_kill:
 * @self: a firnd that runs
 *
 * Kills firnd with SIGKILL and waits for its end; it may be started again.
 */
void firn_test_firnd_kill(FirnTestFirnd *self);

/**
 * firn_test_firnd_end_bus:
 *
 * Stops the bus while firnd runs.
 */
void firn_test_firnd_end_bus(FirnTestFirnd *self);

/**
 * firn_test_firnd_call:
 * @self: a firnd that serves
 * @path: object path below the service's, "/Manager"
 * @method: interface and method: "Manager.ListVMs"
 * @parameters: (nullable): arguments; a floating reference is taken
 *
 * Returns: (transfer full): the reply's members
 */
GVariant *firn_test_firnd_call(FirnTestFirnd *self,
                               const char *path,
                               const char *method,
                               GVariant *parameters,
                               GError **error);

/**
 * firn_test_firnd_get:
 * @self: a firnd that serves
 * @path: object path below the service's
 * @property: interface and property: "VM.Damage"
 *
 * Returns: (transfer full): the property's value
 */
GVariant *firn_test_firnd_get(FirnTestFirnd *self, const char *path, const char *property);

/**
 * firn_test_firnd_try_get:
 * @self: a firnd that serves
 * @path: object path below the service's
 * @property: interface and property: "VM.Damage"
 * @error: set if there is no object at @path
 *
 * Returns: (transfer full) (nullable): the property's value
 */
GVariant *firn_test_firnd_try_get(FirnTestFirnd *self,
                                  const char *path,
                                  const char *property,
                                  GError **error);

/**
 * firn_test_firnd_wait_job:
 * @self: a firnd that serves
 * @answer: "(o)": path of a job
 *
 * Returns: (transfer full): the state in which it ended
 */
char *firn_test_firnd_wait_job(FirnTestFirnd *self, GVariant *answer);

/**
 * firn_test_firnd_create:
 * @self: a firnd that serves
 * @vm: object path below the service's
 * @name: name of the snapshot to create
 */
void firn_test_firnd_create(FirnTestFirnd *self, const char *vm, const char *name);

/**
 * firn_test_firnd_dup_tree:
 * @self: a firnd that serves
 * @vm: object path below the service's
 *
 * Returns: (transfer full): its snapshots from GetTree: "NAME=PHASE " for each
 */
char *firn_test_firnd_dup_tree(FirnTestFirnd *self, const char *vm);

/**
 * FirnTestRun:
 * @status: exit status
 * @out: what it printed
 * @err: its error output
 *
 * Result of a run of the command line.
 */
typedef struct {
    int status;
    char *out; /* (owned) */
    char *err; /* (owned) */
} FirnTestRun;

/**
 * firn_test_run_clear:
 * @self: result of a run
 */
void firn_test_run_clear(FirnTestRun *self);

/**
 * firn_test_firnd_run:
 * @out_run: (out): its result; the previous one is freed
 * @...: arguments of firn, up to %NULL
 *
 * Runs the command line on that bus, in English, in UTF-8 and in UTC. Times in its output are
 * replaced by "YYYY-MM-DD hh:mm" and the like, UUIDs by "UUID".
 */
void firn_test_firnd_run(FirnTestFirnd *self, FirnTestRun *out_run, ...) G_GNUC_NULL_TERMINATED;

/**
 * firn_test_firnd_run_async:
 * @...: arguments of firn, up to %NULL
 *
 * Returns: (transfer full): the running command line, with pipes
 */
GSubprocess *firn_test_firnd_run_async(FirnTestFirnd *self, ...) G_GNUC_NULL_TERMINATED;

/**
 * firn_test_firnd_wait:
 * @is_so: a condition
 * @data: for @is_so
 *
 * Runs the main loop until the condition holds, for at most ten seconds.
 *
 * Returns: whether the condition was met
 */
gboolean firn_test_firnd_wait(gboolean (*is_so)(gpointer data), gpointer data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnTestFirnd, firn_test_firnd_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FirnTestRun, firn_test_run_clear)
