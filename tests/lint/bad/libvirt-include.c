/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Caught by libvirt-include as snapshot-engine/bad.c */
#include <libvirt/libvirt.h>
