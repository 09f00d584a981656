/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "domain-drift.h"

#include "printable.h"

#define KIB_PER_MIB 1024

G_GNUC_PRINTF(2, 3)
static void
add(GStrvBuilder *list, const char *format, ...)
{
    g_autofree char *sentence = NULL;
    va_list values;

    va_start(values, format);
    sentence = g_strdup_vprintf(format, values);
    va_end(values);
    g_strv_builder_add(list, sentence);
}

/* Makes the sentence printable: it contains text from the XML. */
static void
compare_texts(GStrvBuilder *list, const char *what, const char *then, const char *now)
{
    g_autofree char *printable_what = firn_printable(what);
    g_autofree char *printable_then = firn_printable(then == NULL ? "none" : then);
    g_autofree char *printable_now = firn_printable(now == NULL ? "none" : now);

    if (g_strcmp0(then, now) != 0)
        add(list, "%s %s -> %s", printable_what, printable_then, printable_now);
}

/* If only one side names it, libvirt has chosen it. */
static void
compare_choices(GStrvBuilder *list, const char *what, const char *then, const char *now)
{
    if (then != NULL && now != NULL)
        compare_texts(list, what, then, now);
}

static void
compare_numbers(GStrvBuilder *list, const char *what, guint then, guint now)
{
    if (then != now)
        add(list, "%s %u -> %u", what, then, now);
}

/* Rounded up to MiB, as libvirt does when it starts a domain. */
static guint64
to_mib(guint64 kib)
{
    return kib / KIB_PER_MIB + (kib % KIB_PER_MIB != 0 ? 1 : 0);
}

static void
compare_memory(GStrvBuilder *list, const FirnDomainXml *then, const FirnDomainXml *now)
{
    guint64 then_mib = to_mib(then->memory_kib);
    guint64 now_mib = to_mib(now->memory_kib);

    if (then_mib != now_mib)
        add(list,
            "memory %" G_GUINT64_FORMAT " MiB -> %" G_GUINT64_FORMAT " MiB",
            then_mib,
            now_mib);
}

static gboolean
is_host_model(const FirnDomainXml *self)
{
    return g_strcmp0(self->cpu_mode, "host-model") == 0;
}

static char *
dup_cpu(const FirnDomainXml *self)
{
    if (self->cpu_mode == NULL)
        return NULL;
    return self->cpu_model == NULL ? g_strdup(self->cpu_mode)
                                   : g_strdup_printf("%s %s", self->cpu_mode, self->cpu_model);
}

static void
compare_processors(GStrvBuilder *list, const FirnDomainXml *then, const FirnDomainXml *now)
{
    g_autofree char *cpu_then = dup_cpu(then);
    g_autofree char *cpu_now = dup_cpu(now);
    gboolean is_written_out =
        then->is_live != now->is_live && (is_host_model(then) || is_host_model(now));

    if (!is_written_out)
        compare_texts(list, "CPU", cpu_then, cpu_now);
    compare_numbers(list, "vCPUs", then->vcpus_now, now->vcpus_now);
    /* If all vCPUs are plugged in, this would repeat the line above. */
    if (then->vcpus != then->vcpus_now || now->vcpus != now->vcpus_now)
        compare_numbers(list, "maximum vCPUs", then->vcpus, now->vcpus);
}

static void
compare_machines(GStrvBuilder *list, const FirnDomainXml *then, const FirnDomainXml *now)
{
    compare_texts(list, "architecture", then->arch, now->arch);
    compare_texts(list, "machine type", then->machine, now->machine);
    compare_texts(list, "firmware", then->firmware, now->firmware);
    compare_choices(list, "firmware file", then->loader, now->loader);
    compare_choices(list, "NVRAM file", then->nvram, now->nvram);
}

static char *
dup_source(const FirnDomainDisk *disk)
{
    if (disk->path != NULL)
        return g_strdup(disk->path);
    if (disk->network != NULL)
        return g_strdup(disk->network);
    if (disk->volume == NULL)
        return NULL;
    return g_strdup_printf("volume %s of pool %s",
                           disk->volume,
                           disk->pool == NULL ? "?" : disk->pool);
}

/* While the domain runs, libvirt shows its own overlay as the image of a transient disk. */
static gboolean
is_written_elsewhere(const FirnDomainXml *xml, const FirnDomainDisk *disk)
{
    return xml->is_live && disk->is_transient;
}

static const char *
format_of(const FirnDomainDisk *disk)
{
    return disk->format == NULL ? "raw" : disk->format;
}

