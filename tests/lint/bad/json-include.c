/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Caught by json-include as host/cli/bad.c */
#include <json-glib/json-glib.h>
