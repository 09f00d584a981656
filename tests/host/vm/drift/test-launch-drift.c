/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "launch-drift.h"

#define BASE  "/usr/bin/qemu-system-x86_64 -M q35 -m 256 -nodefaults -append 'a b'"
#define DISKS " -device virtio-blk-pci,drive=a -device virtio-blk-pci,drive=b"

typedef struct {
    const char *topic;
    const char *then;
    const char *now;
    const char *expected; /* sentences, joined by "; " */
} Case;

/* clang-format off */
static const Case cases[] = {
    {"same", BASE DISKS, BASE DISKS, ""},
    {"quoting", "/q -m 256 -append 'a b'", "/q  -m '256' -append \"a b\"", ""},
    {"spelling", "/q -M pc -m 256", "/q -machine pc --m 256", ""},
    {"place", "/q -M pc -m 256 -smp 2", "/q -smp 2 -m 256 -M pc", ""},
    {"ram", "/q -M pc -m 256", "/q -M pc -m 512", "-m 256 -> 512"},
    {"machine", "/q -M q35,accel=tcg", "/q -M pc,accel=tcg", "-machine q35 -> pc"},
    {"part", "/q -m 256", "/q -m 256,slots=2", "-m 256: none -> slots=2"},
    {"parts in another order", "/q -m size=1,slots=2", "/q -m slots=2,size=1",
     "-m size=1,slots=2 -> slots=2,size=1"},
    {"cpu", BASE, BASE " -cpu qemu64", "-cpu qemu64 added"},
    {"added", BASE DISKS, BASE DISKS " -device e1000", "-device e1000 added"},
    {"removed", BASE DISKS, BASE " -device virtio-blk-pci,drive=a",
     "-device virtio-blk-pci,drive=b removed"},
    {"other disk", BASE " -device virtio-blk-pci,drive=a", BASE " -device virtio-blk-pci,drive=c",
     "-device virtio-blk-pci: drive=a -> drive=c"},
    {"order", BASE DISKS, BASE " -device virtio-blk-pci,drive=b -device virtio-blk-pci,drive=a",
     "-device in a different order"},
    {"program", "/usr/bin/qemu -m 1", "/opt/qemu -m 1", "program /usr/bin/qemu -> /opt/qemu"},
    {"several", "/q -M q35 -m 256 -nodefaults", "/q -M pc -m 512",
     "-machine q35 -> pc; -m 256 -> 512; -nodefaults removed"},
    {"twice", "/q -device a -device a", "/q -device a", "-device a removed"},
    {"for terminals", "/q", "/q -name '\033[2J'", "-name \\x1b[2J added"},
    {"unreadable", "/q -m 256", "/q -m '256", "program /q -> /q -m '256; -m 256 removed"},
    {"secret", "/q -object secret,id=s,data=old", "/q -object secret,id=s,data=new",
     "-object secret: data=*** -> data=***"},
    {"secret added", "/q", "/q -object secret,data=new,id=s", "-object secret,data=***,id=s added"},
    {"nothing", "", "", ""},
};
/* clang-format on */

static void
test_case(gconstpointer data)
{
    const Case *wanted = data;
    g_auto(GStrv) found = firn_launch_drift_list(wanted->then, wanted->now);
    g_autofree char *text = g_strjoinv("; ", found);

    g_assert_cmpstr(text, ==, wanted->expected);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/vm/launch-drift/%s", cases[i].topic);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    return g_test_run();
}
