/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "domain-definition.h"

#include "domain-xml.h"
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

/* What a captured definition takes from the current one: of disks only those that were moved. */
static const Kind moved_disk = {
    "devices/disk",
    "target/@dev",
    {"source",  "backingStore", "mirror"},
    {"type"},
    "type",
};

/* Both domains while one kind of device is compared. */
typedef struct {
    const Kind *kind;         /* (unowned) */
    GHashTable *moved;        /* (unowned) (nullable) captured key -> current key; NULL: the same */
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
translate_key(Pair *pair)
{
    g_autofree char *then = g_steal_pointer(&pair->key);

    pair->key = then == NULL ? NULL : g_strdup(g_hash_table_lookup(pair->moved, then));
}

static void
replace_device(xmlXPathContext *context, xmlNode *node, gpointer data)
{
    Pair *pair = data;

    pair->found = NULL;
    pair->key = dup_key(pair->kind, context, node);
    if (pair->moved != NULL)
        translate_key(pair);
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

static void
replace_devices(Pair *pair, xmlXPathContext *context, xmlNode *then, const Kind *kind)
{
    pair->kind = kind;
    firn_xml_read_each(context, then, kind->elements, replace_device, pair);
}

/* The file of its variables is where it is now. A domain that has got other firmware since gets the
 * file that it had. */
static void
replace_variables(xmlNode *then, xmlNode *now)
{
    xmlNode *os = find_child(then, "os");
    xmlNode *os_now = find_child(now, "os");

    if (os != NULL && os_now != NULL && find_child(os, "nvram") != NULL &&
        find_child(os_now, "nvram") != NULL)
        replace_child(os, os_now, "nvram");
}

static gboolean
is_mark(const xmlNode *node)
{
    return node->type == XML_ELEMENT_NODE && node->ns != NULL &&
           xmlStrEqual(node->ns->href, BAD_CAST FIRN_DOMAIN_MARK_URI);
}

static xmlNode *
find_mark(xmlNode *domain)
{
    xmlNode *metadata = find_child(domain, "metadata");
    xmlNode *node = metadata == NULL ? NULL : metadata->children;

    while (node != NULL && !is_mark(node))
        node = node->next;
    return node;
}

/* Snapshots were made and deleted since. */
static void
replace_mark(xmlNode *then, xmlNode *now)
{
    xmlNode *old = find_mark(then);
    xmlNode *present = find_mark(now);
    xmlNode *metadata = find_child(then, "metadata");

    if (old != NULL) {
        xmlUnlinkNode(old);
        xmlFreeNode(old);
    }
    if (present != NULL && metadata == NULL)
        metadata = xmlNewChild(then, NULL, BAD_CAST "metadata", NULL);
    if (present != NULL)
        xmlAddChild(metadata, xmlDocCopyNode(present, then->doc, 1));
}

/* What to take from the current domain, in a captured one. */
typedef void (*ReplaceFunc)(Pair *pair, xmlXPathContext *context, xmlNode *then);

static void
replace_places(Pair *pair, xmlXPathContext *context, xmlNode *then)
{
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        replace_devices(pair, context, then, &kinds[i]);
}

static xmlNode *
find_disk(Pair *pair, xmlXPathContext *context, xmlNode *domain, const char *target)
{
    pair->kind = &moved_disk;
    pair->found = NULL;
    pair->key = (char *)target;
    firn_xml_read_each(context, domain, moved_disk.elements, compare_key, pair);
    pair->key = NULL;
    return pair->found;
}

/* libvirt chooses an address that no device of the captured domain has. */
static void
add_disk(xmlNode *devices, xmlNode *disk)
{
    xmlNode *copy = xmlDocCopyNode(disk, devices->doc, 1);
    xmlNode *address = find_child(copy, "address");

    if (address != NULL) {
        xmlUnlinkNode(address);
        xmlFreeNode(address);
    }
    xmlAddChild(devices, copy);
}

/* Disks that only the running domain had are added as they are defined now. */
static void
add_disks(Pair *pair, xmlXPathContext *context, xmlNode *then)
{
    xmlNode *devices = find_child(then, "devices");
    GHashTableIter iter;
    gpointer target, target_now;

    g_hash_table_iter_init(&iter, pair->moved);
    while (devices != NULL && g_hash_table_iter_next(&iter, &target, &target_now)) {
        xmlNode *now = NULL;

        if (find_disk(pair, context, then, target) == NULL)
            now = find_disk(pair, pair->context, pair->now, target_now);
        if (now != NULL)
            add_disk(devices, now);
    }
}

static void
replace_moved(Pair *pair, xmlXPathContext *context, xmlNode *then)
{
    replace_devices(pair, context, then, &moved_disk);
    add_disks(pair, context, then);
    replace_variables(then, pair->now);
    replace_mark(then, pair->now);
}

static char *
combine(const char *then, const char *now, GHashTable *moved, ReplaceFunc run, GError **error)
{
    g_autoptr(xmlDoc) document = firn_xml_read_document(then);
    g_autoptr(xmlDoc) present = firn_xml_read_document(now);
    g_autoptr(xmlXPathContext) context = document == NULL ? NULL : xmlXPathNewContext(document);
    g_autoptr(xmlXPathContext) context_now = present == NULL ? NULL : xmlXPathNewContext(present);
    Pair pair = {.context = context_now, .moved = moved};

    if (context == NULL || context_now == NULL) {
        firn_host_error_set(error,
                            FIRN_HOST_ERROR_INCONSISTENT,
                            "cannot read the definition of the domain at the snapshot, or now");
        return NULL;
    }
    pair.now = xmlDocGetRootElement(present);
    replace_name(xmlDocGetRootElement(document), pair.now);
    run(&pair, context, xmlDocGetRootElement(document));
    return firn_xml_read_whole(document);
}

char *
firn_domain_definition(const char *then, const char *now, GError **error)
{
    return combine(then, now, NULL, replace_places, error);
}

char *
firn_domain_definition_capture(const char *then, const char *now, GHashTable *moved, GError **error)
{
    return combine(then, now, moved, replace_moved, error);
}

static xmlNode *skip_blanks(xmlNode *node);

static gboolean
is_empty_metadata(xmlNode *node)
{
    return node->type == XML_ELEMENT_NODE && xmlStrEqual(node->name, BAD_CAST "metadata") &&
           skip_blanks(node->children) == NULL;
}

/* Skips what only formats the text, and firn's mark. */
static xmlNode *
skip_blanks(xmlNode *node)
{
    while (node != NULL && (xmlIsBlankNode(node) == 1 || node->type == XML_COMMENT_NODE ||
                            is_mark(node) || is_empty_metadata(node)))
        node = node->next;
    return node;
}

static gboolean
has_same_text(const xmlNode *a, const xmlNode *b)
{
    return a->type == b->type && xmlStrEqual(a->name, b->name) &&
           (a->type == XML_ELEMENT_NODE || xmlStrEqual(a->content, b->content));
}

/* In either order: libvirt's is fixed, but a combined definition may have another. */
static gboolean
has_attributes(xmlNode *a, xmlNode *b)
{
    for (xmlAttr *attribute = a->properties; attribute != NULL; attribute = attribute->next) {
        xmlChar *mine = xmlGetNoNsProp(a, attribute->name);
        xmlChar *other = xmlGetNoNsProp(b, attribute->name);
        gboolean is_same = xmlStrEqual(mine, other);

        xmlFree(mine);
        xmlFree(other);
        if (!is_same)
            return FALSE;
    }
    return TRUE;
}

static gboolean
is_same_tree(xmlNode *a, xmlNode *b)
{
    xmlNode *child = skip_blanks(a->children);
    xmlNode *other = skip_blanks(b->children);

    if (!has_same_text(a, b) || !has_attributes(a, b) || !has_attributes(b, a))
        return FALSE;
    while (child != NULL && other != NULL && is_same_tree(child, other)) {
        child = skip_blanks(child->next);
        other = skip_blanks(other->next);
    }
    return child == NULL && other == NULL;
}

gboolean
firn_domain_definition_is_same(const char *a, const char *b)
{
    g_autoptr(xmlDoc) one = firn_xml_read_document(a);
    g_autoptr(xmlDoc) other = firn_xml_read_document(b);

    return one != NULL && other != NULL &&
           is_same_tree(xmlDocGetRootElement(one), xmlDocGetRootElement(other));
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
