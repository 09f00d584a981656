/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checked-path.h"

#include "acl-judgement.h"
#include "text.h"

#include <aclapi.h>
#include <sddl.h>

#define SDDL_SIZE 8192
#define SID_SIZE  256

/* The account that this process runs as, and thus its hooks; empty if Windows does not say. */
static void
get_own_sid(char *out_sid)
{
    union {
        TOKEN_USER user;
        BYTE bytes[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
    } buffer;
    HANDLE token = NULL;
    wchar_t *text = NULL;
    DWORD size;

    out_sid[0] = '\0';
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return;
    if (GetTokenInformation(token, TokenUser, &buffer, sizeof buffer, &size) &&
        ConvertSidToStringSidW(buffer.user.User.Sid, &text)) {
        firn_text_narrow(text, out_sid, SID_SIZE);
        LocalFree(text);
    }
    CloseHandle(token);
}

/* Owner and access list; empty if they cannot be read. */
static void
read_sddl(HANDLE file, char *out_sddl)
{
    const SECURITY_INFORMATION parts = OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
    PSECURITY_DESCRIPTOR descriptor = NULL;
    wchar_t *text = NULL;

    out_sddl[0] = '\0';
    if (GetSecurityInfo(file, SE_FILE_OBJECT, parts, NULL, NULL, NULL, NULL, &descriptor) !=
        ERROR_SUCCESS)
        return;
    if (ConvertSecurityDescriptorToStringSecurityDescriptorW(descriptor,
                                                             SDDL_REVISION_1,
                                                             parts,
                                                             &text,
                                                             NULL)) {
        firn_text_narrow(text, out_sddl, SDDL_SIZE);
        LocalFree(text);
    }
    LocalFree(descriptor);
}

static bool
judge_file(HANDLE file, const char **out_reason)
{
    BY_HANDLE_FILE_INFORMATION information;
    char sddl[SDDL_SIZE], own_sid[SID_SIZE];
    FirnAclFault fault;

    if (!GetFileInformationByHandle(file, &information) ||
        (information.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0) {
        *out_reason = "it is a link";
        return false;
    }
    get_own_sid(own_sid);
    read_sddl(file, sddl);
    fault = firn_acl_judgement_make(sddl, own_sid[0] != '\0' ? own_sid : NULL);
    *out_reason = firn_acl_fault_describe(fault);
    return fault == FIRN_ACL_GOOD;
}

bool
firn_checked_path_judge(const wchar_t *path, const char **out_reason)
{
    HANDLE file = CreateFileW(path,
                              READ_CONTROL | FILE_READ_ATTRIBUTES,
                              FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                              NULL,
                              OPEN_EXISTING,
                              FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT,
                              NULL);
    bool is_good;

    if (file == INVALID_HANDLE_VALUE) {
        *out_reason = "it cannot be opened";
        return false;
    }
    is_good = judge_file(file, out_reason);
    CloseHandle(file);
    return is_good;
}
