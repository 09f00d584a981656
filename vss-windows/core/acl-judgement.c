/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "acl-judgement.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Reading, executing, and waiting; generic, standard and those of files. All other rights change.
 */
#define HARMLESS_RIGHTS (0x80000000u | 0x20000000u | 0x00100000u | 0x00020000u | 0xa9u)

typedef struct {
    const char *start;
    size_t length;
} Span;

static const char *const trusted[] = {
    "SY",
    "S-1-5-18",
    "BA",
    "S-1-5-32-544",
    /* TrustedInstaller */
    "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",
};

/* Rights as SDDL abbreviates them, and whether they change nothing. */
static const struct {
    char name[3];
    bool is_harmless;
} rights[] = {
    {"GR", true },
    {"GX", true },
    {"RC", true },
    {"FR", true },
    {"FX", true },
    {"CC", true },
    {"SW", true },
    {"WP", true },
    {"LO", true },
    {"GA", false},
    {"GW", false},
    {"FA", false},
    {"FW", false},
    {"SD", false},
    {"WD", false},
    {"WO", false},
    {"DC", false},
    {"LC", false},
    {"RP", false},
    {"DT", false},
    {"CR", false},
};

static bool
span_is(Span span, const char *text)
{
    return strlen(text) == span.length && strncmp(span.start, text, span.length) == 0;
}

static bool
is_trusted(Span account, const char *own_sid)
{
    for (size_t i = 0; i < sizeof trusted / sizeof trusted[0]; i++) {
        if (span_is(account, trusted[i]))
            return true;
    }
    return own_sid != NULL && span_is(account, own_sid);
}

/* CREATOR OWNER in an entry that only new files inherit means the trusted account that creates
 * them. */
static bool
is_creator_of_children(Span account, Span flags)
{
    bool is_creator = span_is(account, "CO") || span_is(account, "S-1-3-0");

    for (size_t i = 0; is_creator && i + 1 < flags.length; i += 2) {
        if (strncmp(flags.start + i, "IO", 2) == 0)
            return true;
    }
    return false;
}

static bool
are_hex_rights_harmless(Span span)
{
    char *end;
    unsigned long long mask = strtoull(span.start, &end, 16);

    return end == span.start + span.length && (mask & ~(unsigned long long)HARMLESS_RIGHTS) == 0;
}

static bool
is_right_harmless(const char *right)
{
    for (size_t i = 0; i < sizeof rights / sizeof rights[0]; i++) {
        if (strncmp(rights[i].name, right, 2) == 0)
            return rights[i].is_harmless;
    }
    return false;
}

static bool
are_rights_harmless(Span span)
{
    if (strncmp(span.start, "0x", 2) == 0)
        return are_hex_rights_harmless(span);
    for (size_t i = 0; i < span.length; i += 2) {
        if (!is_right_harmless(span.start + i))
            return false;
    }
    return true;
}

/* Cuts "type;flags;rights;object;inherited object;account" at its semicolons. */
static bool
split_entry(Span entry, Span fields[6])
{
    const char *start = entry.start;
    const char *end = entry.start + entry.length;

    for (size_t i = 0; i < 6; i++) {
        const char *cut = memchr(start, ';', (size_t)(end - start));

        if ((cut == NULL) != (i == 5))
            return false;
        fields[i] = (Span){start, (size_t)((cut != NULL ? cut : end) - start)};
        start = cut != NULL ? cut + 1 : end;
    }
    return true;
}

static FirnAclFault
judge_entry(Span entry, const char *own_sid)
{
    Span fields[6];

    if (!split_entry(entry, fields))
        return FIRN_ACL_UNREADABLE;
    if (span_is(fields[0], "D"))
        return FIRN_ACL_GOOD;
    if (!span_is(fields[0], "A"))
        return FIRN_ACL_UNREADABLE;
    if (is_trusted(fields[5], own_sid) || is_creator_of_children(fields[5], fields[1]))
        return FIRN_ACL_GOOD;
    return are_rights_harmless(fields[2]) ? FIRN_ACL_GOOD : FIRN_ACL_WRITABLE;
}

static FirnAclFault
judge_list(const char *list, const char *own_sid)
{
    const char *entry = strchr(list, '(');
    size_t n_flags = strcspn(list, "(");

    if (strstr(list, "NO_ACCESS_CONTROL") != NULL)
        return FIRN_ACL_NO_LIST;
    if (strspn(list, "PARI") < n_flags)
        return FIRN_ACL_UNREADABLE;
    while (entry != NULL && *entry == '(') {
        const char *end = strchr(entry, ')');
        FirnAclFault fault;

        if (end == NULL)
            return FIRN_ACL_UNREADABLE;
        fault = judge_entry((Span){entry + 1, (size_t)(end - entry - 1)}, own_sid);
        if (fault != FIRN_ACL_GOOD)
            return fault;
        entry = end + 1;
    }
    return entry == NULL || *entry == '\0' ? FIRN_ACL_GOOD : FIRN_ACL_UNREADABLE;
}

FirnAclFault
firn_acl_judgement_make(const char *sddl, const char *own_sid)
{
    const char *group = strstr(sddl, "G:");
    const char *list = strstr(sddl, "D:");
    const char *end = group != NULL ? group : list;

    if (list == NULL)
        return FIRN_ACL_NO_LIST;
    if (strncmp(sddl, "O:", 2) != 0 || end > list)
        return FIRN_ACL_UNREADABLE;
    if (!is_trusted((Span){sddl + 2, (size_t)(end - sddl - 2)}, own_sid))
        return FIRN_ACL_OWNER;
    return judge_list(list + 2, own_sid);
}

const char *
firn_acl_fault_describe(FirnAclFault fault)
{
    static const char *const texts[] = {
        [FIRN_ACL_GOOD] = "only SYSTEM and Administrators can change it",
        [FIRN_ACL_UNREADABLE] = "its access list cannot be read",
        [FIRN_ACL_OWNER] = "its owner is neither SYSTEM nor Administrators",
        [FIRN_ACL_NO_LIST] = "it has no access list",
        [FIRN_ACL_WRITABLE] = "accounts other than SYSTEM and Administrators can change it",
    };

    return texts[fault];
}
