/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* Some 600 bytes an LV, so that a host may have 100,000 of them. */
#define FIRN_LVM_REPORT_BYTES_MAX (64 * 1024 * 1024)

/* What lvs(8) is asked for. A test compares this list with the fields that are read. */
#define FIRN_LVM_REPORT_FIELDS                                                                     \
    "vg_name,vg_lock_type,vg_extent_size,vg_free,lv_name,lv_size,lv_layout,lv_role,origin,"        \
    "pool_lv,lv_tags,lv_active,lv_active_exclusively,lv_permissions,lv_merging,"                   \
    "lv_snapshot_invalid,lv_device_open,lv_kernel_major,lv_kernel_minor,lv_health_status,"         \
    "lv_check_needed,data_percent,metadata_percent"

/**
 * FirnLvKind:
 * @FIRN_LV_KIND_OTHER: a part of another LV, a RAID or cache LV, or what firn does not know
 * @FIRN_LV_KIND_THIN: in a thin pool
 * @FIRN_LV_KIND_THIN_POOL: a thin pool
 * @FIRN_LV_KIND_THICK: linear or striped, and the origin of no thin LV
 *
 * What an LV is made of. A thick snapshot is thick, too, and has an origin.
 */
typedef enum {
    FIRN_LV_KIND_OTHER,
    FIRN_LV_KIND_THIN,
    FIRN_LV_KIND_THIN_POOL,
    FIRN_LV_KIND_THICK,
} FirnLvKind;

/**
 * FirnLv:
 * @vg: name of its volume group
 * @name: its own, without the brackets of hidden ones
 * @origin: of a snapshot, as long as the origin exists: its name; else ""
 * @pool: of a thin LV: the pool's name; else ""
 * @health: what LVM finds wrong with it, "out_of_data", "failed" ...; "" if nothing
 * @tags: (array zero-terminated=1): its tags
 * @lock_type: of a shared volume group, "sanlock" or "dlm"; else "" or "none"
 * @size_bytes: its virtual size; of a thick snapshot: the size of its copy-on-write area
 * @extent_bytes: of the volume group
 * @free_bytes: of the volume group
 * @data_percent: of a pool, a thin LV or a thick snapshot: how full it is; 0 if unknown
 * @metadata_percent: of a pool: how full its metadata are; 0 if unknown
 * @device: of an active LV: its device number; else 0
 * @is_active: this host has its device
 * @is_exclusive: it is active, and nowhere else
 * @is_writable: it may be written to when it is active
 * @is_merging: it is being merged, or a snapshot of it is, or will be when it is activated
 * @is_invalid: a thick snapshot that has overflowed: its contents are lost
 * @is_open: a process or another device has it open
 * @needs_check: a thin pool that has to be repaired before it is used
 *
 * One LV, as lvs(8) reports it.
 */
typedef struct {
    char *vg;        /* (owned) */
    char *name;      /* (owned) */
    char *origin;    /* (owned) */
    char *pool;      /* (owned) */
    char *health;    /* (owned) */
    char *lock_type; /* (owned) */
    GStrv tags;      /* (owned) */
    FirnLvKind kind;
    guint64 size_bytes;
    guint64 extent_bytes;
    guint64 free_bytes;
    double data_percent;
    double metadata_percent;
    guint64 device;
    gboolean is_active;
    gboolean is_exclusive;
    gboolean is_writable;
    gboolean is_merging;
    gboolean is_invalid;
    gboolean is_open;
    gboolean needs_check;
} FirnLv;

void firn_lv_free(FirnLv *self);

/**
 * firn_lv_has_tag:
 * @tag: of LVM
 *
 * Returns: whether it has exactly this tag
 */
gboolean firn_lv_has_tag(const FirnLv *self, const char *tag);

/**
 * firn_lvm_report_parse:
 * @text: output of "lvs --reportformat json --binary --units b --nosuffix -o
 * %FIRN_LVM_REPORT_FIELDS"
 * @length: its length in bytes
 *
 * Lines before the report, which some versions of LVM print warnings on, are passed over; so are
 * members that were not asked for. A report that is cut short, names a member twice, lacks one, or
 * has a name with a character that LVM does not permit is refused as a whole.
 *
 * Errors: %FIRN_ENGINE_ERROR_CORRUPT.
 *
 * Returns: (transfer full) (element-type FirnLv): the LVs, in the order of the report; %NULL with
 * @error set
 */
GPtrArray *firn_lvm_report_parse(const char *text, gsize length, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnLv, firn_lv_free)
