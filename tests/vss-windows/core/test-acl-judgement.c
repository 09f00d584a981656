/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "acl-judgement.h"

#include <glib.h>

#define USER "S-1-5-21-1-2-3-1001"

static void
assert_fault(const char *sddl, FirnAclFault expected)
{
    FirnAclFault fault = firn_acl_judgement_make(sddl, NULL);

    if (fault != expected)
        g_error("%s: %s", sddl, firn_acl_fault_describe(fault));
}

static void
test_good(void)
{
    assert_fault("O:BAG:BAD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)", FIRN_ACL_GOOD);
    assert_fault("O:SYG:SYD:(A;ID;FA;;;SY)(A;ID;0x1200a9;;;BU)", FIRN_ACL_GOOD);
    assert_fault("O:BAD:(A;;FRFX;;;WD)", FIRN_ACL_GOOD);
    assert_fault("O:BAD:(A;OICIIO;GXGR;;;WD)(A;OICIIO;GA;;;CO)", FIRN_ACL_GOOD);
    assert_fault("O:BAD:(D;;FA;;;WD)", FIRN_ACL_GOOD);
    assert_fault("O:S-1-5-18D:(A;;FA;;;S-1-5-32-544)", FIRN_ACL_GOOD);
    assert_fault("O:S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464G:BAD:",
                 FIRN_ACL_GOOD);
}

static void
test_owner(void)
{
    assert_fault("O:BUG:BAD:PAI(A;OICI;FA;;;SY)", FIRN_ACL_OWNER);
    assert_fault("O:" USER "G:DUD:PAI(A;OICI;FA;;;SY)", FIRN_ACL_OWNER);
    assert_fault("O:S-1-5-180D:", FIRN_ACL_OWNER);
    assert_fault("O:D:", FIRN_ACL_OWNER);
}

static void
test_no_list(void)
{
    assert_fault("O:BAG:BA", FIRN_ACL_NO_LIST);
    assert_fault("O:BAG:BAD:NO_ACCESS_CONTROL", FIRN_ACL_NO_LIST);
    assert_fault("", FIRN_ACL_NO_LIST);
}

/* What ProgramData itself gives to users, and each right that changes something. */
static void
test_writable(void)
{
    static const char *const rights[] = {
        "FA",         "FW",         "GA",       "GW",       "WD",        "WO",      "SD",
        "DC",         "LC",         "RP",       "DT",       "CR",        "FRFW",    "0x2",
        "0x4",        "0x10",       "0x40",     "0x100",    "0x10000",   "0x40000", "0x80000",
        "0x10000000", "0x40000000", "0x1301bf", "0x1f01ff", "0x2000000",
    };

    assert_fault("O:BAD:(A;OICI;FA;;;SY)(A;CI;DCLCRPCR;;;BU)", FIRN_ACL_WRITABLE);
    assert_fault("O:BAD:(A;OICI;0x1301bf;;;AU)", FIRN_ACL_WRITABLE);
    assert_fault("O:BAD:(A;;GA;;;CO)", FIRN_ACL_WRITABLE);
    assert_fault("O:BAD:(A;OICIIO;FA;;;WD)", FIRN_ACL_WRITABLE);
    for (size_t i = 0; i < G_N_ELEMENTS(rights); i++) {
        g_autofree char *sddl = g_strdup_printf("O:BAD:(A;;%s;;;BU)", rights[i]);

        assert_fault(sddl, FIRN_ACL_WRITABLE);
    }
}

static void
test_unreadable(void)
{
    assert_fault("O:BAD:(XA;;FA;;;BU;(1))", FIRN_ACL_UNREADABLE);
    assert_fault("O:BAD:(OA;;FA;;;BU)", FIRN_ACL_UNREADABLE);
    assert_fault("O:BAD:(A;;FA;;;SY", FIRN_ACL_UNREADABLE);
    assert_fault("O:BAD:(A;;FA;;SY)", FIRN_ACL_UNREADABLE);
    assert_fault("O:BAD:(A;;FA;;;SY;)", FIRN_ACL_UNREADABLE);
    assert_fault("O:BAD:(A;;FA;;;SY)S:(ML;;NW;;;HI)", FIRN_ACL_UNREADABLE);
    assert_fault("O:BAD:X(A;;FA;;;SY)", FIRN_ACL_UNREADABLE);
    assert_fault("G:BAD:(A;;FA;;;SY)", FIRN_ACL_UNREADABLE);
    assert_fault("D:(A;;FA;;;SY)G:BA", FIRN_ACL_UNREADABLE);
    /* Rights that are not known may change something. */
    assert_fault("O:BAD:(A;;ZZ;;;BU)", FIRN_ACL_WRITABLE);
    assert_fault("O:BAD:(A;;FRF;;;BU)", FIRN_ACL_WRITABLE);
    assert_fault("O:BAD:(A;;0x1g;;;BU)", FIRN_ACL_WRITABLE);
}

static void
test_own_account(void)
{
    static const char sddl[] = "O:" USER "G:DUD:P(A;OICI;FA;;;" USER ")";

    g_assert_cmpint(firn_acl_judgement_make(sddl, USER), ==, FIRN_ACL_GOOD);
    g_assert_cmpint(firn_acl_judgement_make(sddl, USER "0"), ==, FIRN_ACL_OWNER);
    g_assert_cmpint(firn_acl_judgement_make(sddl, "S-1-5-21-1-2-3-100"), ==, FIRN_ACL_OWNER);
}

/* A truncated descriptor is never good, unless it ends before or after an entry. */
static void
test_truncated(void)
{
    static const char sddl[] = "O:BAG:BAD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BU)";

    for (size_t length = 0; length < sizeof sddl; length++) {
        g_autofree char *part = g_strndup(sddl, length);

        if (firn_acl_judgement_make(part, NULL) == FIRN_ACL_GOOD)
            g_assert_true(strchr("D:PAI)", part[length - 1]) != NULL);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vss-windows/acl-judgement/good", test_good);
    g_test_add_func("/vss-windows/acl-judgement/owner", test_owner);
    g_test_add_func("/vss-windows/acl-judgement/no-list", test_no_list);
    g_test_add_func("/vss-windows/acl-judgement/writable", test_writable);
    g_test_add_func("/vss-windows/acl-judgement/unreadable", test_unreadable);
    g_test_add_func("/vss-windows/acl-judgement/own-account", test_own_account);
    g_test_add_func("/vss-windows/acl-judgement/truncated", test_truncated);
    return g_test_run();
}
