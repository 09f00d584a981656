/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "domain-adapt.h"

#include "domain-needs.h"
#include "host-error.h"
#include "printable.h"
#include "xml-read.h"

#define VALUE_MAX 400

typedef struct {
    xmlNode *device; /* (unowned) of the document */
    FirnDomainWithout without;
} Change;

typedef struct {
    GPtrArray *told; /* (unowned) */
    gboolean keeps_devices;
    GArray *changes; /* (unowned) (element-type Change) made at the end, since they free elements */
} Adapt;

static void
remove_node(xmlNode *node)
{
    xmlUnlinkNode(node);
    xmlFreeNode(node);
}

static void
remove_children(xmlNode *node, const char *const *names)
{
    xmlNode *next;

    for (xmlNode *child = node->children; child != NULL; child = next) {
        next = child->next;
        if (child->type == XML_ELEMENT_NODE && g_strv_contains(names, (const char *)child->name))
            remove_node(child);
    }
}

/* An interface of type "ethernet" is a tap device of its own, which firn connects to nothing. */
static void
unplug(xmlNode *interface)
{
    static const char *const connection[] =
        {"source", "target", "virtualport", "portgroup", "vlan", "port", "link", NULL};
    xmlNode *link;

    remove_children(interface, connection);
    xmlSetProp(interface, BAD_CAST "type", BAD_CAST "ethernet");
    link = xmlNewChild(interface, NULL, BAD_CAST "link", NULL);
    xmlSetProp(link, BAD_CAST "state", BAD_CAST "down");
}

static void
make_changes(Adapt *self)
{
    for (guint i = 0; i < self->changes->len; i++) {
        const Change *change = &g_array_index(self->changes, Change, i);

        if (change->without == FIRN_DOMAIN_WITHOUT_CABLE)
            unplug(change->device);
        else
            remove_node(change->device);
    }
}

/* The child of <devices> that contains @node. */
static xmlNode *
find_device(xmlNode *node)
{
    while (!xmlStrEqual(node->parent->name, BAD_CAST "devices"))
        node = node->parent;
    return node;
}

static gboolean
is_changed(Adapt *self, const xmlNode *device)
{
    for (guint i = 0; i < self->changes->len; i++)
        if (g_array_index(self->changes, Change, i).device == device)
            return TRUE;
    return FALSE;
}

static void
do_without(const FirnDomainNeed *need, gpointer data)
{
    Adapt *self = data;
    gboolean is_plug = need->without == FIRN_DOMAIN_WITHOUT_CABLE;
    g_autofree char *value = firn_printable_clip(need->value, VALUE_MAX);
    Change change;

    /* What is not active can be started. */
    if (need->is_stopped || need->without == FIRN_DOMAIN_WITHOUT_NOT ||
        (!is_plug && self->keeps_devices))
        return;
    change = (Change){find_device(need->node), need->without};
    if (!is_changed(self, change.device))
        g_array_append_val(self->changes, change);
    g_ptr_array_add(self->told,
                    g_strdup_printf("%s %s does not exist: %s",
                                    need->what,
                                    value,
                                    is_plug ? "its network interface is left unplugged"
                                            : "the VM does not get the device"));
}

/* libvirt starts a domain with an empty drive. */
static void
eject_drive(xmlXPathContext *context, xmlNode *node, gpointer data)
{
    static const char *const medium[] = {"source", "backingStore", NULL};
    const FirnDomainDisk *disk = data;
    g_autofree char *target = firn_xml_read_text(context, node, "target/@dev");

    if (g_strcmp0(target, disk->target) == 0)
        remove_children(node, medium);
}

static void
eject_media(Adapt *self, const char *text, xmlDoc *document)
{
    g_autoptr(FirnDomainXml) xml = firn_domain_xml_parse(text, NULL);
    g_autoptr(xmlXPathContext) context = xmlXPathNewContext(document);

    for (guint i = 0; xml != NULL && i < xml->disks->len; i++) {
        FirnDomainDisk *disk = xml->disks->pdata[i];
        g_autofree char *path = NULL;

        if (!firn_domain_needs_is_medium_missing(disk))
            continue;
        path = firn_printable_clip(disk->path, VALUE_MAX);
        firn_xml_read_each(context,
                           xmlDocGetRootElement(document),
                           "devices/disk",
                           eject_drive,
                           disk);
        g_ptr_array_add(self->told,
                        g_strdup_printf("medium %s does not exist: drive %s is left empty",
                                        path,
                                        disk->target));
    }
}

char *
firn_domain_adapt(virConnectPtr connection,
                  const char *text,
                  gboolean keeps_devices,
                  GPtrArray *told,
                  GError **error)
{
    g_autoptr(xmlDoc) document = firn_xml_read_document(text);
    g_autoptr(GArray) changes = g_array_new(FALSE, FALSE, sizeof(Change));
    Adapt self = {told, keeps_devices, changes};

    if (document == NULL) {
        firn_host_error_set(error,
                            FIRN_HOST_ERROR_INCONSISTENT,
                            "cannot read the definition of the domain");
        return NULL;
    }
    eject_media(&self, text, document);
    firn_domain_needs_each_missing(connection, document, do_without, &self);
    make_changes(&self);
    return firn_xml_read_whole(document);
}
