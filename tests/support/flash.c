/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "flash.h"

#include <stdio.h>
#include <string.h>

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
firn_test_flash_fill(const char *path, char byte)
{
    char bytes[ZEROS_BYTES];
    FILE *file = fopen(path, "r+");

    g_assert_nonnull(file);
    memset(bytes, byte, sizeof bytes);
    g_assert_cmpuint(fwrite(bytes, 1, sizeof bytes, file), ==, sizeof bytes);
    g_assert_cmpint(fclose(file), ==, 0);
}

char
firn_test_flash_read(const char *path)
{
    g_autofree char *bytes = NULL;
    gsize length = 0;
    g_autoptr(GError) error = NULL;

    g_file_get_contents(path, &bytes, &length, &error);
    g_assert_no_error(error);
    for (gsize i = 0; i < length; i++)
        if (bytes[i] != bytes[0])
            g_error("%s: another byte at %" G_GSIZE_FORMAT, path, i);
    return bytes[0];
}

void
firn_test_flash_tell(GKeyFile *machine_file, const char *path)
{
    if (g_file_test(path, G_FILE_TEST_EXISTS))
        g_key_file_set_string(machine_file, "machine", "nvram", path);
}
