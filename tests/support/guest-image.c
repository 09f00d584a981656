/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-image.h"

#include "guest.h"

char *
firn_test_guest_image_file(const char *name)
{
    const char *dir = g_getenv("FIRN_TEST_GUEST_IMAGE");

    return g_build_filename(dir != NULL ? dir : FIRN_TEST_GUEST_IMAGE, name, NULL);
}

char *
firn_test_guest_image_dup_qemu(void)
{
    return g_strdup(FIRN_TEST_QEMU_OF_GUESTS);
}

gboolean
firn_test_guest_can_run(void)
{
    g_autofree char *qemu = g_find_program_in_path(FIRN_TEST_QEMU);
    g_autofree char *initrd = firn_test_guest_image_file("initrd");

    if (qemu == NULL)
        g_test_skip(FIRN_TEST_QEMU " is not installed");
    else if (!g_file_test(initrd, G_FILE_TEST_EXISTS))
        g_test_skip("no guest image: run tests/guest/build-image build-guest");
    else
        return TRUE;
    return FALSE;
}
