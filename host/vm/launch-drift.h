/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_launch_drift_list:
 * @then: a command line as it was, as a machine file has it under "launch"
 * @now: the same as it is
 *
 * Compares two command lines of QEMU option by option. Quoting is no difference, nor is the place
 * of an option among others of other names; that of one among others of its name is: QEMU gives
 * its devices their places in that order. "-M" and "-machine" are one, as are "-x" and "--x". What
 * is before the first option, a program that starts another too, is called "program".
 *
 * Returns: (transfer full) (array zero-terminated=1): one printable sentence for each difference,
 * "-m 256 -> 512", "-device e1000 added", "-device virtio-blk-pci: drive=a -> drive=b"; empty if
 * there is none. Values of "data=" and "password=" are not shown
 */
GStrv firn_launch_drift_list(const char *then, const char *now);
