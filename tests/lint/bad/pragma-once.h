/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Caught by pragma-once as qmp/bad.h */
#include <glib.h>
