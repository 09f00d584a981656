/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "adopted-record.h"

#include <string.h>

#include "adopted-label.h"
#include "block-device.h"
#include "domain-xml.h"
#include "indication.h"

#define COMMENT_BYTES_MAX 1024
#define SECONDS_MAX       (G_MAXINT64 / G_USEC_PER_SEC)

static const FirnImageSnapshot *
find_entry(const FirnDisk *disk, const char *tag)
{
    for (guint i = 0; i < disk->snapshots->len; i++) {
        const FirnImageSnapshot *entry = disk->snapshots->pdata[i];

        if (g_strcmp0(entry->tag, tag) == 0)
            return entry;
    }
    return NULL;
}

typedef struct {
    gboolean has_vm_state;
    gboolean is_idle;        /* no QEMU had run the guest when it was made */
    gboolean is_one_instant; /* all tables have the same guest clock */
    gint64 created_s;        /* the earliest of them */
} Tables;

static Tables
read_tables(const FirnFoundSnapshot *found)
{
    Tables tables = {.is_idle = TRUE, .is_one_instant = TRUE, .created_s = G_MAXINT64};
    gint64 clock_ns = 0;

    for (guint i = 0; i < found->disks->len; i++) {
        const FirnImageSnapshot *entry = find_entry(found->disks->pdata[i], found->tag);

        if (i > 0 && entry->clock_ns != clock_ns)
            tables.is_one_instant = FALSE;
        clock_ns = entry->clock_ns;
        tables.has_vm_state |= entry->vm_state_bytes > 0;
        tables.is_idle &= entry->clock_ns == 0 && entry->vm_state_bytes == 0;
        tables.created_s = MIN(tables.created_s, entry->created_s);
    }
    /* A guest clock of 0 on every disk does not prove that they are of one instant. */
    if (tables.is_idle && found->disks->len > 1)
        tables.is_one_instant = FALSE;
    return tables;
}

static gboolean
is_listed_as(const FirnFoundSnapshot *found, const char *state)
{
    return found->listed != NULL && g_str_equal(found->listed->state, state);
}

static void
judge(FirnSnapshot *record, const FirnFoundSnapshot *found, const Tables *tables)
{
    FirnEvidence *evidence = record->evidence;

    record->has_vm_state = tables->has_vm_state;
    if (tables->has_vm_state)
        firn_evidence_indicate(evidence, FIRN_INDICATION_MEMORY_PRESENT);
    if (tables->has_vm_state && is_listed_as(found, "running")) {
        evidence->run_state = g_strdup("running");
        firn_evidence_indicate(evidence, FIRN_INDICATION_ONLINE);
    } else if (tables->has_vm_state && is_listed_as(found, "paused")) {
        evidence->run_state = g_strdup("paused");
        firn_evidence_indicate(evidence, FIRN_INDICATION_PAUSED);
    } else if (tables->is_idle && is_listed_as(found, "shutoff")) {
        evidence->run_state = g_strdup("off");
        firn_evidence_indicate(evidence, FIRN_INDICATION_OFFLINE);
        /* libvirt does not record how the last run ended. */
        firn_evidence_indicate(evidence, FIRN_INDICATION_OFF_UNKNOWN);
    }
    /* One libvirt command makes it on all disks; several qemu-img commands may be days apart. */
    if (found->listed == NULL && !tables->is_one_instant)
        firn_evidence_indicate(evidence, FIRN_INDICATION_INSTANT_UNKNOWN);
}

/* A comment is one line of at most 1024 bytes. */
static char *
make_comment(const char *description)
{
    g_autofree char *valid = g_utf8_make_valid(description, -1);
    GString *comment = g_string_new(NULL);

    for (const char *at = valid; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar character = g_utf8_get_char(at);
        gsize length = comment->len;

        g_string_append_unichar(comment, g_unichar_iscntrl(character) ? ' ' : character);
        if (comment->len <= COMMENT_BYTES_MAX)
            continue;
        g_string_truncate(comment, length);
        break;
    }
    return g_strstrip(g_string_free(comment, FALSE));
}

static void
take_listed(FirnSnapshot *record, const FirnListedSnapshot *listed)
{
    g_free(record->comment);
    record->comment = make_comment(listed->description);
    record->definition = g_strdup(listed->definition);
    record->live_definition = g_strdup(listed->live_definition);
    record->is_to_register = TRUE;
}

/* libvirt's internal snapshots do not contain the UEFI variables. */
static void
indicate_nvram(FirnSnapshot *record)
{
    const char *text =
        record->live_definition != NULL ? record->live_definition : record->definition;
    g_autoptr(FirnDomainXml) xml = text == NULL ? NULL : firn_domain_xml_parse(text, NULL);

    if (xml != NULL && (xml->nvram != NULL || xml->has_varstore))
        firn_evidence_indicate(record->evidence, FIRN_INDICATION_NVRAM_LEFT_OUT);
}

static gint64
to_us(gint64 seconds)
{
    return CLAMP(seconds, 0, SECONDS_MAX) * G_USEC_PER_SEC;
}

static FirnEvidence *
make_evidence(const FirnFoundSnapshot *found)
{
    FirnEvidence *evidence = firn_evidence_new(FIRN_QUIESCE_NEVER);

    evidence->adopted_us = g_get_real_time();
    evidence->adopted_from = g_strdup(found->listed == NULL ? "disks" : "libvirt");
    evidence->adopted_by = g_strdup_printf("uid %u", found->found_by);
    firn_evidence_indicate(evidence, FIRN_INDICATION_ADOPTED);
    if (found->excluded->len > 0)
        firn_evidence_indicate(evidence, FIRN_INDICATION_PARTIAL_SNAPSHOT);
    return evidence;
}

static void
add_disks(FirnSnapshot *record, const FirnFoundSnapshot *found)
{
    for (guint i = 0; i < found->disks->len; i++) {
        const FirnDisk *disk = found->disks->pdata[i];

        firn_snapshot_add_disk(record,
                               disk->target,
                               firn_disk_get_backend(disk),
                               disk->path,
                               disk->size_bytes);
    }
    for (guint i = 0; i < found->excluded->len; i++)
        g_ptr_array_add(record->excluded, g_strdup(found->excluded->pdata[i]));
}

FirnSnapshot *
firn_adopted_record_new(const FirnFoundSnapshot *found, const char *name)
{
    FirnSnapshot *record = firn_snapshot_new(name, NULL, make_evidence(found));
    const Tables tables = read_tables(found);

    record->is_adopted = TRUE;
    g_free(record->uuid);
    record->uuid = firn_adopted_label_uuid(found->tag);
    g_free(record->tag);
    record->tag = g_strdup(found->tag);
    record->created_us = to_us(tables.created_s);
    if (found->listed != NULL && found->listed->created_s > 0)
        record->created_us = to_us(found->listed->created_s);
    judge(record, found, &tables);
    add_disks(record, found);
    firn_snapshot_note_file_systems(record);
    if (found->listed != NULL)
        take_listed(record, found->listed);
    indicate_nvram(record);
    return record;
}
