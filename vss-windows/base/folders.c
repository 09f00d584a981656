/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "folders.h"

#include <initguid.h>
#include <knownfolders.h>
#include <sddl.h>
#include <shlobj.h>
#include <strsafe.h>

/* Owned by Administrators; SYSTEM and Administrators may do everything, and nothing is inherited.
 */
static const wchar_t private_list[] = L"O:BAG:BAD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)";

DWORD
firn_folders_init(FirnFolders *self)
{
    wchar_t *program_data = NULL;
    HRESULT result = SHGetKnownFolderPath(&FOLDERID_ProgramData, 0, NULL, &program_data);

    if (SUCCEEDED(result))
        result = StringCchPrintfW(self->data, FIRN_PATH_SIZE, L"%s\\firn", program_data);
    if (SUCCEEDED(result))
        result = StringCchPrintfW(self->hooks, FIRN_PATH_SIZE, L"%s\\hooks.d", self->data);
    if (SUCCEEDED(result))
        result = StringCchPrintfW(self->state, FIRN_PATH_SIZE, L"%s\\state", self->data);
    CoTaskMemFree(program_data);
    return SUCCEEDED(result) ? ERROR_SUCCESS : (DWORD)result;
}

static DWORD
create_folder(const wchar_t *path, SECURITY_ATTRIBUTES *attributes)
{
    DWORD error = CreateDirectoryW(path, attributes) ? ERROR_SUCCESS : GetLastError();

    return error == ERROR_ALREADY_EXISTS ? ERROR_SUCCESS : error;
}

DWORD
firn_folders_create(const FirnFolders *self)
{
    SECURITY_ATTRIBUTES attributes = {.nLength = sizeof attributes};
    DWORD error = ERROR_SUCCESS;

    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(private_list,
                                                              SDDL_REVISION_1,
                                                              &attributes.lpSecurityDescriptor,
                                                              NULL))
        return GetLastError();
    error = create_folder(self->data, &attributes);
    if (error == ERROR_SUCCESS)
        error = create_folder(self->hooks, &attributes);
    if (error == ERROR_SUCCESS)
        error = create_folder(self->state, &attributes);
    LocalFree(attributes.lpSecurityDescriptor);
    return error;
}
