/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_public_definition:
 * @text: XML of a domain, with passwords
 *
 * Leaves out what libvirt leaves out for readers who may not see passwords.
 *
 * Returns: (transfer full) (nullable): XML of the domain; %NULL if @text cannot be read
 */
char *firn_public_definition(const char *text);
