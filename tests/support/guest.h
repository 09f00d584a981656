/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

/**
 * FirnTestGuest:
 *
 * A real guest: QEMU under TCG with the image of tests/guest, a folder of its own below the
 * temporary directory, and everything a test needs to control and observe it. QEMU dies with the
 * thread that started it, and the folder is removed when the test program ends in any way.
 *
 * If FIRN_TEST_SOURCE is "libvirt", it is a domain with the same devices (domain.h).
 *
 * Functions without @error end the test when they fail.
 */
typedef struct FirnTestGuest FirnTestGuest;

/**
 * FirnTestGuestStart:
 * @FIRN_TEST_GUEST_BEGINS: from RAM that was saved after the boot of a similar guest, in a tenth of
 * the time: its kernel is up, and its init continues with the disks as they are. Boots if
 * FIRN_TEST_BOOT is set
 * @FIRN_TEST_GUEST_BOOTS: by a boot
 * @FIRN_TEST_GUEST_SAVES: by a boot, after which it waits for its RAM to be saved (saved-guest.h)
 *
 * How a guest starts, whether a test, firnd or libvirt starts it.
 */
typedef enum {
    FIRN_TEST_GUEST_BEGINS,
    FIRN_TEST_GUEST_BOOTS,
    FIRN_TEST_GUEST_SAVES,
} FirnTestGuestStart;

/**
 * FirnTestGuestOptions:
 * @n_disks: 0 to 4; ext4 on vda, vdb ...; the guest mounts the first two on /mnt/a and /mnt/b
 * @disk_mib: size of each; 0 means 64
 * @disk_format: "qcow2" or "raw"; %NULL means qcow2
 * @with_backing: the qcow2 disks are empty overlays over the real ones
 * @disk_templates: (nullable) (array zero-terminated=1): images that the disks are copies of, one
 * for each; of @disk_format and @disk_mib
 * @disk_paths: (nullable) (array zero-terminated=1): images or devices that are the disks
 * themselves, one for each, "raw:/dev/VG/LV" or "qcow2:PATH"; of @disk_mib. They stay
 * @without_agent_channel: no virtio-serial port for the agent at all
 * @words: (nullable): words for its init, see tests/guest/README.md
 * @memory_mib: RAM; 0 means 256
 * @on_huge_pages: its RAM is in huge pages of the host, which must exist: tests/huge-pages
 * @extra: (nullable) (array zero-terminated=1): more arguments for QEMU
 * @name: (nullable): name of the domain, if it is one; %NULL means web1
 * @firmware: (nullable): file of a firmware for pflash, with a second pflash for its variables: the
 * file "vars.fd" of the guest's folder
 * @variables: (nullable): file that "vars.fd" is copied from; %NULL: 64 KiB of zeros
 * @start: how it starts
 *
 * All zeros is a guest without disks.
 */
typedef struct {
    guint n_disks;
    guint disk_mib;
    const char *disk_format;
    gboolean with_backing;
    const char *const *disk_templates;
    const char *const *disk_paths;
    gboolean without_agent_channel;
    const char *words;
    guint memory_mib;
    gboolean on_huge_pages;
    const char *const *extra;
    const char *name;
    const char *firmware;
    const char *variables;
    FirnTestGuestStart start;
} FirnTestGuestOptions;

/**
 * firn_test_guest_can_run:
 *
 * Skips the running test, with the reason, if QEMU or the guest's image is missing.
 *
 * Returns: %TRUE if firn_test_guest_new() will work
 */
gboolean firn_test_guest_can_run(void);

/**
 * firn_test_guest_new:
 * @options: (nullable): its options; %NULL means two qcow2 disks
 *
 * Makes the disks and starts QEMU. Does not wait: see firn_test_guest_wait_ready().
 *
 * Returns: (transfer full): the guest
 */
FirnTestGuest *firn_test_guest_new(const FirnTestGuestOptions *options);

