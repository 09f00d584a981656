/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Caught by json-parse as host/vm/libvirt/libvirt-connection.c */
#include <json-glib/json-glib.h>

JsonNode *
firn_example(const char *text)
{
    return json_from_string(text, NULL);
}
