/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/**
 * FirnHookOutput:
 * @line: of a line that has no end yet
 * @message: the last line that says nothing to the guard, cut off
 * @data: lines "key=value" without the words before; of a key that is repeated the last value, and
 * what no longer fits is left out
 * @is_flushed_only: "FIRN-LEVEL flushed" was said: this time it proves no more than that
 * @is_level_none: "FIRN-LEVEL none" was said: it proves nothing
 * @is_ready: READY was said
 * @is_done: DONE was said
 *
 * What a hook has printed, as much of it as is kept.
 */
typedef struct FirnHookOutput {
    char line[512];
    size_t line_bytes;
    char message[160];
    char data[4096];
    size_t data_bytes;
    bool is_flushed_only;
    bool is_level_none;
    bool is_ready;
    bool is_done;
} FirnHookOutput;

/**
 * firn_hook_output_take:
 * @bytes: what was read from the hook
 * @count: of @bytes
 */
void firn_hook_output_take(FirnHookOutput *self, const char *bytes, size_t count);

/**
 * firn_hook_output_end:
 *
 * The hook has ended: what it has printed last is a line.
 */
void firn_hook_output_end(FirnHookOutput *self);
