/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <unistd.h>

/**
 * FirnFileDescriptor:
 *
 * A file descriptor, or -1; with g_auto() it is closed at the end of its scope.
 */
typedef int FirnFileDescriptor;

static inline void
firn_file_descriptor_clear(FirnFileDescriptor *self)
{
    if (*self >= 0)
        close(*self);
    *self = -1;
}

static inline int
firn_file_descriptor_steal(FirnFileDescriptor *self)
{
    int file = *self;

    *self = -1;
    return file;
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FirnFileDescriptor, firn_file_descriptor_clear)
