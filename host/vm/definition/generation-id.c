/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "generation-id.h"

#include <string.h>

#include "xml-read.h"

static xmlNode *
find(xmlDoc *document)
{
    xmlNode *node = xmlDocGetRootElement(document)->children;

    while (node != NULL &&
           (node->type != XML_ELEMENT_NODE || strcmp((const char *)node->name, "genid") != 0))
        node = node->next;
    return node;
}

char *
firn_generation_id_renew(const char *text)
{
    g_autoptr(xmlDoc) document = firn_xml_read_document(text);
    xmlNode *node = document == NULL ? NULL : find(document);
    g_autofree char *fresh = g_uuid_string_random();

    if (node == NULL)
        return NULL;
    xmlNodeSetContent(node, BAD_CAST fresh);
    return firn_xml_read_whole(document);
}
