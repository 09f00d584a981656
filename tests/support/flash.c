/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "flash.h"

#define ZEROS_BYTES 65536

void
firn_test_flash_make(const char *path, const char *from)
{
    g_autofree char *bytes = from == NULL ? g_malloc0(ZEROS_BYTES) : NULL;
    gsize length = ZEROS_BYTES;
    g_autoptr(GError) error = NULL;

    if (from != NULL)
        g_file_get_contents(from, &bytes, &length, &error);
    g_assert_no_error(error);
    g_file_set_contents(path, bytes, (gssize)length, &error);
    g_assert_no_error(error);
}

void
firn_test_flash_tell(GKeyFile *machine_file, const char *path)
{
    if (g_file_test(path, G_FILE_TEST_EXISTS))
        g_key_file_set_string(machine_file, "machine", "nvram", path);
}
