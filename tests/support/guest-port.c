/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-port.h"

#include <string.h>

gboolean
firn_test_guest_port_is_open(JsonNode *chardevs)
{
    JsonArray *list = json_node_get_array(chardevs);

    for (guint i = 0; i < json_array_get_length(list); i++) {
        JsonObject *chardev = json_array_get_object_element(list, i);

        if (strstr(json_object_get_string_member(chardev, "filename"), "/qga,") != NULL)
            return json_object_get_boolean_member(chardev, "frontend-open");
    }
    return FALSE;
}
