/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "public-definition.h"

#include "xml-read.h"

static void
remove_password(xmlXPathContext *context, xmlNode *node, gpointer unused)
{
    xmlUnsetProp(node, BAD_CAST "passwd");
}

char *
firn_public_definition(const char *text)
{
    g_autoptr(xmlDoc) document = firn_xml_read_document(text);
    g_autoptr(xmlXPathContext) context = document == NULL ? NULL : xmlXPathNewContext(document);

    if (context == NULL)
        return NULL;
    firn_xml_read_each(context,
                       xmlDocGetRootElement(document),
                       "//*[@passwd]",
                       remove_password,
                       NULL);
    return firn_xml_read_whole(document);
}
