/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_test_hook_write:
 * @folder: the folder; made if missing
 * @name: of a hook, or of its settings
 * @text: its content; a program if it begins with "#!"
 */
void firn_test_hook_write(const char *folder, const char *name, const char *text);
