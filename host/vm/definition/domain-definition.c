/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "domain-definition.h"

#include "host-error.h"
#include "xml-read.h"

/* How a device is identified in both domains, and which of its children and attributes describe the
 * host. */
typedef struct {
    const char *elements; /* XPath from the domain */
    const char *key;      /* XPath from the element; NULL: there is only one */
    const char *children[4];
    const char *attributes[2];
    const char *driver; /* (nullable) the attribute of <driver> that depends on the image */
} Kind;

#define PORTS "devices/*[self::serial or self::parallel or self::console or self::channel]"
#define PORT_KEY                                                                                   \
    "concat(name(), ' ', @type, ' ', target/@type, ' ', target/@name, ' ', target/@port)"

/* clang-format off */
static const Kind kinds[] = {
    {"os", NULL, {"kernel", "initrd", "dtb", "nvram"}, {NULL}, NULL},
    {"devices/disk", "target/@dev", {"source", "backingStore", "mirror"}, {"type"}, "type"},
    {"devices/interface", "mac/@address", {"source", "target"}, {"type"}, NULL},
    {"devices/filesystem", "target/@dir", {"source"}, {NULL}, NULL},
    {PORTS, PORT_KEY, {"source", "log"}, {NULL}, NULL},
};
/* clang-format on */

/* Both domains while one kind of device is compared. */
typedef struct {
    const Kind *kind;         /* (unowned) */
    xmlXPathContext *context; /* (unowned) of the current domain */
    xmlNode *now;             /* (unowned) its root */
    char *key;                /* (owned) (nullable) of the saved device */
    xmlNode *found;           /* (unowned) (nullable) the same device in the current domain */
} Pair;

static char *
dup_key(const Kind *kind, xmlXPathContext *context, xmlNode *node)
{
    return kind->key == NULL ? g_strdup("") : firn_xml_read_text(context, node, kind->key);
}

static void
compare_key(xmlXPathContext *context, xmlNode *node, gpointer data)
{
    Pair *pair = data;
    g_autofree char *key = dup_key(pair->kind, context, node);

    if (pair->found == NULL && key != NULL && g_str_equal(key, pair->key))
        pair->found = node;
}

static xmlNode *
find_child(xmlNode *node, const char *name)
{
    xmlNode *child = node->children;

    while (child != NULL &&
           (child->type != XML_ELEMENT_NODE || !xmlStrEqual(child->name, BAD_CAST name)))
        child = child->next;
    return child;
}

/* Replaces all of them: <initrd> occurs once, <target> of a network interface may be missing. */
static void
replace_child(xmlNode *then, xmlNode *now, const char *name)
{
    xmlNode *old = find_child(then, name);
    xmlNode *present = find_child(now, name);

    if (present != NULL)
        xmlAddChild(then, xmlDocCopyNode(present, then->doc, 1));
    if (old == NULL)
        return;
    xmlUnlinkNode(old);
    xmlFreeNode(old);
}

static void
replace_attribute(xmlNode *then, xmlNode *now, const char *name)
{
    xmlChar *value = xmlGetNoNsProp(now, BAD_CAST name);

    if (value != NULL)
        xmlSetProp(then, BAD_CAST name, value);
    xmlFree(value);
}

static void
replace(const Kind *kind, xmlNode *then, xmlNode *now)
{
    xmlNode *driver = kind->driver == NULL ? NULL : find_child(then, "driver");
    xmlNode *driver_now = driver == NULL ? NULL : find_child(now, "driver");

    for (guint i = 0; i < G_N_ELEMENTS(kind->children) && kind->children[i] != NULL; i++)
        replace_child(then, now, kind->children[i]);
    for (guint i = 0; i < G_N_ELEMENTS(kind->attributes) && kind->attributes[i] != NULL; i++)
        replace_attribute(then, now, kind->attributes[i]);
    if (driver_now != NULL)
        replace_attribute(driver, driver_now, kind->driver);
}

static void
replace_device(xmlXPathContext *context, xmlNode *node, gpointer data)
{
    Pair *pair = data;

    pair->found = NULL;
    pair->key = dup_key(pair->kind, context, node);
    if (pair->key != NULL)
        firn_xml_read_each(pair->context, pair->now, pair->kind->elements, compare_key, pair);
    if (pair->found != NULL)
        replace(pair->kind, node, pair->found);
    g_clear_pointer(&pair->key, g_free);
}

static void
replace_name(xmlNode *then, xmlNode *now)
{
    xmlNode *name = find_child(then, "name");
    xmlNode *name_now = find_child(now, "name");
    xmlChar *text = name_now == NULL ? NULL : xmlNodeGetContent(name_now);
    xmlNode *fresh = text == NULL ? NULL : xmlNewDocNode(then->doc, NULL, BAD_CAST "name", NULL);

    if (fresh != NULL)
        xmlNodeAddContent(fresh, text);
    if (fresh != NULL && name != NULL) {
        xmlReplaceNode(name, fresh);
        xmlFreeNode(name);
    } else if (fresh != NULL) {
        xmlFreeNode(fresh);
    }
    xmlFree(text);
}

char *
firn_domain_definition(const char *then, const char *now, GError **error)
{
    g_autoptr(xmlDoc) document = firn_xml_read_document(then);
    g_autoptr(xmlDoc) present = firn_xml_read_document(now);
    g_autoptr(xmlXPathContext) context = document == NULL ? NULL : xmlXPathNewContext(document);
    Pair pair = {.context = present == NULL ? NULL : xmlXPathNewContext(present)};
    char *text = NULL;

    if (context == NULL || pair.context == NULL) {
        firn_host_error_set(error,
                            FIRN_HOST_ERROR_INCONSISTENT,
                            "cannot read the definition of the domain that the RAM belongs to");
    } else {
        pair.now = xmlDocGetRootElement(present);
        replace_name(xmlDocGetRootElement(document), pair.now);
        for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
            pair.kind = &kinds[i];
            firn_xml_read_each(context,
                               xmlDocGetRootElement(document),
                               kinds[i].elements,
                               replace_device,
                               &pair);
        }
        text = firn_xml_read_whole(document);
    }
    if (pair.context != NULL)
        xmlXPathFreeContext(pair.context);
    return text;
}

char *
firn_domain_definition_dup_name(const char *text)
{
    g_autoptr(xmlDoc) document = firn_xml_read_document(text);
    g_autoptr(xmlXPathContext) context = document == NULL ? NULL : xmlXPathNewContext(document);

    if (context == NULL)
        return NULL;
    return firn_xml_read_text(context, xmlDocGetRootElement(document), "/domain/name");
}