/**
 * firn_test_guest_set_start:
 * @start: how it starts from now on, whether the test, firnd or libvirt starts it
 *
 * A QEMU that is started to load RAM out of an image must use a boot: while a guest of
 * %FIRN_TEST_GUEST_BEGINS has not been resumed, QEMU 10 reports that its disks support no
 * snapshots.
 */
void firn_test_guest_set_start(FirnTestGuest *guest, FirnTestGuestStart start);

/**
 * firn_test_guest_start:
 * @guest: a guest whose QEMU ended
 * @extra: (nullable) (array zero-terminated=1): more arguments for this start, as -incoming; not
 * for domains
 *
 * Starts QEMU again on the same disks, sockets and UUID.
 */
void firn_test_guest_start(FirnTestGuest *guest, const char *const *extra);

/**
 * firn_test_guest_wait_ready:
 *
 * Waits up to 120 s for the boot that the latest start or firn_test_guest_reset() began. The disks
 * are mounted then, and the agent has its channel open.
 */
void firn_test_guest_wait_ready(FirnTestGuest *guest);

/**
 * firn_test_guest_count_boots:
 *
 * Returns: how often it has become ready so far
 */
guint firn_test_guest_count_boots(FirnTestGuest *guest);

/**
 * firn_test_guest_get_path:
 * @name: "qmp" and "qga" (sockets for firn), "qmp-test", "console", or any name of the test's own
 *
 * Returns: (transfer none): the path in the guest's folder; valid as long as @guest
 */
const char *firn_test_guest_get_path(FirnTestGuest *guest, const char *name);

/**
 * firn_test_guest_get_disk:
 * @index: 0 for vda
 *
 * Returns: (transfer none): path of the image
 */
const char *firn_test_guest_get_disk(FirnTestGuest *guest, guint index);

/**
 * firn_test_guest_get_uuid:
 *
 * Returns: (transfer none): the UUID that QEMU was given
 */
const char *firn_test_guest_get_uuid(FirnTestGuest *guest);

/**
 * firn_test_guest_get_pid:
 *
 * Returns: process id of QEMU, 0 if it was killed or quit through this guest
 */
GPid firn_test_guest_get_pid(FirnTestGuest *guest);

/**
 * firn_test_guest_wait_answer:
 * @guest: a guest that boots, or is resumed from saved RAM: the caller does not know which
 *
 * Waits up to 120 s until it answers.
 */
void firn_test_guest_wait_answer(FirnTestGuest *guest);

/**
 * firn_test_guest_follow:
 *
 * Checks what other processes have done to its QEMU: ended it, or started another.
 */
void firn_test_guest_follow(FirnTestGuest *guest);

/**
 * firn_test_guest_adopt:
 * @guest: a guest whose QEMU another process has ended and started again
 *
 * Makes the new process its QEMU; firn_test_guest_wait_ready() then waits for its boot.
 */
void firn_test_guest_adopt(FirnTestGuest *guest);

/**
 * firn_test_guest_write_machine_file:
 * @dir: a folder, as machines.d
 * @name: name of the machine; the file is @name.conf
 *
 * Writes firn's description of this guest as a direct machine. For a domain nothing is written, and
 * @name must be the domain's.
 */
void firn_test_guest_write_machine_file(FirnTestGuest *guest, const char *dir, const char *name);

/**
 * firn_test_guest_shell:
 * @command: one line for a root shell in the guest
 * @deadline_ms: how long to wait for its end
 * @out_status: (out) (optional): exit status
 * @error: return location for a #GError: %G_IO_ERROR_TIMED_OUT, %G_IO_ERROR_CLOSED
 *
 * Works while file systems are frozen, and without the agent; see guest-shell.h.
 *
 * Returns: (transfer full): what it printed, or %NULL
 */
char *firn_test_guest_shell(FirnTestGuest *guest,
                            const char *command,
                            guint deadline_ms,
                            int *out_status,
                            GError **error);

