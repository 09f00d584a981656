/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* A guest's pflash: a firmware that nobody writes to, and a file for its variables. Words for QEMU,
 * with the paths of both. */
#define FIRN_TEST_FLASH_WORDS                                                                      \
    "-drive if=pflash,unit=0,format=raw,readonly=on,file=%s "                                      \
    "-drive if=pflash,unit=1,format=raw,file=%s"

/* A firmware that is there with every QEMU, boots in no time, and writes no variables: they are
 * what a test has written. */
#define FIRN_TEST_FLASH_SEABIOS "/usr/share/seabios/bios-256k.bin"

/**
 * firn_test_flash_make:
 * @path: of the file for the variables
 * @from: (nullable): file that it is a copy of; %NULL: 64 KiB of zeros, which are no variables of
 * any firmware, but a pflash all the same
 */
void firn_test_flash_make(const char *path, const char *from);

/**
 * firn_test_flash_fill:
 * @path: of the file for the variables
 * @byte: what all of it is to be
 *
 * In place.
 */
void firn_test_flash_fill(const char *path, char byte);

/**
 * firn_test_flash_read:
 * @path: of the file for the variables
 *
 * Ends the test if it is not all the same: half written.
 *
 * Returns: what all of it is
 */
char firn_test_flash_read(const char *path);

/**
 * firn_test_flash_tell:
 * @machine_file: firn's description of a machine
 * @path: of the file for the variables; need not be there
 *
 * Names it, if it is there.
 */
void firn_test_flash_tell(GKeyFile *machine_file, const char *path);
