/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libvirt-snapshots.h"

#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>

#include "host-error.h"
#include "libvirt-change.h"
#include "xml-read.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(virDomainSnapshot, virDomainSnapshotFree)

static gboolean
fail(GError **error, const char *what)
{
    return firn_host_error_set(error,
                               FIRN_HOST_ERROR_FAILED,
                               "libvirt %s: %s",
                               what,
                               virGetLastErrorMessage());
}

static xmlNode *
add(xmlNode *parent, const char *name, const char *text)
{
    return xmlNewTextChild(parent, NULL, BAD_CAST name, BAD_CAST text);
}

static void
add_disk(xmlNode *disks, const char *target, const char *how)
{
    xmlNode *disk = add(disks, "disk", NULL);

    xmlNewProp(disk, BAD_CAST "name", BAD_CAST target);
    xmlNewProp(disk, BAD_CAST "snapshot", BAD_CAST how);
}

static void
add_disks(xmlNode *root, const FirnSnapshot *snapshot)
{
    xmlNode *disks = add(root, "disks", NULL);

    for (guint i = 0; i < snapshot->disks->len; i++)
        add_disk(disks, ((FirnSnapshotDisk *)snapshot->disks->pdata[i])->target, "internal");
    for (guint i = 0; i < snapshot->excluded->len; i++)
        add_disk(disks, snapshot->excluded->pdata[i], "no");
}

/* Without RAM a snapshot is described as one of a shut off domain, whatever the real state was;
 * with RAM, as what it is. */
static const char *
tell_state(const FirnSnapshot *snapshot)
{
    if (snapshot->has_vm_state)
        return g_strcmp0(snapshot->evidence->run_state, "paused") == 0 ? "paused" : "running";
    return snapshot->excluded->len == 0 ? "shutoff" : "disk-snapshot";
}

static void
add_facts(xmlNode *root, const FirnSnapshot *snapshot, const char *parent_tag)
{
    g_autofree char *seconds =
        g_strdup_printf("%" G_GINT64_FORMAT, snapshot->created_us / G_USEC_PER_SEC);

    add(root, "name", snapshot->tag);
    if (*snapshot->comment != '\0')
        add(root, "description", snapshot->comment);
    add(root, "state", tell_state(snapshot));
    if (parent_tag != NULL)
        add(add(root, "parent", NULL), "name", parent_tag);
    add(root, "creationTime", seconds);
    xmlNewProp(add(root, "memory", NULL),
               BAD_CAST "snapshot",
               BAD_CAST(snapshot->has_vm_state ? "internal" : "no"));
    add_disks(root, snapshot);
}

static gboolean
add_domain(xmlNode *root, const char *name, const char *text)
{
    g_autoptr(xmlDoc) definition = firn_xml_read_document(text);
    xmlNode *domain = definition == NULL ? NULL : xmlDocGetRootElement(definition);
    xmlNode *copy;

    if (domain == NULL)
        return FALSE;
    copy = xmlDocCopyNode(domain, root->doc, 1);
    xmlNodeSetName(copy, BAD_CAST name);
    xmlAddChild(root, copy);
    return TRUE;
}

/* RAM belongs to the live definition; disks without RAM belong to the definition that the domain
 * starts with. */
static gboolean
add_domains(xmlNode *root, const FirnSnapshot *snapshot)
{
    if (!snapshot->has_vm_state)
        return add_domain(root, "domain", snapshot->definition) ||
               add_domain(root, "domain", snapshot->live_definition);
    if (!add_domain(root, "domain", snapshot->live_definition))
        return FALSE;
    add_domain(root, "inactiveDomain", snapshot->definition);
    return TRUE;
}

char *
firn_libvirt_snapshots_to_xml(const FirnSnapshot *snapshot, const char *parent_tag, GError **error)
{
    g_autoptr(xmlDoc) document = xmlNewDoc(BAD_CAST "1.0");
    xmlNode *root = xmlNewDocNode(document, NULL, BAD_CAST "domainsnapshot", NULL);

    xmlDocSetRootElement(document, root);
    add_facts(root, snapshot, parent_tag);
    if (add_domains(root, snapshot))
        return firn_xml_read_whole(document);
    firn_host_error_set(error,
                        FIRN_HOST_ERROR_FAILED,
                        "snapshot %s was recorded without its domain's definition",
                        snapshot->name);
    return NULL;
}

static gboolean
is_listed(virDomainPtr domain, const char *tag)
{
    g_autoptr(virDomainSnapshot) snapshot = virDomainSnapshotLookupByName(domain, tag, 0);

    return snapshot != NULL;
}

static char *
dup_parent_tag(virDomainPtr domain, FirnCatalogue *catalogue, const FirnSnapshot *snapshot)
{
    g_autofree char *uuid = g_strdup(snapshot->parent);

    while (uuid != NULL) {
        g_autoptr(FirnSnapshot) ancestor = firn_catalogue_lookup(catalogue, uuid, NULL);

        if (ancestor == NULL)
            return NULL;
        if (is_listed(domain, ancestor->tag))
            return g_strdup(ancestor->tag);
        g_free(uuid);
        uuid = g_strdup(ancestor->parent);
    }
    return NULL;
}

/* Redefines it with libvirt's own XML, which says more about a snapshot that libvirt made than
 * firn's record. */
static gboolean
mark_theirs(virDomainPtr domain, FirnSendPermit *permit, const char *tag, GError **error)
{
    g_autoptr(virDomainSnapshot) theirs = virDomainSnapshotLookupByName(domain, tag, 0);
    gboolean is_marked = FALSE;
    char *xml =
        theirs == NULL ? NULL : virDomainSnapshotGetXMLDesc(theirs, VIR_DOMAIN_SNAPSHOT_XML_SECURE);

    if (xml != NULL)
        is_marked = firn_libvirt_change_list(permit, domain, xml, TRUE);
    free(xml);
    return is_marked || fail(error, "cannot make the snapshot current");
}

