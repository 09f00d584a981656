/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "disk-image.h"
#include "flash.h"
#include "scratch-dir.h"
#include "vm-rig.h"

#define OVMF          "/usr/share/OVMF/OVMF_CODE_4M.fd"
#define VARIABLES     "/usr/share/OVMF/OVMF_VARS_4M.fd"
#define VARIABLES_DIR "/sys/firmware/efi/efivars"
#define GUID          "-6f1f6b0a-0000-4000-8000-000000000001"
/* The guest's init ignores the power button, so it is powered off. */
#define STOP "--stop --grace=1s"

static const FirnVmRigOptions uefi = {
    .guest = {.n_disks = 2,
              .firmware = OVMF,
              .variables = VARIABLES,
              .start = FIRN_TEST_GUEST_BOOTS}
};
/* A real pflash that this firmware does not use: tests write to its file. */
static const FirnVmRigOptions flash = {
    .guest = {.n_disks = 2, .firmware = FIRN_TEST_FLASH_SEABIOS}
};

static void
run_saying(FirnVmRig *rig, int status, const char *line, const char *expected)
{
    g_autofree char *said = firn_vm_rig_run(rig, status, line);

    g_assert_nonnull(strstr(said, expected));
}

/* Adds a UEFI variable through the guest's kernel, which does not allow changing one. */
static void
set_variable(FirnVmRig *rig, const char *word)
{
    g_autofree char *command =
        g_strdup_printf("printf '\\007\\000\\000\\000x' >" VARIABLES_DIR "/Firn-%s" GUID, word);

    g_free(firn_test_guest_run(rig->guest, command));
}

/* Names are UTF-16 there; nothing is ever removed from it in these tests. */
static gboolean
is_in_flash(FirnVmRig *rig, const char *word)
{
    g_autofree char *name = g_strconcat("Firn-", word, NULL);
    g_autofree gunichar2 *wide = g_utf8_to_utf16(name, -1, NULL, NULL, NULL);
    g_autofree char *bytes = NULL;
    gsize length = 0;

    g_assert_true(g_file_get_contents(firn_test_guest_get_path(rig->guest, "vars.fd"),
                                      &bytes,
                                      &length,
                                      NULL));
    return memmem(bytes, length, wide, 2 * strlen(name)) != NULL;
}

static void
assert_variable(FirnVmRig *rig, const char *word, gboolean is_there)
{
    g_autofree char *command =
        g_strdup_printf("if [ -e " VARIABLES_DIR "/Firn-%s" GUID " ]; then echo yes; fi", word);
    g_autofree char *found = firn_test_guest_run(rig->guest, command);

    g_assert_cmpstr(found, ==, is_there ? "yes" : "");
    g_assert_cmpint(is_in_flash(rig, word), ==, is_there);
}

static void
boot(FirnVmRig *rig)
{
    firn_test_guest_adopt(rig->guest);
    firn_test_guest_wait_ready(rig->guest);
}

/* Resumes from saved RAM. */
static void
go_on(FirnVmRig *rig)
{
    firn_test_guest_adopt(rig->guest);
    firn_test_guest_wait_answer(rig->guest);
}

static char *
get_folder(FirnVmRig *rig)
{
    return g_build_filename(firn_test_firnd_get_state_dir(rig->firnd), "nvram", NULL);
}

static guint
count_copies(FirnVmRig *rig)
{
    g_autofree char *folder = get_folder(rig);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    guint count = 0;

    while (dir != NULL && g_dir_read_name(dir) != NULL)
        count++;
    return count;
}

/* Restore and undo, then a restore with RAM: the variables always belong to the disks. */
static void
test_uefi(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *said = NULL;

    g_free(firn_vm_rig_run(rig, 0, "policy web1 set allow-memory=yes"));
    set_variable(rig, "then");
    said = firn_vm_rig_run(rig, 0, "create web1 s1");
    g_assert_null(strstr(said, "Nvram"));
    run_saying(rig, 0, "show web1 s1", "528.0 KiB");
    set_variable(rig, "now");
    run_saying(rig, 0, "restore web1 s1 " STOP, "UEFI variables");
    boot(rig);
    assert_variable(rig, "then", TRUE);
    assert_variable(rig, "now", FALSE);
    g_free(firn_vm_rig_run(rig, 0, "undo web1 " STOP));
    boot(rig);
    assert_variable(rig, "now", TRUE);
    g_free(firn_vm_rig_run(rig, 0, "create web1 m1 --memory"));
    set_variable(rig, "later");
    g_free(firn_vm_rig_run(rig, 0, "restore web1 m1 " STOP));
    go_on(rig);
    assert_variable(rig, "now", TRUE);
    assert_variable(rig, "later", FALSE);
    g_free(firn_vm_rig_run(rig, 0, "verify web1"));
    g_assert_cmpuint(count_copies(rig), ==, 3);
    g_free(firn_vm_rig_run(rig, 0, "undo web1 --forget"));
    g_free(firn_vm_rig_run(rig, 0, "delete web1 s1 --yes"));
    g_free(firn_vm_rig_run(rig, 0, "delete web1 m1 --yes"));
    g_assert_cmpuint(count_copies(rig), ==, 0);
    firn_vm_rig_assert_well(rig);
}

