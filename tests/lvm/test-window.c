/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What can go wrong with LVM while a guest is frozen. A wrapper stands before the real lvm for what
 * it cannot be made to do. */
#include <string.h>

#include "running-rig.h"

#define WRAPPER "/usr/local/sbin/lvm"
/* What it does for each lvcreate that the waiting lvm is told; $name is that of the disk. */
#define WRAPPER_TEXT                                                                               \
    "#!/bin/bash\n"                                                                                \
    "[ \"$1\" = /proc/self/fd/0 ] || exec /sbin/lvm \"$@\"\n"                                      \
    "real() { /sbin/lvm \"$@\"; }\n"                                                               \
    "make() {\n"                                                                                   \
    "    name=\"${@: -1}\"\n"                                                                      \
    "    %s\n"                                                                                     \
    "    real \"$@\"\n"                                                                            \
    "}\n"                                                                                          \
    "while read -r line; do\n"                                                                     \
    "    case \"$line\" in lvcreate*) make $line || exit ;; esac\n"                                \
    "done\n"

static void
wrap(const char *script)
{
    g_autofree char *text = g_strdup_printf(WRAPPER_TEXT, script);
    g_autoptr(GError) error = NULL;

    g_file_set_contents_full(WRAPPER, text, -1, G_FILE_SET_CONTENTS_NONE, 0755, &error);
    g_assert_no_error(error);
}

static void
unwrap(void)
{
    firn_lvm_rig_do_run("rm -f " WRAPPER);
}

/* The snapshot fails, the guest is thawed, and nothing is left of it. */
static void
assert_fails(FirnRunningRig *self, const char *what, const char *script)
{
    g_auto(FirnTestOutcome) outcome = {0};

    wrap(script);
    firn_test_firnd_line(self->vm.firnd, &outcome, "create web1 s1");
    unwrap();
    g_test_message("lvcreate %s: %d %s", what, outcome.status, outcome.err);
    g_assert_null(strstr(outcome.err, "lvcreate: WARNING"));
    g_assert_cmpint(outcome.status, !=, 0);
    firn_running_rig_assert_untouched(self);
}

static void
test_failures(FirnRunningRig *self, gconstpointer data)
{
    assert_fails(self, "fails for the second disk", "[ \"$name\" = test-vg/thin ] || exit 5");
    assert_fails(self,
                 "is killed when it is done",
                 "[ \"$name\" = test-vg/thin ] || { real \"$@\"; kill -9 $$; }");
    assert_fails(self,
                 "is killed while the disk is suspended",
                 "[ \"$name\" = test-vg/thin ] || { dmsetup suspend test--vg-thick; kill -9 $$; }");
    assert_fails(self,
                 "claims success without a snapshot",
                 "[ \"$name\" = test-vg/thin ] || exit 0");
    assert_fails(self,
                 "claims success without a device",
                 "[ \"$name\" = test-vg/thin ] || { real lvcreate -q -y -Wn -an -L 4M "
                 "\"${@:8:8}\" test-vg; exit; }");
    assert_fails(self,
                 "finds the pool full",
                 "[ \"$name\" = test-vg/thick ] || { real lvcreate -q -y -Wn -V 256M --thinpool "
                 "pool -n filler test-vg; dd if=/dev/zero of=/dev/test-vg/filler bs=1M "
                 "oflag=direct; real \"$@\"; status=$?; real lvremove -q -y test-vg/filler; exit "
                 "$status; }");
}

/* The guest is thawed in time, and lvcreate is not killed; what it makes late is removed. */
static void
test_hanging(FirnRunningRig *self, gconstpointer data)
{
    g_autofree char *said = NULL;

    firn_lvm_rig_do_run("mkfifo /tmp/gate");
    wrap("[ \"$name\" = test-vg/thin ] || read line </tmp/gate");
    said = firn_vm_rig_create(&self->vm, 1, "--frozen-max=5s", NULL);
    g_assert_nonnull(strstr(said, "left running"));
    g_assert_true(firn_test_guest_is_running(self->vm.guest));
    g_assert_false(firn_test_guest_is_frozen(self->vm.guest, "/mnt/a"));
    g_assert_false(firn_test_guest_is_frozen(self->vm.guest, "/mnt/b"));
    unwrap();
    firn_lvm_rig_do_run("echo go >/tmp/gate; while pgrep -f 'firn[.]tag=s1'; do sleep 0.2; done");
    firn_running_rig_run(self, "verify web1 --repair");
    firn_running_rig_assert_untouched(self);
}

static void
add(void)
{
    firn_running_rig_add("/window/failures", NULL, test_failures);
    firn_running_rig_add("/window/hanging", NULL, test_hanging);
}

int
main(int argc, char **argv)
{
    return firn_running_rig_main(argc, argv, add);
}
