/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "domain-findings.h"

#include <string.h>

#include "finding-words.h"

#define DOMAIN(attributes, name, devices)                                                          \
    "<domain type='kvm'" attributes "><name>" name "</name>"                                       \
    "<uuid>11111111-1111-4222-8333-123456789abc</uuid>"                                            \
    "<devices>" devices "</devices></domain>"
#define CHANNEL                                                                                    \
    "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"

static char *
describe(const char *text)
{
    g_autoptr(FirnDomainXml) xml = firn_domain_xml_parse(text, NULL);
    g_autoptr(FirnFindings) findings = firn_findings_new();

    firn_domain_findings_add(findings, xml);
    return firn_test_finding_words(findings);
}

static void
test_well(void)
{
    g_autofree char *words = describe(DOMAIN("", "web1", CHANNEL));

    g_assert_cmpstr(words, ==, "ok AgentChannel agent channel: the domain has one\n");
}

/* The remedy is a shell command for any name of a domain. */
static void
test_no_channel(void)
{
    g_autofree char *off = describe(DOMAIN("", "it's", ""));
    g_autofree char *bare = describe(DOMAIN(" id='1'", "web1", ""));
    g_autofree char *live =
        describe(DOMAIN(" id='1'", "web1", "<controller type='virtio-serial' index='0'/>"));

    g_assert_nonnull(
        strstr(off, "error AgentChannelMissing agent channel: the domain has none, so its"));
    g_assert_nonnull(strstr(off,
                            " -> echo \"" CHANNEL
                            "\" | virsh attach-device 'it'\\''s' /dev/stdin --config\n"));
    g_assert_nonnull(strstr(bare, "/dev/stdin --config; then shut it down and start it again\n"));
    g_assert_nonnull(strstr(live, "virsh attach-device 'web1' /dev/stdin --config --live\n"));
}

static void
test_tpm(void)
{
    g_autofree char *words = describe(DOMAIN("", "web1", CHANNEL "<tpm model='tpm-crb'/>"));

    g_assert_nonnull(strstr(words, "warning Tpm TPM: its state is not part of snapshots"));
}

static char *
describe_drift(gboolean is_compared, char **drift, char **pending)
{
    const FirnVmDrift found = {is_compared, drift, pending};
    g_autoptr(FirnFindings) findings = firn_findings_new();

    firn_domain_findings_add_drift(findings, &found, "web1", "s1");
    return firn_test_finding_words(findings);
}

static void
test_drift(void)
{
    char *none[] = {NULL};
    char *two[] = {(char *)"memory 1 MiB -> 2 MiB", (char *)"disk vdb added", NULL};
    g_autofree char *unknown = describe_drift(FALSE, none, none);
    g_autofree char *same = describe_drift(TRUE, none, none);
    g_autofree char *changed = describe_drift(TRUE, two, none);
    g_autofree char *pending = describe_drift(TRUE, none, two);

    g_assert_cmpstr(unknown, ==, "");
    g_assert_cmpstr(same, ==, "ok Config configuration: same as at snapshot s1\n");
    g_assert_cmpstr(
        changed,
        ==,
        "warning ConfigDrift configuration: differs from snapshot s1: memory "
        "1 MiB -> 2 MiB; disk vdb added -> revert that change, or create a new snapshot: "
        "firn create web1\n");
    g_assert_nonnull(strstr(pending,
                            "warning ConfigPendingRestart next start: memory 1 MiB -> 2 MiB; disk "
                            "vdb added -> shut the domain down"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/service/domain-findings/well", test_well);
    g_test_add_func("/service/domain-findings/no-channel", test_no_channel);
    g_test_add_func("/service/domain-findings/tpm", test_tpm);
    g_test_add_func("/service/domain-findings/drift", test_drift);
    return g_test_run();
}
