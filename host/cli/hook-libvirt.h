/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/**
 * firn_hook_libvirt:
 * @argc: number of words
 * @argv: "hook-libvirt", [--socket=PATH,] and what libvirt gives its hook: NAME OPERATION SUB EXTRA
 *
 * Asks firnd whether libvirt may proceed; the domain's XML is read from stdin. Takes 2 s at most,
 * asks neither libvirt nor the bus, starts nothing, and prints nothing to stdout. A firnd that is
 * not there, does not answer, or cannot be understood refuses nothing.
 *
 * Returns: 1, with a sentence on stderr, if firnd refuses and may; else 0
 */
int firn_hook_libvirt(int argc, char **argv);
