/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* A guest's pflash: a firmware that is never written to, and a file for its variables. Arguments
 * for QEMU with the paths of both. */
#define FIRN_TEST_FLASH_WORDS                                                                      \
    "-drive if=pflash,unit=0,format=raw,readonly=on,file=%s "                                      \
    "-drive if=pflash,unit=1,format=raw,file=%s"

/* A firmware that comes with every QEMU, boots immediately, and writes no variables: they are only
 * what a test has written. */
#define FIRN_TEST_FLASH_SEABIOS "/usr/share/seabios/bios-256k.bin"

/**
 * firn_test_flash_make:
 * @path: of the file for the variables
 * @from: (nullable): the file to copy; %NULL: 64 KiB of zeros, which no firmware understands, but
 * which is a valid pflash
 */
void firn_test_flash_make(const char *path, const char *from);

/**
 * firn_test_flash_fill:
 * @path: of the file for the variables
 * @byte: the new value of each byte
 *
 * Writes in place.
 */
void firn_test_flash_fill(const char *path, char byte);

/**
 * firn_test_flash_read:
 * @path: of the file for the variables
 *
 * Ends the test if the bytes are not all equal: written incompletely.
 *
 * Returns: the value of each byte
 */
char firn_test_flash_read(const char *path);

/**
 * firn_test_flash_tell:
 * @machine_file: firn's description of a machine
 * @path: of the file for the variables; need not exist
 *
 * Adds the file to the description, if it exists.
 */
void firn_test_flash_tell(GKeyFile *machine_file, const char *path);
