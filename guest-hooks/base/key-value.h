/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "reason.h"

/**
 * FirnKeyValueTaker:
 * @key: before the first "=", without white space around it
 * @value: after it, without white space around it; may be ""
 * @data: of the caller
 * @reason: why it is refused
 *
 * Returns: false to refuse it
 */
typedef bool (*FirnKeyValueTaker)(const char *key,
                                  const char *value,
                                  void *data,
                                  FirnReason *reason);

/**
 * firn_key_value_read:
 * @text: lines KEY=VALUE; empty lines, and those that begin with "#" or ";", say nothing
 * @take: called for each line, in order
 * @data: for @take
 * @reason: what is wrong, with the number of the line
 *
 * Returns: false if a line has no "=", is longer than 1023 bytes, or was refused
 */
bool firn_key_value_read(const char *text, FirnKeyValueTaker take, void *data, FirnReason *reason);

/**
 * firn_key_value_number:
 * @value: decimal digits
 * @least: the smallest number that is allowed
 * @most: the largest
 * @out: (out): the number; unchanged on failure
 *
 * Returns: false if it is no such number
 */
bool firn_key_value_number(const char *value,
                           unsigned least,
                           unsigned most,
                           unsigned *out,
                           FirnReason *reason);

/**
 * firn_key_value_choice:
 * @value: a word
 * @words: (array zero-terminated=1): those that are allowed
 * @out: (out): its position; unchanged on failure
 *
 * Returns: false if it is none of them
 */
bool firn_key_value_choice(const char *value,
                           const char *const *words,
                           unsigned *out,
                           FirnReason *reason);