gboolean
firn_libvirt_snapshots_register(virDomainPtr domain,
                                FirnSendPermit *permit,
                                FirnCatalogue *catalogue,
                                const FirnSnapshot *snapshot,
                                GError **error)
{
    g_autofree char *parent_tag = NULL;
    g_autofree char *xml = NULL;
    g_autofree char *current = firn_catalogue_dup_current(catalogue);
    gboolean is_current = g_strcmp0(current, snapshot->uuid) == 0;

    if (snapshot->is_adopted && is_listed(domain, snapshot->tag))
        return !is_current || mark_theirs(domain, permit, snapshot->tag, error);
    parent_tag = dup_parent_tag(domain, catalogue, snapshot);
    xml = firn_libvirt_snapshots_to_xml(snapshot, parent_tag, error);
    if (xml == NULL)
        return FALSE;
    return firn_libvirt_change_list(permit, domain, xml, is_current) ||
           fail(error, "cannot create the snapshot metadata");
}

gboolean
firn_libvirt_snapshots_unregister(virDomainPtr domain,
                                  FirnSendPermit *permit,
                                  const char *tag,
                                  GError **error)
{
    g_autoptr(virDomainSnapshot) listed = virDomainSnapshotLookupByName(domain, tag, 0);

    if (listed == NULL)
        return virGetLastErrorCode() == VIR_ERR_NO_DOMAIN_SNAPSHOT ||
               fail(error, "cannot look up the snapshot");
    return firn_libvirt_change_unlist(permit, listed) ||
           fail(error, "cannot delete the snapshot metadata");
}

static FirnListedSnapshot *
describe(virDomainSnapshotPtr snapshot, GError **error)
{
    char *xml = virDomainSnapshotGetXMLDesc(snapshot, VIR_DOMAIN_SNAPSHOT_XML_SECURE);
    FirnListedSnapshot *listed = xml == NULL ? NULL : firn_listed_snapshot_parse(xml, error);

    if (xml == NULL)
        fail(error, "cannot describe a snapshot");
    free(xml);
    return listed;
}

static GHashTable *
collect_tags(GPtrArray *records)
{
    GHashTable *tags = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < records->len; i++)
        g_hash_table_add(tags, ((FirnSnapshot *)records->pdata[i])->tag);
    return tags;
}

/* libvirt returns them in no particular order. */
static gint
compare_age(gconstpointer a, gconstpointer b)
{
    const FirnListedSnapshot *first = *(FirnListedSnapshot *const *)a;
    const FirnListedSnapshot *second = *(FirnListedSnapshot *const *)b;

    if (first->created_s != second->created_s)
        return first->created_s < second->created_s ? -1 : 1;
    return strcmp(first->name, second->name);
}

GPtrArray *
firn_libvirt_snapshots_list_others(virDomainPtr domain, FirnCatalogue *catalogue, GError **error)
{
    g_autoptr(GPtrArray) records = firn_catalogue_list(catalogue);
    g_autoptr(GHashTable) own = collect_tags(records);
    g_autoptr(GPtrArray) others = firn_listed_snapshots_new();
    virDomainSnapshotPtr *listed = NULL;
    int count = virDomainListAllSnapshots(domain, &listed, 0);
    gboolean is_ok = count >= 0 || fail(error, "cannot list the snapshots");

    for (int i = 0; i < count; i++) {
        gboolean is_own = g_hash_table_contains(own, virDomainSnapshotGetName(listed[i]));
        FirnListedSnapshot *other = is_own || !is_ok ? NULL : describe(listed[i], error);

        if (other != NULL)
            g_ptr_array_add(others, other);
        else
            is_ok = is_own && is_ok;
        virDomainSnapshotFree(listed[i]);
    }
    free(listed);
    g_ptr_array_sort(others, compare_age);
    return is_ok ? g_steal_pointer(&others) : NULL;
}

GStrv
firn_libvirt_snapshots_list(virDomainPtr domain, GError **error)
{
    g_autoptr(GStrvBuilder) tags = g_strv_builder_new();
    virDomainSnapshotPtr *listed = NULL;
    int count = virDomainListAllSnapshots(domain, &listed, 0);

    if (count < 0) {
        fail(error, "cannot list the snapshots");
        return NULL;
    }
    for (int i = 0; i < count; i++) {
        g_strv_builder_add(tags, virDomainSnapshotGetName(listed[i]));
        virDomainSnapshotFree(listed[i]);
    }
    free(listed);
    return g_strv_builder_end(tags);
}

GStrv
firn_libvirt_snapshots_list_line(virDomainPtr domain, GError **error)
{
    g_autoptr(GStrvBuilder) tags = g_strv_builder_new();
    g_autoptr(virDomainSnapshot) snapshot = virDomainSnapshotCurrent(domain, 0);

    if (snapshot == NULL && virGetLastErrorCode() != VIR_ERR_NO_DOMAIN_SNAPSHOT) {
        fail(error, "cannot look up the current snapshot");
        return NULL;
    }
    while (snapshot != NULL) {
        virDomainSnapshotPtr parent = virDomainSnapshotGetParent(snapshot, 0);

        g_strv_builder_add(tags, virDomainSnapshotGetName(snapshot));
        virDomainSnapshotFree(snapshot);
        snapshot = parent;
    }
    return g_strv_builder_end(tags);
}