static void
compare_disk(GStrvBuilder *list,
             const FirnDomainDisk *then,
             const FirnDomainDisk *now,
             gboolean is_medium_compared)
{
    g_autofree char *source_then = dup_source(then);
    g_autofree char *source_now = dup_source(now);
    const struct {
        const char *what;
        const char *then;
        const char *now;
        gboolean is_of_medium;
    } facts[] = {
        {"device",    then->device,                     now->device,                     FALSE},
        {"bus",       then->bus,                        now->bus,                        FALSE},
        {"read-only", then->is_readonly ? "yes" : "no", now->is_readonly ? "yes" : "no", FALSE},
        {"image",     source_then,                      source_now,                      TRUE },
        {"format",    format_of(then),                  format_of(now),                  TRUE },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(facts); i++) {
        g_autofree char *what = g_strdup_printf("disk %s: %s", then->target, facts[i].what);

        if (!facts[i].is_of_medium || is_medium_compared)
            compare_texts(list, what, facts[i].then, facts[i].now);
    }
}

static const FirnDomainDisk *
find_disk(const FirnDomainXml *xml, const char *target)
{
    for (guint i = 0; i < xml->disks->len; i++) {
        const FirnDomainDisk *disk = xml->disks->pdata[i];

        if (g_str_equal(disk->target, target))
            return disk;
    }
    return NULL;
}

static void
add_lone_disk(GStrvBuilder *list, const FirnDomainDisk *disk, const char *what)
{
    g_autofree char *source = dup_source(disk);
    g_autofree char *target = firn_printable(disk->target);
    g_autofree char *image = firn_printable(source);

    if (source == NULL)
        add(list, "disk %s %s", target, what);
    else
        add(list, "disk %s %s (%s)", target, what, image);
}

static void
compare_disks(GStrvBuilder *list, const FirnDomainXml *then, const FirnDomainXml *now)
{
    for (guint i = 0; i < then->disks->len; i++) {
        const FirnDomainDisk *old = then->disks->pdata[i];
        const FirnDomainDisk *present = find_disk(now, old->target);

        if (present == NULL)
            add_lone_disk(list, old, "removed");
        else
            compare_disk(list,
                         old,
                         present,
                         !old->is_removable && !present->is_removable &&
                             !is_written_elsewhere(then, old) &&
                             !is_written_elsewhere(now, present));
    }
    for (guint i = 0; i < now->disks->len; i++) {
        const FirnDomainDisk *present = now->disks->pdata[i];

        if (find_disk(then, present->target) == NULL)
            add_lone_disk(list, present, "added");
    }
}

static const FirnDomainDevice *
find_device(const FirnDomainXml *xml, const char *name)
{
    for (guint i = 0; i < xml->devices->len; i++) {
        const FirnDomainDevice *device = xml->devices->pdata[i];

        if (g_str_equal(device->name, name))
            return device;
    }
    return NULL;
}

static void
add_lone_device(GStrvBuilder *list, const FirnDomainDevice *device, const char *what)
{
    g_autofree char *name = firn_printable(device->name);

    add(list, "%s %s", name, what);
}

static void
compare_devices(GStrvBuilder *list, const FirnDomainXml *then, const FirnDomainXml *now)
{
    for (guint i = 0; i < then->devices->len; i++) {
        const FirnDomainDevice *old = then->devices->pdata[i];
        const FirnDomainDevice *present = find_device(now, old->name);
        g_autofree char *model = g_strdup_printf("%s: model", old->name);

        if (present == NULL)
            add_lone_device(list, old, "removed");
        else
            compare_choices(list, model, old->model, present->model);
    }
    for (guint i = 0; i < now->devices->len; i++) {
        const FirnDomainDevice *present = now->devices->pdata[i];

        if (find_device(then, present->name) == NULL)
            add_lone_device(list, present, "added");
    }
}

GStrv
firn_domain_drift_list(const FirnDomainXml *then, const FirnDomainXml *now)
{
    g_autoptr(GStrvBuilder) list = g_strv_builder_new();

    compare_machines(list, then, now);
    compare_processors(list, then, now);
    compare_memory(list, then, now);
    compare_disks(list, then, now);
    compare_devices(list, then, now);
    return g_strv_builder_end(list);
}

GStrv
firn_domain_drift_compare(const char *then, const char *now, GError **error)
{
    g_autoptr(FirnDomainXml) xml_then = firn_domain_xml_parse(then, error);
    g_autoptr(FirnDomainXml) xml_now = xml_then == NULL ? NULL : firn_domain_xml_parse(now, error);

    return xml_now == NULL ? NULL : firn_domain_drift_list(xml_then, xml_now);
}