static void
write_variables(FirnVmRig *rig, char byte, gsize length)
{
    g_autofree char *bytes = g_malloc(length);
    g_autoptr(GError) error = NULL;

    memset(bytes, byte, length);
    g_file_set_contents(firn_test_guest_get_path(rig->guest, "vars.fd"),
                        bytes,
                        (gssize)length,
                        &error);
    g_assert_no_error(error);
}

static void
assert_variables(FirnVmRig *rig, char byte)
{
    g_assert_cmpint(firn_test_flash_read(firn_test_guest_get_path(rig->guest, "vars.fd")),
                    ==,
                    byte);
}

/* The copy of the only snapshot that has one. */
static char *
find_copy(FirnVmRig *rig)
{
    g_autofree char *folder = get_folder(rig);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name = dir == NULL ? NULL : g_dir_read_name(dir);

    g_assert_nonnull(name);
    return g_build_filename(folder, name, NULL);
}

/* Nothing is changed while the saved variables are missing, except with force. */
static void
test_refused(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *copy = NULL;

    g_free(firn_vm_rig_run(rig, 0, "create web1 s1"));
    copy = find_copy(rig);
    firn_test_guest_quit(rig->guest);
    write_variables(rig, 'n', 65536);
    g_assert_true(g_file_set_contents(copy, "something else", -1, NULL));
    run_saying(rig, 1, "verify web1", "degraded");
    run_saying(rig, 5, "restore web1 s1", "does not match the record");
    run_saying(rig, 5, "restore web1 s1 --dry-run", "[NvramMissing]");
    assert_variables(rig, 'n');
    firn_vm_rig_assert_tags(rig, 1);
    run_saying(rig, 0, "restore web1 s1 --force", "are not changed");
    assert_variables(rig, 'n');
    g_free(firn_vm_rig_run(rig, 0, "delete web1 s1 --yes"));
    g_assert_cmpuint(count_copies(rig), ==, 0);
}

/* Of a VM that is off; restoring one disk alone does not change them. */
static void
test_off(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *document = g_strdup_printf("%-65536s", "{}");

    firn_vm_rig_shut_down(rig);
    write_variables(rig, 't', 65536);
    g_free(firn_vm_rig_run(rig, 0, "create web1 s1"));
    write_variables(rig, 'n', 65536);
    run_saying(rig, 0, "restore web1 s1 --disk vda", "are not changed");
    assert_variables(rig, 'n');
    g_free(firn_vm_rig_run(rig, 0, "undo web1"));
    run_saying(rig, 0, "restore web1 s1 --dry-run", "UEFI variables are restored");
    g_free(firn_vm_rig_run(rig, 0, "restore web1 s1"));
    assert_variables(rig, 't');
    g_free(firn_vm_rig_run(rig, 0, "undo web1"));
    assert_variables(rig, 'n');
    write_variables(rig, 'n', 131072);
    run_saying(rig, 5, "restore web1 s1 --dry-run", "[NvramResized]");
    /* As long as the flash, but of a uefi-vars device. */
    g_assert_true(g_file_set_contents(firn_test_guest_get_path(rig->guest, "vars.fd"),
                                      document,
                                      65536,
                                      NULL));
    run_saying(rig, 5, "restore web1 s1 --dry-run", "[NvramResized]");
}

/* QEMU's RAM contains the flash, and QEMU writes it to the file when the guest resumes: undo must
 * work even if firn's copy is lost. */
