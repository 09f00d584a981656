/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-request.h"

#include <string.h>

#include "host-error.h"

#define UUID "11111111-1111-4222-8333-123456789abc"
#define XML  "<domain type='qemu'><name>web1</name><uuid>" UUID "</uuid></domain>"

static void
assert_operation(const char *word, FirnHookOperation expected)
{
    g_autofree char *text = g_strdup_printf("%s\n" XML, word);
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnHookRequest) request = firn_hook_request_parse(text, strlen(text), &error);

    g_assert_no_error(error);
    g_assert_cmpint(request->operation, ==, expected);
    g_assert_cmpstr(request->domain->uuid, ==, UUID);
    g_assert_cmpstr(request->xml, ==, XML);
    g_assert_cmpuint(request->domain->snapshot_mark, ==, 0);
}

static void
test_operations(void)
{
    assert_operation("prepare", FIRN_HOOK_OPERATION_PREPARE);
    assert_operation("restore", FIRN_HOOK_OPERATION_RESTORE);
    assert_operation("started", FIRN_HOOK_OPERATION_OTHER);
    assert_operation("migrate", FIRN_HOOK_OPERATION_MIGRATE);
    assert_operation("reconnect", FIRN_HOOK_OPERATION_OTHER);
    assert_operation("something-new", FIRN_HOOK_OPERATION_OTHER);
}

static guint
read_mark(const char *metadata)
{
    g_autofree char *text = g_strdup_printf("migrate\n<domain><name>web1</name><uuid>" UUID
                                            "</uuid><metadata>%s</metadata></domain>",
                                            metadata);
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnHookRequest) request = firn_hook_request_parse(text, strlen(text), &error);

    g_assert_no_error(error);
    return request->domain->snapshot_mark;
}

static void
test_mark(void)
{
    g_assert_cmpuint(read_mark("<firn:snapshots xmlns:firn='urn:firn:snapshots:1' count='12'/>"),
                     ==,
                     12);
    g_assert_cmpuint(read_mark("<x:snapshots xmlns:x='urn:firn:snapshots:1' count='3'/>"), ==, 3);
    g_assert_cmpuint(read_mark("<x:snapshots xmlns:x='urn:other' count='3'/>"), ==, 0);
    g_assert_cmpuint(read_mark("<x:snapshots xmlns:x='urn:firn:snapshots:1' count='-3'/>"), ==, 0);
    g_assert_cmpuint(read_mark("<x:snapshots xmlns:x='urn:firn:snapshots:1' count='many'/>"),
                     ==,
                     0);
}

static void
assert_refused(const char *text, gsize length)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnHookRequest) request = firn_hook_request_parse(text, length, &error);

    g_assert_null(request);
    g_assert_nonnull(error);
}

static void
test_nonsense(void)
{
    static const char *const texts[] = {
        "",
        "prepare",
        "prepare\n",
        "prepare\n<domain",
        "prepare\n<pool><name>x</name></pool>",
        "prepare\n<domain><name>web1</name></domain>",
        "prepare\n<!DOCTYPE d [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><domain>&e;</domain>",
    };
    g_autofree char *big = g_malloc0(FIRN_HOOK_REQUEST_BYTES_MAX + 2);
    const char with_end[] = "prepare\n<domain/>\0<domain/>";

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        assert_refused(texts[i], strlen(texts[i]));
    assert_refused(with_end, sizeof with_end - 1);
    assert_refused(NULL, 0);
    memset(big, 'x', FIRN_HOOK_REQUEST_BYTES_MAX + 1);
    big[7] = '\n';
    assert_refused(big, FIRN_HOOK_REQUEST_BYTES_MAX + 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/hook/hook-request/operations", test_operations);
    g_test_add_func("/hook/hook-request/mark", test_mark);
    g_test_add_func("/hook/hook-request/nonsense", test_nonsense);
    return g_test_run();
}
