/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "drift-guard.h"

#include "domain-drift.h"
#include "printable.h"

static FirnSnapshot *
find_measure(FirnCatalogue *catalogue)
{
    FirnPolicy policy;
    g_autofree char *current = firn_catalogue_dup_current(catalogue);

    firn_catalogue_get_policy(catalogue, &policy);
    if (policy.drift_guard != FIRN_DRIFT_GUARD_STRICT || current == NULL)
        return NULL;
    return firn_catalogue_lookup(catalogue, current, NULL);
}

/* A transient domain had only its live definition. */
static const char *
find_definition(const FirnSnapshot *snapshot)
{
    return snapshot->definition != NULL ? snapshot->definition : snapshot->live_definition;
}

static char *
explain(const FirnDomainXml *xml, const FirnSnapshot *snapshot, GStrv differences)
{
    g_autofree char *list = g_strjoinv("; ", differences);
    g_autofree char *name = firn_printable(xml->name);

    return g_strdup_printf(
        "%s differs from its snapshot %s, and drift-guard is strict: %s; revert that change, "
        "create a new snapshot, or allow it with: firn policy %s set drift-guard=warn",
        name,
        snapshot->name,
        list,
        name);
}

char *
firn_drift_guard_refuse(FirnCatalogue *catalogue, const char *domain_xml)
{
    g_autoptr(FirnSnapshot) snapshot = find_measure(catalogue);
    const char *measure = snapshot == NULL ? NULL : find_definition(snapshot);
    g_autoptr(FirnDomainXml) then = NULL;
    g_autoptr(FirnDomainXml) now = NULL;
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) differences = NULL;

    if (measure == NULL)
        return NULL;
    then = firn_domain_xml_parse(measure, &error);
    now = then == NULL ? NULL : firn_domain_xml_parse(domain_xml, &error);
    if (now == NULL) {
        g_warning("snapshot %s: the drift guard cannot compare the configuration: %s",
                  snapshot->name,
                  error->message);
        return NULL;
    }
    differences = firn_domain_drift_list(then, now);
    return differences[0] == NULL ? NULL : explain(now, snapshot, differences);
}