static void
test_in_memory(FirnVmRig *rig, gconstpointer data)
{
    g_autofree char *copy = NULL;

    g_free(firn_vm_rig_run(rig, 0, "policy web1 set allow-memory=yes"));
    g_free(firn_vm_rig_run(rig, 0, "create web1 m1 --memory"));
    copy = find_copy(rig);
    g_assert_cmpint(unlink(copy), ==, 0);
    firn_test_guest_quit(rig->guest);
    write_variables(rig, 'n', 65536);
    run_saying(rig, 5, "restore web1 m1", "is missing");
    run_saying(rig, 0, "restore web1 m1 --force", "those in the saved RAM");
    go_on(rig);
    assert_variables(rig, '\0');
    g_free(firn_vm_rig_run(rig, 0, "undo web1 --stop --grace=1s"));
    assert_variables(rig, 'n');
}

/* A VM whose variables are in the document of a uefi-vars device. */
typedef struct {
    FirnVmRig rig;
    FirnTestScratchDir *scratch; /* (owned) */
    char *document;              /* (owned) */
    char *device;                /* (owned) */
    const char *extra[3];
    FirnVmRigOptions options;
} Varstore;

static gboolean
has_varstore(void)
{
    g_autofree char *devices =
        firn_test_disk_image_run("qemu-system-x86_64", "-device", "help", NULL);

    return strstr(devices, "\"uefi-vars-x64\"") != NULL;
}

static void
set_up_varstore(Varstore *fixture, gconstpointer data)
{
    fixture->scratch = firn_test_scratch_dir_new();
    fixture->document =
        g_build_filename(firn_test_scratch_dir_get_path(fixture->scratch), "vars.json", NULL);
    fixture->device = g_strdup_printf("uefi-vars-x64,jsonfile=%s", fixture->document);
    fixture->extra[0] = "-device";
    fixture->extra[1] = fixture->device;
    fixture->options = (FirnVmRigOptions){
        .guest = {.n_disks = 2, .extra = fixture->extra, .start = FIRN_TEST_GUEST_BOOTS},
    };
    firn_vm_rig_set_up(&fixture->rig, &fixture->options);
}

static void
tear_down_varstore(Varstore *fixture, gconstpointer data)
{
    firn_vm_rig_tear_down(&fixture->rig, &fixture->options);
    firn_test_scratch_dir_free(fixture->scratch);
    g_free(fixture->document);
    g_free(fixture->device);
}

/* In place, as QEMU does. */
static void
write_document(Varstore *fixture, const char *name)
{
    FILE *file = g_fopen(fixture->document, "w");

    g_assert_nonnull(file);
    fprintf(file,
            "{\"version\": 2, \"variables\": [{\"name\": \"%s\", \"guid\": "
            "\"6f1f6b0a-0000-4000-8000-000000000001\", \"attr\": 7, \"data\": \"78\"}]}\n",
            name);
    fclose(file);
}

static gboolean
is_in_document(Varstore *fixture, const char *name)
{
    g_autofree char *text = NULL;

    g_assert_true(g_file_get_contents(fixture->document, &text, NULL, NULL));
    return strstr(text, name) != NULL;
}

/* Its length is another one each time. */
static void
test_varstore(Varstore *fixture, gconstpointer data)
{
    FirnVmRig *rig = &fixture->rig;
    g_autofree char *shown = NULL;

    write_document(fixture, "then");
    g_free(firn_vm_rig_run(rig, 0, "create web1 s1"));
    shown = firn_vm_rig_run(rig, 0, "show web1 s1");
    g_assert_null(strstr(shown, "Nvram"));
    g_assert_nonnull(strstr(shown, fixture->document));
    write_document(fixture, "later-than-then");
    run_saying(rig, 0, "restore web1 s1 " STOP, "UEFI variables");
    boot(rig);
    g_assert_true(is_in_document(fixture, "\"then\""));
    g_free(firn_vm_rig_run(rig, 0, "undo web1 " STOP));
    g_assert_true(is_in_document(fixture, "\"later-than-then\""));
    run_saying(rig, 0, "restore web1 s1 --dry-run " STOP, "UEFI variables are restored");
}

#define TEST(topic, function, options)                                                             \
    g_test_add("/vm/nvram/" topic,                                                                 \
               FirnVmRig,                                                                          \
               &(options),                                                                         \
               firn_vm_rig_set_up,                                                                 \
               function,                                                                           \
               firn_vm_rig_tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!firn_test_guest_can_run())
        return g_test_run();
    TEST("off", test_off, flash);
    TEST("refused", test_refused, flash);
    TEST("in-memory", test_in_memory, flash);
    TEST("uefi", test_uefi, uefi);
    if (has_varstore())
        g_test_add("/vm/nvram/varstore",
                   Varstore,
                   NULL,
                   set_up_varstore,
                   test_varstore,
                   tear_down_varstore);
    return g_test_run();
}
