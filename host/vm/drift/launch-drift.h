/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_launch_drift_list:
 * @then: the recorded command line, in the form of launch= in a machine file
 * @now: the current one
 *
 * Compares two QEMU command lines option by option. Ignores quoting, and the order of options with
 * different names; the order of options with the same name counts, since QEMU assigns device
 * addresses in that order. Treats "-M" as "-machine", and "--x" as "-x". Everything before the
 * first option, such as a wrapper program, is compared as "program".
 *
 * Returns: (transfer full) (array zero-terminated=1): one printable sentence for each difference,
 * "-m 256 -> 512", "-device e1000 added", "-device virtio-blk-pci: drive=a -> drive=b"; empty if
 * there is none. Values of "data=" and "password=" are not shown
 */
GStrv firn_launch_drift_list(const char *then, const char *now);
