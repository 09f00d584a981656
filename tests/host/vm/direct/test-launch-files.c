/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "launch-files.h"

#include "disk.h"

static void
assert_files(const char *line, const char *expected)
{
    g_autoptr(GPtrArray) files = firn_launch_files_list(line);
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < files->len; i++) {
        const FirnLaunchFile *file = files->pdata[i];

        g_string_append_printf(text, "%s%s ", file->path, file->is_medium ? "*" : "");
    }
    g_assert_cmpstr(text->str, ==, expected);
}

static void
test_listed(void)
{
    assert_files("/usr/bin/q -drive if=none,file=/a,,b.qcow2,format=qcow2", "/a,b.qcow2 ");
    assert_files("/usr/bin/q -drive file=/x.iso,media=cdrom -cdrom /y.iso", "/x.iso* /y.iso* ");
    assert_files("/usr/bin/q -blockdev driver=qcow2,file.driver=file,file.filename=/a", "/a ");
    assert_files("/usr/bin/q -blockdev '{\"driver\": \"qcow2\", \"file\": {\"driver\": \"file\", "
                 "\"filename\": \"/a\"}}'",
                 "/a ");
    assert_files("/usr/bin/q -drive if=none,file.driver=file,file.filename=/a", "/a ");
    assert_files("/usr/bin/q --kernel /k -initrd rel/i -hda /h", "/k rel/i /h ");
    assert_files("/usr/bin/systemd-run --collect /usr/bin/q -kernel /k", "/k ");
}

/* Network images, and files that QEMU creates, need not exist. */
static void
test_not_listed(void)
{
    assert_files("/usr/bin/q -drive file=nbd:h:10809 -drive file=rbd:p/i", "");
    assert_files("/usr/bin/q -chardev socket,id=q,path=/run/q,server=on -pidfile /run/p", "");
    assert_files("/usr/bin/q -drive \"", "");
}

static char *
check(const char *line, const char *image)
{
    g_autoptr(GPtrArray) disks = firn_disks_new();
    g_autoptr(GPtrArray) blockers = firn_blockers_new();
    FirnDisk *disk = firn_disk_new("vda", "qcow2");

    disk->path = g_strdup(image);
    g_ptr_array_add(disks, disk);
    firn_launch_files_check(line, image == NULL ? NULL : disks, blockers);
    return blockers->len == 0 ? g_strdup("") : firn_blockers_to_text(blockers);
}

static void
assert_blocked(const char *line, const char *image, const char *words)
{
    g_autofree char *pattern = g_strdup_printf("*%s*", words);
    g_autofree char *text = check(line, image);

    g_test_message("%s", text);
    g_assert_true(g_pattern_match_simple(pattern, text));
}

/* Everything that would make the start fail is reported first. */
static void
test_blocked(void)
{
    g_autofree char *plain = check("/bin/sh -drive file=/etc/passwd", "/etc/passwd");
    g_autofree char *well = NULL;
    g_autofree char *script = check("/bin/sh /usr/local/bin/start-web1", "/etc/passwd");

    g_assert_cmpstr(plain, ==, "");
    g_assert_cmpstr(script, ==, "");
    /* An option that cannot be parsed does not block the start. */
    well = check("/bin/sh -kernel /etc/group -drive 'file=json:{\"x\": \"/etc/passwd\"}'",
                 "/etc/passwd");
    g_assert_cmpstr(well, ==, "");
    assert_blocked("/gone/qemu -kernel /etc/passwd",
                   NULL,
                   "/gone/qemu is not an executable program");
    assert_blocked("/bin/sh -cdrom /gone.iso", NULL, "its medium /gone.iso does not exist");
    assert_blocked("/bin/sh -drive file=a.qcow2", NULL, "a.qcow2 is relative");
    assert_blocked("/bin/sh -hda /etc/passwd", "/etc/group", "disk vda: *does not name it");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vm/launch-files/listed", test_listed);
    g_test_add_func("/vm/launch-files/not-listed", test_not_listed);
    g_test_add_func("/vm/launch-files/what-the-start-lacks", test_blocked);
    return g_test_run();
}
