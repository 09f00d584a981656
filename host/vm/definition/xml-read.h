/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <libxml/tree.h>
#include <libxml/xpath.h>

/* Shared by all readers of libvirt's XML. */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlDoc, xmlFreeDoc)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlXPathContext, xmlXPathFreeContext)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlXPathObject, xmlXPathFreeObject)

/**
 * firn_xml_read_document:
 * @text: (nullable): XML
 *
 * Substitutes no entities, loads nothing from the network, and prints no errors.
 *
 * Returns: (transfer full) (nullable): the document; %NULL if @text is not well-formed
 */
xmlDoc *firn_xml_read_document(const char *text);

/**
 * firn_xml_read_whole:
 *
 * Returns: (transfer full): the document as UTF-8 text
 */
char *firn_xml_read_whole(xmlDoc *document);

/**
 * firn_xml_read_text:
 * @context: of a document
 * @node: context node
 * @path: XPath
 *
 * Returns: (transfer full) (nullable): the text of what @path selects; %NULL if it selects nothing
 * or an empty text
 */
char *firn_xml_read_text(xmlXPathContext *context, xmlNode *node, const char *path);

/**
 * firn_xml_read_exists:
 * @context: of a document
 * @node: context node
 * @path: XPath
 *
 * Returns: whether @path is true, or selects anything
 */
gboolean firn_xml_read_exists(xmlXPathContext *context, xmlNode *node, const char *path);

/**
 * FirnXmlReadFunc:
 * @context: of a document
 * @node: an element
 * @data: as given to firn_xml_read_each()
 */
typedef void (*FirnXmlReadFunc)(xmlXPathContext *context, xmlNode *node, gpointer data);

/**
 * firn_xml_read_each:
 * @context: of a document
 * @node: context node
 * @path: XPath
 * @read: (scope call): called for each element that @path selects, in document order
 * @data: for @read
 */
void firn_xml_read_each(xmlXPathContext *context,
                        xmlNode *node,
                        const char *path,
                        FirnXmlReadFunc read,
                        gpointer data);
