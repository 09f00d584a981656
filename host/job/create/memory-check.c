/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory-check.h"

#include <string.h>

#include "device-check.h"
#include "indication.h"
#include "json-read.h"
#include "power.h"
#include "size-text.h"

#define QUERY_MS      10000
#define DEVICES_BYTES (64 * 1024 * 1024)

static JsonNode *
ask(FirnCheck *check, const char *command, GCancellable *cancellable)
{
    return firn_channel_call(check->guest->monitor, command, NULL, QUERY_MS, cancellable, NULL);
}

static void
check_allowed(FirnCheck *check)
{
    g_autofree char *remedy = g_strdup_printf("allow it with: firn policy %s set allow-memory=yes",
                                              firn_vm_get_name(check->params->vm));
    FirnPolicy policy;

    firn_catalogue_get_policy(firn_vm_get_catalogue(check->params->vm), &policy);
    if (!policy.allow_memory)
        firn_blockers_add(check->blockers,
                          "MemoryNotAllowed",
                          "policy",
                          remedy,
                          "snapshots with RAM are not allowed for this VM: they contain everything "
                          "in the guest's memory, including secrets");
}

static guint64
read_bytes(JsonObject *object, const char *member)
{
    return (guint64)MAX(firn_json_read_int(object, member, 0), 0);
}

/* Every page with its header, and the devices. */
guint64
firn_memory_check_get_room(FirnChannel *monitor)
{
    g_autoptr(JsonNode) reply =
        firn_channel_call(monitor, "query-memory-size-summary", NULL, QUERY_MS, NULL, NULL);
    JsonObject *object;
    guint64 ram;

    if (reply == NULL || !JSON_NODE_HOLDS_OBJECT(reply))
        return 0;
    object = json_node_get_object(reply);
    ram = read_bytes(object, "base-memory") + read_bytes(object, "plugged-memory");
    return ram + ram / 128 + DEVICES_BYTES;
}

/* Where RAM goes: a save image, or the first disk image if the guest is paused already. */
static const char *
find_place(FirnCheck *check)
{
    FirnStateDir *directory = firn_vm_get_memory(check->params->vm);
    const FirnDisk *first = check->disks->len == 0 ? NULL : check->disks->pdata[0];

    if (firn_vm_get_state(check->params->vm) != FIRN_VM_STATE_RUNNING || directory == NULL)
        return first == NULL ? NULL : first->path;
    return firn_state_dir_get_path(directory);
}

static void
check_space(FirnCheck *check)
{
    const FirnMemoryPlan *plan = check->memory_plan;
    g_autofree char *needed = firn_size_text(plan->ram_bytes);
    g_autofree char *there = firn_size_text(plan->free_bytes);

    if (!plan->has_free || plan->free_bytes >= plan->ram_bytes)
        return;
    firn_blockers_add(check->blockers,
                      "NoSpace",
                      "RAM",
                      "free some space there, or exclude RAM",
                      "RAM may need %s, and %s has %s",
                      needed,
                      plan->place,
                      there);
}

static void
check_way(FirnCheck *check)
{
    const FirnMemoryPlan *plan = check->memory_plan;
    g_autofree char *remedy = NULL;
    g_autofree char *pause = NULL;

    if (plan->why_not_live == NULL)
        return;
    if (check->params->memory == FIRN_MEMORY_WISH_LIVE) {
        firn_blockers_add(check->blockers,
                          "LiveImpossible",
                          "RAM",
                          "save RAM with --memory=paused, or exclude it",
                          "RAM cannot be saved live: %s",
                          plan->why_not_live);
        return;
    }
    if (plan->way != FIRN_MEMORY_WAY_PAUSED || firn_memory_plan_may_pause(plan, check->params))
        return;
    remedy = firn_memory_plan_describe_remedy(check->params);
    pause = firn_memory_plan_describe_pause(plan, plan->why_not_live);
    firn_blockers_add(check->blockers, "PauseNotAccepted", "RAM", remedy, "%s", pause);
}

/* A guest that is paused gets its RAM saved as an internal snapshot, which takes images on all
 * disks. */
static void
check_images(FirnCheck *check)
{
    for (guint i = 0; i < check->disks->len; i++) {
        const FirnDisk *disk = check->disks->pdata[i];

        if (check->memory_plan->way != FIRN_MEMORY_WAY_STOPPED ||
            g_str_equal(firn_disk_get_backend(disk), "qcow2"))
            continue;
        firn_blockers_add_disk(check->blockers,
                               "LiveImpossible",
                               disk->target,
                               "resume the guest, or exclude RAM",
                               "it is on a logical volume, and the RAM of a guest that is paused "
                               "already can only be saved in an image, with all disks in images");
    }
}

static char *
ask_version(FirnCheck *check, GCancellable *cancellable)
{
    g_autoptr(JsonNode) reply = ask(check, "query-version", cancellable);
    JsonObject *qemu = reply == NULL || !JSON_NODE_HOLDS_OBJECT(reply)
                           ? NULL
                           : firn_json_read_object(json_node_get_object(reply), "qemu");

    if (qemu == NULL)
        return g_strdup("");
    return g_strdup_printf("%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT,
                           firn_json_read_int(qemu, "major", 0),
                           firn_json_read_int(qemu, "minor", 0),
                           firn_json_read_int(qemu, "micro", 0));
}

/* "pc-q35-7.2" of "pc-q35-7.2-machine". The command line may only say "q35", which stands for
 * another machine type in another version of QEMU. */
static char *
ask_machine_type(FirnCheck *check, GCancellable *cancellable)
{
    g_autoptr(JsonObject) arguments = json_object_new();
    g_autoptr(JsonNode) reply = NULL;
    const char *type;

    json_object_set_string_member(arguments, "path", "/machine");
    json_object_set_string_member(arguments, "property", "type");
    reply =
        firn_channel_call(check->guest->monitor, "qom-get", arguments, QUERY_MS, cancellable, NULL);
    type = reply != NULL && JSON_NODE_HOLDS_VALUE(reply) ? json_node_get_string(reply) : NULL;
    if (type == NULL || !g_str_has_suffix(type, "-machine"))
        return NULL;
    return g_strndup(type, strlen(type) - strlen("-machine"));
}

void
firn_memory_check(FirnCheck *check, GCancellable *cancellable)
{
    g_autofree char *version = NULL;

    if (check->params->memory == FIRN_MEMORY_WISH_NONE)
        return;
    check_allowed(check);
    if (check->guest->monitor == NULL) {
        firn_blockers_add(check->blockers,
                          "VmNotRunning",
                          "VM",
                          "start it, or exclude RAM",
                          "the VM is off, so there is no RAM to save");
        return;
    }
    firn_device_check(check->guest->monitor, check->blockers, cancellable);
    check->memory_plan =
        firn_memory_plan_new(check->params, check->guest->monitor, find_place(check), cancellable);
    check_space(check);
    check_way(check);
    check_images(check);
    version = ask_version(check, cancellable);
    check->snapshot->memory = firn_memory_record_new(FIRN_MEMORY_KIND_LIVE, version);
    check->snapshot->memory->machine = firn_power_dup_running(check->params->vm);
    check->snapshot->memory->machine_type = ask_machine_type(check, cancellable);
    check->snapshot->evidence->quiesce = FIRN_QUIESCE_NEVER;
    firn_evidence_indicate(check->snapshot->evidence, FIRN_INDICATION_MEMORY_PRESENT);
}