/**
 * firn_test_guest_run:
 * @command: as for firn_test_guest_shell()
 *
 * Runs @command, which must end with status 0 within 30 s.
 *
 * Returns: (transfer full): what it printed, without white space at the end
 */
char *firn_test_guest_run(FirnTestGuest *guest, const char *command);

/**
 * firn_test_guest_write_file:
 * @path: in the guest, as /run/hook.sh
 * @text: contents
 */
void firn_test_guest_write_file(FirnTestGuest *guest, const char *path, const char *text);

/**
 * firn_test_guest_is_frozen:
 * @guest: a running guest
 * @folder: a mounted file system in it, as /mnt/a
 *
 * Tests the guest's kernel, by a write that the kernel either completes or blocks; the agent's own
 * state does not matter.
 *
 * Returns: %TRUE if writes to @folder block
 */
gboolean firn_test_guest_is_frozen(FirnTestGuest *guest, const char *folder);

/**
 * firn_test_guest_get_last_ack:
 * @guest: a guest whose writer was started ("writer start")
 *
 * Returns: number of the newest record that is durable on all disks; 0 if there is none
 */
gint64 firn_test_guest_get_last_ack(FirnTestGuest *guest);

/**
 * firn_test_guest_wait_ack:
 * @guest: a guest whose writer was started
 * @number: of a record
 *
 * Waits up to 60 s until firn_test_guest_get_last_ack() is @number or more.
 */
void firn_test_guest_wait_ack(FirnTestGuest *guest, gint64 number);

/**
 * firn_test_guest_qmp:
 * @command: name of a QMP command
 * @arguments: (nullable): its arguments, JSON text
 * @error: return location for a #GError: %G_IO_ERROR_FAILED if QEMU answered with an error
 *
 * Calls the test's own monitor, beside the one for firn.
 *
 * Returns: (transfer full): the value of "return", or %NULL
 */
JsonNode *firn_test_guest_qmp(FirnTestGuest *guest,
                              const char *command,
                              const char *arguments,
                              GError **error);

/**
 * firn_test_guest_do:
 * @command: name of a QMP command without arguments, as "stop" or "cont"
 *
 * As firn_test_guest_qmp(), but must succeed.
 */
void firn_test_guest_do(FirnTestGuest *guest, const char *command);

/**
 * firn_test_guest_wait_event:
 * @name: of a QMP event
 * @deadline_ms: how long to wait
 * @error: return location for a #GError: %G_IO_ERROR_TIMED_OUT
 *
 * Takes the oldest event of that name since the monitor was first used.
 *
 * Returns: (transfer full): the event, or %NULL
 */
JsonNode *firn_test_guest_wait_event(FirnTestGuest *guest,
                                     const char *name,
                                     guint deadline_ms,
                                     GError **error);

/**
 * firn_test_guest_is_running:
 *
 * Returns: %TRUE if QEMU reports that the virtual CPUs run
 */
gboolean firn_test_guest_is_running(FirnTestGuest *guest);

/**
 * firn_test_guest_reset:
 *
 * Presses the reset button; firn_test_guest_wait_ready() waits for the boot that follows.
 */
void firn_test_guest_reset(FirnTestGuest *guest);

/**
 * firn_test_guest_quit:
 *
 * Makes QEMU quit, and waits for its end.
 */
void firn_test_guest_quit(FirnTestGuest *guest);

/**
 * firn_test_guest_kill:
 *
 * Kills QEMU with SIGKILL, and waits for its end. Disks, acks and console stay.
 */
void firn_test_guest_kill(FirnTestGuest *guest);

/**
 * firn_test_guest_free:
 * @guest: (nullable): a guest
 *
 * Kills QEMU and removes the folder.
 */
void firn_test_guest_free(FirnTestGuest *guest);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnTestGuest, firn_test_guest_free)
