/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml-read.h"

#include <libxml/parser.h>
#include <string.h>

/* The caller reports a parse error. An error handler is not used, since its type differs between
 * versions of libxml2. */
#define READ_FLAGS (XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING)

xmlDoc *
firn_xml_read_document(const char *text)
{
    if (text == NULL || strlen(text) >= G_MAXINT)
        return NULL;
    return xmlReadMemory(text, (int)strlen(text), NULL, NULL, READ_FLAGS);
}

char *
firn_xml_read_whole(xmlDoc *document)
{
    xmlChar *text = NULL;
    char *copy;

    xmlDocDumpMemoryEnc(document, &text, NULL, "UTF-8");
    copy = g_strdup((const char *)text);
    xmlFree(text);
    return copy;
}

char *
firn_xml_read_text(xmlXPathContext *context, xmlNode *node, const char *path)
{
    g_autofree char *call = g_strdup_printf("string(%s)", path);
    g_autoptr(xmlXPathObject) found = NULL;

    context->node = node;
    found = xmlXPathEval(BAD_CAST call, context);
    if (found == NULL || found->type != XPATH_STRING || found->stringval[0] == '\0')
        return NULL;
    return g_strdup((const char *)found->stringval);
}

gboolean
firn_xml_read_exists(xmlXPathContext *context, xmlNode *node, const char *path)
{
    g_autofree char *call = g_strdup_printf("boolean(%s)", path);
    g_autoptr(xmlXPathObject) found = NULL;

    context->node = node;
    found = xmlXPathEval(BAD_CAST call, context);
    return found != NULL && found->type == XPATH_BOOLEAN && found->boolval;
}

void
firn_xml_read_each(xmlXPathContext *context,
                   xmlNode *node,
                   const char *path,
                   FirnXmlReadFunc read,
                   gpointer data)
{
    g_autoptr(xmlXPathObject) found = NULL;

    context->node = node;
    found = xmlXPathEval(BAD_CAST path, context);
    if (found == NULL || found->nodesetval == NULL)
        return;
    for (int i = 0; i < found->nodesetval->nodeNr; i++)
        read(context, found->nodesetval->nodeTab[i], data);
}
